"""Otter's files of tests, in its OK format or its exception-based one."""

from __future__ import annotations

import ast
import doctest
from collections.abc import Mapping
from typing import Any

from autograder.course.importing.code import without_docstring
from autograder.course.importing.model import ImportedQuestion, Master, Test, weight, weights
from autograder.course.parsing import NotPythonError, literal, parse_python


def read_tests(text: object, part: ImportedQuestion, master: Master) -> None:
    """Add the tests of a part.

    Args:
        text: a file in Otter's OK format or in its exception-based one, or a description in the first.
        part: where the tests go.
        master: where what cannot be read is listed.
    """
    if isinstance(text, dict):
        _ok_format(text, part, master)
        return
    if not isinstance(text, str):
        master.listed.append(f"{part.name}: its tests are neither text nor a description")
        return
    try:
        tree = parse_python(text)
    except NotPythonError as error:
        master.listed.append(f"{part.name}: the test file cannot be read: {error}")
        return
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    if "test" in constants:
        try:
            described = literal(constants["test"])
        except ValueError:
            master.listed.append(f"{part.name}: its `test` is not a literal")
            return
        _ok_format(described, part, master)
        return
    cases = [node for node in tree.body if isinstance(node, ast.FunctionDef) and _is_case(node)]
    shared = [node for node in tree.body if node not in cases and not _of_otter(node)]
    for node in cases:
        call = node.decorator_list[0]
        keywords = call.keywords if isinstance(call, ast.Call) else []
        given = {keyword.arg: _literal(keyword.value) for keyword in keywords}
        test = Test(f"test {len(part.tests) + 1}", [*shared, *without_docstring(node)])
        test.hidden = bool(given.get("hidden"))
        test.weight = weight(given.get("points"), part.name)
        part.tests.append(test)
    part.settle(_literal(constants.get("points")))
    if _literal(constants.get("all_or_nothing")):
        _all_or_nothing(part, master)


def _literal(node: ast.expr | None) -> Any:
    """The value of a literal; nothing where it is none."""
    try:
        return None if node is None else literal(node)
    except ValueError:
        return None


def _all_or_nothing(part: ImportedQuestion, master: Master) -> None:
    master.listed.append(
        f"{part.name}: its tests earned all of its points or none; each case now earns its own"
    )


def _of_otter(node: ast.stmt) -> bool:
    """Whether a statement of a test file is Otter's own: its import, or what it says of the file."""
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").startswith("otter")
    own = ("OK_FORMAT", "name", "points", "all_or_nothing")
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in own


def _is_case(node: ast.FunctionDef) -> bool:
    return any("test_case" in ast.unparse(decorator) for decorator in node.decorator_list)


def _ok_format(described: Any, part: ImportedQuestion, master: Master) -> None:
    try:
        cases = [
            (dict(case), str(suite.get("setup") or ""))
            for suite in described.get("suites", ())
            for case in suite.get("cases", ())
        ]
    except (AttributeError, TypeError, ValueError):
        master.listed.append(f"{part.name}: its tests do not have the form of Otter's OK format")
        return
    said = [weight(case.get("points"), part.name) for case, _ in cases]
    earned, part.points = weights(described.get("points"), said, part.name)
    if described.get("all_or_nothing"):
        _all_or_nothing(part, master)
    for (case, setup), worth in zip(cases, earned, strict=True):
        before = len(part.tests)
        _ok_case(case, setup, part, master)
        for test in part.tests[before:]:
            test.weight = worth / (len(part.tests) - before)


def _ok_case(case: Mapping[str, Any], setup: str, part: ImportedQuestion, master: Master) -> None:
    """A case of the OK format: one test for each value that it looks at."""
    label = f"test {len(part.tests) + 1}"
    try:
        code = "\n".join([setup, str(case["code"])])
        examples = doctest.DocTestParser().get_examples(code)
        statements = [node for one in examples for node in parse_python(one.source).body]
    except (ValueError, KeyError) as error:
        master.listed.append(f"{part.name}, {label}: its code cannot be read: {error}")
        return
    if any(one.want for one in examples[:-1]):
        wanted = [n for n, one in enumerate(examples) if one.want]
        for place, n in enumerate(wanted, start=1):
            body = [s for one in examples[: n + 1] for s in _quiet(one, examples[n])]
            part.tests.append(_doctest(f"{label}.{place}", body, examples[n], case))
    elif examples:
        part.tests.append(_doctest(label, statements, examples[-1], case))


def _quiet(one: doctest.Example, last: doctest.Example) -> list[ast.stmt]:
    """The statements of an example; one whose value is printed is left out before the last."""
    return [] if one.want and one is not last else parse_python(one.source).body


def _doctest(
    label: str, body: list[ast.stmt], last: doctest.Example, case: Mapping[str, Any]
) -> Test:
    wants = last.want.strip() if last.want else None
    return Test(label, body, wants, hidden=bool(case.get("hidden")))
