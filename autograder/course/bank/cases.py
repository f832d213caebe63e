"""`public_cases.py` and `hidden_cases.py`: Otter test files, read and checked."""

from __future__ import annotations

import ast
import inspect
import math
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.course.bank import otter_files
from autograder.course.bank.files import assignment_error, nearest, read_text
from autograder.course.bank.source import constants, failure, imports, parse, span
from autograder.course.parsing import literal
from autograder.model import Case, Kinds

_NAME = re.compile(r"([^:\s]+): (\S|\S.*\S)")
_FORM = re.compile(r"form\b")  # a public case that looks at the form of an answer only
_SCORE = "assert_score"  # which may earn a share of the points, so that it must have the last word
_RANDOM = "rng"  # the one parameter of a hidden case that is not a function of the student's


@dataclass(frozen=True, slots=True)
class Rules:
    """What a case file must agree with.

    Attributes:
        topic: the question it belongs to.
        title: the value of its ``name``.
        keys: the parts that its cases may name.
        functions: what its cases may take as parameters.
        hidden: whether it is a file of hidden cases.
        kinds: of those of the functions that are classes or values.
    """

    topic: str
    title: str
    keys: Collection[str]
    functions: Collection[str]
    hidden: bool
    kinds: Kinds = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Written:
    """A case as it stands in the source: its full name and its function."""

    name: str
    node: ast.FunctionDef


def read_cases(path: Path, rules: Rules) -> tuple[Case, ...]:
    """The cases of one file.

    Args:
        path: the file.
        rules: what it must agree with.

    Returns:
        The cases, in the order of the file.

    Raises:
        AssignmentError: naming the file and the line of whatever does not hold together.
    """
    text = read_text(path)
    tree = parse(path, text)
    _check_file(path, tree, rules)
    written = _written(path, tree)
    reasons = _reasons(path, tree, rules, {case.name for case in written.values()})
    if _SCORE in text:  # a walk over every case takes time
        for case in written.values():
            _check_score(path, case)
    found = _test_case_objects(path, text, tree)
    if {case.test_func.__name__ for case in found} != set(written):
        message = "every case must be a function at the top of the file, under @test_case(…) alone"
        raise assignment_error(path, message)
    return tuple(
        _case(path, rules, written[case.test_func.__name__], case, reasons) for case in found
    )


def restricted(path: Path, names: Collection[str], title: str) -> str:
    """A case file with some of its cases only: what the student's copy of one part holds.

    Args:
        path: a file that `read_cases` accepts.
        names: the full names of the cases to keep.
        title: the new value of ``name``.

    Returns:
        The source: header, imports, helpers and the cases asked for, as they are written.
    """
    text = read_text(path)
    tree = parse(path, text)
    lines = text.split("\n")
    name = constants(tree)["name"]
    lines[name.lineno - 1 : name.end_lineno] = [
        f'name = "{title}"',
        *[""] * ((name.end_lineno or name.lineno) - name.lineno),
    ]
    dropped: set[int] = set()
    for case in _written(path, tree).values():
        if case.name not in names:
            start, stop = span(lines, case.node)
            while stop < len(lines) and not lines[stop].strip():
                stop += 1
            dropped.update(range(start, stop))
    kept = [line for index, line in enumerate(lines) if index not in dropped]
    return "\n".join(kept).rstrip() + "\n"


def _check_file(path: Path, tree: ast.Module, rules: Rules) -> None:
    """The constants of the file, and what it must not import."""
    values = constants(tree)
    for name, wanted in (("OK_FORMAT", False), ("name", rules.title)):
        node = values.get(name)
        if node is None:
            raise assignment_error(path, f"must say '{name} = {_literal(wanted)}'")
        if not (isinstance(node.value, ast.Constant) and repr(node.value.value) == repr(wanted)):
            raise assignment_error(path, f"{name} must be {_literal(wanted)}", node.lineno)
    for name in ("points", "all_or_nothing"):
        if name in values:
            message = f"{name!r} would change Otter's score of the file; give each case its points"
            raise assignment_error(path, message, values[name].lineno)
    for name, line in imports(tree):
        words = name.split(".")
        if words[0] == "reference" and not rules.hidden:
            raise assignment_error(path, "public cases must not import the reference", line)
        if words[0] == "drivers" and words[1:2] != [rules.topic]:
            message = f"imports {name!r}; only drivers.{rules.topic} goes with this question"
            raise assignment_error(path, message, line)


def _literal(value: bool | str) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _written(path: Path, tree: ast.Module) -> dict[str, _Written]:
    """The cases of a file as its source shows them, by the name of their function."""
    found: dict[str, _Written] = {}
    names: set[str] = set()
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef):
            continue
        match node.decorator_list:
            case [ast.Call(func=ast.Name(id="test_case"), args=[], keywords=keywords)]:
                given = {keyword.arg: keyword.value for keyword in keywords}
            case _:
                continue
        match given.get("name"):
            case ast.Constant(value=str(name)):
                pass
            case _:
                message = 'a case must say name="KEY: what it shows" in its @test_case(…)'
                raise assignment_error(path, message, node.lineno)
        if node.name in found:
            message = f"a second function is called {node.name}: Otter would drop the first case"
            raise assignment_error(path, message, node.lineno)
        if name in names:
            raise assignment_error(path, f"a second case is called {name!r}", node.lineno)
        names.add(name)
        found[node.name] = _Written(name, node)
    return found


def _reasons(path: Path, tree: ast.Module, rules: Rules, names: Collection[str]) -> dict[str, str]:
    """The file's ``STANDS``: why a hidden case stands that catches no misconception."""
    node = constants(tree).get("STANDS")
    if node is None:
        return {}
    if not rules.hidden:
        raise assignment_error(path, "STANDS is for hidden cases", node.lineno)
    form = 'STANDS must be a literal {"KEY: what it shows": "reason"}'
    try:
        reasons = literal(node.value) if node.value else None
    except ValueError as error:
        raise assignment_error(path, form, node.lineno) from error
    if not isinstance(reasons, dict) or not all(
        isinstance(word, str) and word for pair in reasons.items() for word in pair
    ):
        raise assignment_error(path, form, node.lineno)
    for name in reasons:
        if name not in names:
            message = f"STANDS names no case: {name!r}{nearest(name, names)}"
            raise assignment_error(path, message, node.lineno)
    return reasons


def _test_case_objects(path: Path, text: str, tree: ast.Module) -> list[Any]:
    """The file's ``test_case`` objects."""
    try:
        return otter_files.test_cases(path, text, tree)
    except (Exception, SystemExit) as error:
        raise failure(path, error) from error


def _case(path: Path, rules: Rules, written: _Written, case: Any, reasons: dict[str, str]) -> Case:
    """Otter's case as ours, once it agrees with the rules."""
    line = written.node.lineno
    form = _NAME.fullmatch(written.name)
    if form is None:
        raise assignment_error(
            path, f"the name {written.name!r} must read 'KEY: what it shows'", line
        )
    key, shows = form.groups()
    if key not in rules.keys:
        message = f"{written.name!r} names no part: {key!r}{nearest(key, rules.keys)}"
        raise assignment_error(path, message, line)
    if case.hidden is not rules.hidden:
        raise assignment_error(
            path, f"{written.name!r} must say hidden={rules.hidden} in this file", line
        )
    weight = case.points
    if _FORM.match(shows) and not rules.hidden:
        if type(weight) is not int or weight != 0:
            message = f"{written.name!r} is a case of form, which earns nothing: say points=0"
            raise assignment_error(path, message, line)
    elif type(weight) not in (int, float) or not math.isfinite(weight) or weight <= 0:
        message = f"{written.name!r} must have points=WEIGHT, a finite number above 0"
        raise assignment_error(path, message, line)
    if inspect.isgeneratorfunction(case.test_func):
        raise assignment_error(
            path, f"{written.name!r} contains a yield, so it would never run", line
        )
    # Otter asks for it at every run of the case; found here, it is not worked out again.
    case.test_func.__signature__ = inspect.signature(case.test_func)
    parameters = _parameters(path, rules, written)
    return Case(
        topic=rules.topic,
        part=key,
        name=shows,
        hidden=rules.hidden,
        weight=float(weight),
        parameters=parameters,
        run=case.call_func,
        reason=reasons.get(written.name, ""),
        kinds={name: rules.kinds[name] for name in parameters if name in rules.kinds},
    )


def _check_score(path: Path, written: _Written) -> None:
    """Refuse an `assert_score` that is not the last statement: what follows would go unjudged."""
    for inner in ast.walk(written.node):
        match inner:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name == _SCORE:
                last = written.node.body[-1]
                if not (isinstance(last, ast.Expr) and last.value is inner):
                    message = (
                        f"{written.name!r} continues after assert_score, which must be the last "
                        "line of a case"
                    )
                    raise assignment_error(path, message, inner.lineno)


def _parameters(path: Path, rules: Rules, written: _Written) -> tuple[str, ...]:
    """What the case asks of the student's namespace; Otter fills parameters by their names."""
    spec = written.node.args
    if spec.posonlyargs or spec.vararg or spec.kwarg or spec.defaults or any(spec.kw_defaults):
        message = f"{written.name!r} must take plain parameters, without defaults or stars"
        raise assignment_error(path, message, written.node.lineno)
    names = tuple(argument.arg for argument in [*spec.args, *spec.kwonlyargs])
    for name in names:
        if name == _RANDOM and rules.hidden:
            continue
        if name not in rules.functions:
            message = f"{written.name!r} takes {name!r}, which is not a function of the stub"
            if name == _RANDOM:
                message += "; only hidden cases draw their inputs"
            else:
                message += nearest(name, rules.functions)
            raise assignment_error(path, message, written.node.lineno)
    return names
