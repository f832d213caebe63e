"""Otter: a master notebook of `otter assign`, or a folder or zip with its test files and a solution."""

from __future__ import annotations

import ast
import doctest
import re
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from autograder.course.importing.cells import Cell, cells_of, plain, read_cells, solved, title_of
from autograder.course.importing.model import ImportedQuestion, Master, Test
from autograder.model import UsageError

_MARK = re.compile(r"^\s*#\s*(BEGIN|END) (QUESTION|PROMPT|SOLUTION|TESTS)\b", re.IGNORECASE)
_CONFIG = re.compile(
    r"(\"{3}|'{3})\s*# BEGIN TEST CONFIG(.*?)\1\s*# END TEST CONFIG[^\n]*\n?", re.DOTALL
)
_HIDDEN = re.compile(r"^\s*#\s*HIDDEN\b.*\n?", re.IGNORECASE)
_CHECK = re.compile(r"^\s*grader\.check\(\s*[\"']([^\"']+)[\"']\s*\)", re.MULTILINE)


def read_otter(path: Path, solution: Path | None = None) -> Master:
    """An assignment of Otter's.

    Args:
        path: the master notebook, or a folder or zip that holds `tests/`.
        solution: the notebook with the solutions, where `path` holds none.

    Raises:
        UsageError: there is nothing of Otter's there, or no solution.
    """
    if path.suffix == ".ipynb":
        return _master(read_cells(path), str(path))
    files = _files(path)
    masters = [
        name
        for name, data in files.items()
        if name.endswith(".ipynb") and b"BEGIN QUESTION" in data
    ]
    if masters and solution is None:
        return _master(cells_of(files[masters[0]], masters[0]), masters[0])
    tests = {
        Path(name).stem: data.decode("utf-8", "replace")
        for name, data in sorted(files.items())
        if Path(name).parent.name == "tests"
        and name.endswith(".py")
        and Path(name).stem != "__init__"
    }
    if not tests:
        raise UsageError(
            f"{path} holds no notebook with BEGIN QUESTION and no tests/*.py of Otter's"
        )
    if solution is not None:
        cells = read_cells(solution)
    else:
        notebooks = [name for name in files if name.endswith(".ipynb") and _checks(files[name])]
        if not notebooks:
            raise UsageError(
                f"{path} holds tests and no notebook with the solutions; name it with --solution"
            )
        # Of the notebooks that `otter assign` writes, the one in autograder/ has the solutions.
        chosen = min(notebooks, key=lambda name: ("autograder" not in Path(name).parts, name))
        cells = cells_of(files[chosen], chosen)
    return _with_tests(cells, tests)


def _checks(notebook: bytes) -> bool:
    """Whether a cell of a notebook says grader.check."""
    return any(_CHECK.search(cell.text) for cell in cells_of(notebook, "a notebook"))


def _files(path: Path) -> dict[str, bytes]:
    if path.is_dir():
        return {
            file.relative_to(path).as_posix(): file.read_bytes()
            for file in sorted(path.rglob("*"))
            if file.is_file() and file.suffix in (".py", ".ipynb")
        }
    try:
        with zipfile.ZipFile(path) as archive:
            wanted = [i for i in archive.infolist() if i.filename.endswith((".py", ".ipynb"))]
            return {info.filename: archive.read(info) for info in wanted}
    except (OSError, zipfile.BadZipFile) as error:
        raise UsageError(f"{path} is not a notebook, a folder or a zip that can be read") from error


def _master(cells: list[Cell], where: str) -> Master:
    """The master notebook that `otter assign` reads."""
    master = Master()
    part: ImportedQuestion | None = None
    block = ""
    for cell in cells:
        mark = _MARK.match(cell.text) if cell.kind == "raw" else None
        if mark and mark[2].upper() == "QUESTION":
            part = None
            if mark[1].upper() == "BEGIN":
                part = _question(cell)
                master.parts.append(part)
            block = ""
        elif mark:
            block = mark[2].upper() if mark[1].upper() == "BEGIN" else ""
        elif cell.kind == "raw":
            if "ASSIGNMENT CONFIG" in cell.text:
                master.title = str(_yaml(cell.text).get("name") or "")
        elif part is None:
            _outside(master, cell)
        elif block == "TESTS" and cell.kind == "code":
            part.tests.append(_cell_test(cell, f"test {len(part.tests) + 1}"))
        elif block == "SOLUTION" or (cell.kind == "code" and block != "PROMPT"):
            if cell.kind == "code":
                part.solution += solved(cell.text) + "\n\n"
        elif cell.kind == "markdown":
            part.prompt += cell.text.strip() + "\n\n"
    if not master.parts:
        raise UsageError(f"{where} has no raw cell that says # BEGIN QUESTION")
    return master


def _question(cell: Cell) -> ImportedQuestion:
    config = _yaml(cell.text)
    name = str(config.get("name") or f"question {cell.number}")
    points, each = config.get("points", 1), 0.0
    if isinstance(points, dict):
        each, points = float(points.get("each", 1)), points.get("total", 0)
    if isinstance(points, list):
        points = sum(map(float, points))
    part = ImportedQuestion(name, points=float(points or each))
    if config.get("manual"):
        part.points, part.written = 0.0, float(points)
    return part


def _yaml(text: str) -> dict[str, Any]:
    """What a raw cell configures: its lines are YAML, and the marks are comments of it."""
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise UsageError(
            f"a cell's configuration is not YAML: {text.splitlines()[0]!r}: {error}"
        ) from error
    return found if isinstance(found, dict) else {}


def _outside(master: Master, cell: Cell) -> None:
    """A cell outside of questions: words, or code that students are given."""
    if cell.kind == "markdown":
        master.title = master.title or title_of(cell.text)
        if not master.parts:
            master.introduction += cell.text.strip() + "\n\n"
    elif cell.kind == "code":
        master.provided += plain(cell.text).strip("\n") + "\n\n"


def _cell_test(cell: Cell, label: str) -> Test:
    """A test cell: statements, or an expression whose output was kept."""
    text, config = cell.text, {}
    if found := _CONFIG.search(text):
        config = _yaml(found[2])
        text = text.replace(found[0], "")
    hidden = bool(_HIDDEN.match(text)) or bool(config.get("hidden"))
    body = _parsed(_HIDDEN.sub("", text, count=1), f"cell {cell.number}")
    test = Test(label, body, hidden=hidden, weight=float(config.get("points") or 1))
    match body:
        case [*_, ast.FunctionDef(name=name) as function] if name.startswith("test"):
            test.body = [*body[:-1], *_without_docstring(function)]
        case [*_, ast.Expr()]:
            test.wants = cell.output.strip()
    return test


def _without_docstring(function: ast.FunctionDef) -> list[ast.stmt]:
    return function.body[1:] if ast.get_docstring(function) is not None else function.body


def _parsed(text: str, where: str) -> list[ast.stmt]:
    try:
        return ast.parse(plain(text)).body
    except SyntaxError as error:
        raise UsageError(f"{where}: Python cannot read the test: {error}") from error


def _with_tests(cells: Iterable[Cell], tests: Mapping[str, str]) -> Master:
    """A notebook whose questions end at ``grader.check("name")``, and the files with their tests."""
    master, part = Master(), ImportedQuestion("")
    for cell in cells:
        check = _CHECK.search(cell.text) if cell.kind == "code" else None
        if check and check[1] in tests:
            part.name = check[1]
            _test_file(tests[check[1]], part, master)
            master.parts.append(part)
            part = ImportedQuestion("")
        elif cell.kind == "markdown":
            master.title = master.title or title_of(cell.text)
            part.prompt += cell.text.strip() + "\n\n"
        elif cell.kind == "code":
            part.solution += solved(cell.text) + "\n\n"
    found = {one.name for one in master.parts}
    master.listed += [
        f"{name}: no cell of the notebook says grader.check({name!r}), so nothing says what it asks"
        for name in tests
        if name not in found
    ]
    if not master.parts:
        raise UsageError("no cell of the notebook checks one of the tests with grader.check(…)")
    return master


def _test_file(text: str, part: ImportedQuestion, master: Master) -> None:
    """A file of tests, in Otter's OK format or in its exception-based one."""
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
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
            described = ast.literal_eval(constants["test"])
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
        given = {keyword.arg: ast.literal_eval(keyword.value) for keyword in keywords}
        test = Test(f"test {len(part.tests) + 1}", [*shared, *_without_docstring(node)])
        test.hidden, test.weight = bool(given.get("hidden")), float(given.get("points") or 1)
        part.tests.append(test)
    total = constants.get("points")
    if isinstance(total, ast.Constant) and isinstance(total.value, int | float):
        part.points = float(total.value)
    elif part.tests:
        part.points = sum(test.weight for test in part.tests)


def _of_otter(node: ast.stmt) -> bool:
    """Whether a statement of a test file is Otter's own: its import, or what it says of the file."""
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").startswith("otter")
    own = ("OK_FORMAT", "name", "points", "all_or_nothing")
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in own


def _is_case(node: ast.FunctionDef) -> bool:
    return any("test_case" in ast.unparse(decorator) for decorator in node.decorator_list)


def _ok_format(described: Mapping[str, Any], part: ImportedQuestion, master: Master) -> None:
    points = described.get("points", 1)
    cases = [case for suite in described.get("suites", ()) for case in suite.get("cases", ())]
    part.points = float(sum(points) if isinstance(points, list) else points or 1)
    for case in cases:
        label = f"test {len(part.tests) + 1}"
        try:
            examples = doctest.DocTestParser().get_examples(str(case["code"]))
            statements = [node for one in examples for node in ast.parse(one.source).body]
        except (ValueError, KeyError, SyntaxError) as error:
            master.listed.append(f"{part.name}, {label}: its code cannot be read: {error}")
            continue
        if any(one.want for one in examples[:-1]):
            wanted = [n for n, one in enumerate(examples) if one.want]
            for place, n in enumerate(wanted, start=1):
                body = [s for one in examples[: n + 1] for s in _quiet(one, examples[n])]
                part.tests.append(_doctest(f"{label}.{place}", body, examples[n], case))
        elif examples:
            part.tests.append(_doctest(label, statements, examples[-1], case))


def _quiet(one: doctest.Example, last: doctest.Example) -> list[ast.stmt]:
    """The statements of an example; one whose value is printed is left out before the last."""
    return [] if one.want and one is not last else ast.parse(one.source).body


def _doctest(
    label: str, body: list[ast.stmt], last: doctest.Example, case: Mapping[str, Any]
) -> Test:
    wants = last.want.strip() if last.want else None
    test = Test(label, body, wants, hidden=bool(case.get("hidden")))
    if isinstance(case.get("points"), int | float):
        test.weight = float(case["points"]) or 1.0
    return test
