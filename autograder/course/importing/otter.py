"""Otter: a master notebook of `otter assign`, or a folder or zip with its test files and a solution."""

from __future__ import annotations

import ast
import doctest
import re
import zipfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import yaml

from autograder.course.importing.cells import (
    Cell,
    cells_of,
    elsewhere,
    plain,
    read_cells,
    solved,
    tests_in,
    title_of,
)
from autograder.course.importing.code import about_the_program
from autograder.course.importing.model import ImportedQuestion, Master, Test, points, weights
from autograder.course.parsing import NotPythonError, literal, parse_python
from autograder.model import UsageError

_MARK = re.compile(r"^\s*#\s*(BEGIN|END) (QUESTION|PROMPT|SOLUTION|TESTS)\b", re.IGNORECASE)
_CONFIG = re.compile(
    r"(\"{3}|'{3})\s*# BEGIN TEST CONFIG(.*?)\1\s*# END TEST CONFIG[^\n]*\n?", re.DOTALL
)
_HIDDEN = re.compile(r"^\s*#\s*HIDDEN\b.*\n?", re.IGNORECASE)
_MANUAL = re.compile(r"<!-- BEGIN QUESTION -->\s*")
_END_MANUAL = re.compile(r"<!-- END QUESTION -->\s*")
_OLD = re.compile(r"^```\s*\n\s*BEGIN QUESTION", re.MULTILINE)
_TYPE_HERE = "_Type your answer here, replacing this text._"
_CHECK = re.compile(r"^\s*grader\.check\(\s*[\"']([^\"']+)[\"']\s*\)", re.MULTILINE)


def read_otter(path: Path, solution: Path | None = None) -> Master:
    """An assignment of Otter's.

    Args:
        path: the master notebook, or a folder or zip that holds `tests/`.
        solution: the notebook with the solutions, where `path` holds none.

    Raises:
        UsageError: there is nothing of Otter's there, or no solution.
    """
    if path.suffix == ".ipynb" and not tests_in(path.read_bytes()):
        return _master(read_cells(path), str(path))
    files = {path.name: path.read_bytes()} if path.suffix == ".ipynb" else _files(path)
    masters = [
        name
        for name, data in files.items()
        if name.endswith(".ipynb") and any(_begins(cell) for cell in cells_of(data, name))
    ]
    if masters and solution is None:
        return _master(cells_of(files[masters[0]], masters[0]), masters[0])
    # Of what `otter assign` writes, autograder/ has the solutions and hidden tests, student/ neither.
    ordered = sorted(files, key=lambda name: ("autograder" not in Path(name).parts, name))
    tests: dict[str, Any] = {}
    for name in ordered:
        if name.endswith(".ipynb"):
            tests = {**tests_in(files[name]), **tests}
        elif Path(name).parent.name == "tests" and Path(name).stem != "__init__":
            tests.setdefault(Path(name).stem, files[name].decode("utf-8", "replace"))
    if not tests:
        raise UsageError(
            f"{path} holds no notebook with BEGIN QUESTION, and no tests of Otter's in a notebook or in "
            "tests/*.py"
        )
    notebooks = [name for name in ordered if name.endswith(".ipynb") and _checks(files[name])]
    if solution is not None:
        cells = read_cells(solution)
    elif notebooks:
        cells = cells_of(files[notebooks[0]], notebooks[0])
    else:
        raise UsageError(
            f"{path} holds tests and no notebook with the solutions; name it with --solution"
        )
    given = {
        cell.text
        for name in notebooks
        if "student" in Path(name).parts
        for cell in cells_of(files[name], name)
        if solved(cell.text) == plain(cell.text).strip("\n")  # a mark means an answer all the same
    }
    master = _with_tests(cells, tests, given)
    if path.is_dir() and notebooks:
        master.folder = path / Path(notebooks[0]).parent
        master.files = _beside(master.folder)
    return master


def _beside(folder: Path) -> list[str]:
    """Data files of a folder of `otter assign`."""
    own = ("requirements.txt", "environment.yml", "otter_config.json")
    return [
        file.name
        for file in sorted(folder.iterdir())
        if file.is_file()
        and file.suffix not in (".ipynb", ".py", ".zip", ".pdf", ".sh")
        and file.name not in own
    ]


def _begins(cell: Cell) -> bool:
    """Whether a cell begins a question of a master notebook."""
    mark = _MARK.match(cell.text) if cell.kind == "raw" else None
    return mark is not None and mark[2].upper() == "QUESTION"


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
    master = Master(listed=elsewhere(cells))
    part: ImportedQuestion | None = None
    totals: dict[int, object] = {}
    block = ""
    for cell in cells:
        mark = _MARK.match(cell.text) if cell.kind == "raw" else None
        if mark and mark[2].upper() == "QUESTION":
            part = None
            if mark[1].upper() == "BEGIN":
                part = _question(cell)
                master.parts.append(part)
                totals[id(part)] = _yaml(cell.text).get("points")
            block = ""
        elif mark:
            block = mark[2].upper() if mark[1].upper() == "BEGIN" else ""
        elif cell.kind == "raw":
            if "ASSIGNMENT CONFIG" in cell.text:
                config = _yaml(cell.text)
                master.title = str(config.get("name") or "")
                master.files += [str(name) for name in config.get("files") or ()]
        elif part is None:
            _outside(master, cell)
        elif block == "TESTS" and cell.kind == "code":
            part.tests.append(_cell_test(cell, f"test {len(part.tests) + 1}"))
        elif block == "SOLUTION" or (cell.kind == "code" and block != "PROMPT"):
            if cell.kind == "code":
                part.solution += cell.solution() + "\n\n"
        elif cell.kind == "markdown":
            part.prompt += cell.text.strip() + "\n\n"
    if not master.parts:
        old = any(cell.kind == "markdown" and _OLD.search(cell.text) for cell in cells)
        raise UsageError(
            f"{where} has its marks in Markdown cells, as Otter's first version: run that version's "
            "`otter assign` on it and import the folder that it writes"
            if old
            else f"{where} has no raw cell that says # BEGIN QUESTION"
        )
    for one in master.parts:
        if not one.written:
            _settle(one, totals[id(one)])
    return master


def _settle(part: ImportedQuestion, total: object) -> None:
    """Give the tests of a part the points that Otter would give them, and the part their sum."""
    if isinstance(total, dict):  # {each: 2}
        each = total.get("each")
        total = [each] * len(part.tests) if each is not None else total.get("total")
    earned, part.points = weights(total, [test.weight for test in part.tests], part.name)
    for test, worth in zip(part.tests, earned, strict=True):
        test.weight = worth


def _question(cell: Cell) -> ImportedQuestion:
    config = _yaml(cell.text)
    name = str(config.get("name") or f"question {cell.number}")
    part = ImportedQuestion(name)
    if config.get("manual"):
        worth = config.get("points")
        part.points = 0.0
        part.written = 1.0 if worth is None else points(worth, cell.where)
    return part


def _yaml(text: str) -> dict[str, Any]:
    """What a raw cell configures: its lines are YAML, and the marks are comments of it."""
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text)):
            first = text.splitlines()[0]
            raise UsageError(
                f"a cell's configuration has YAML aliases; write values out: {first!r}"
            )
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
    elif cell.kind == "code" and not about_the_program(cell.text):
        master.give(cell.given())


def _cell_test(cell: Cell, label: str) -> Test:
    """A test cell: statements, or an expression whose output was kept."""
    text, config = cell.text, {}
    if found := _CONFIG.search(text):
        config = _yaml(found[2])
        text = text.replace(found[0], "")
    hidden = bool(_HIDDEN.match(text)) or bool(config.get("hidden"))
    body = cell.parsed(plain(_HIDDEN.sub("", text, count=1))).body
    test = Test(label, body, hidden=hidden, weight=_weight(config.get("points"), cell.where))
    match body:
        case [*_, ast.FunctionDef(name=name) as function] if name.startswith("test"):
            test.body = [*body[:-1], *_without_docstring(function)]
        case [*_, ast.Expr()]:
            test.wants = cell.output.strip()
    return test


def _without_docstring(function: ast.FunctionDef) -> list[ast.stmt]:
    return function.body[1:] if ast.get_docstring(function) is not None else function.body


def _weight(value: object, where: str) -> float | None:
    return None if value is None else points(value, where)


def _with_tests(cells: list[Cell], tests: Mapping[str, Any], given: Collection[str]) -> Master:
    """A notebook whose questions end at ``grader.check("name")``, and their tests.

    Args:
        cells: of the notebook with the solutions.
        tests: by name: the text of a file, or a description in the OK format.
        given: the texts of the cells that students are given.
    """
    master, part = Master(listed=elsewhere(cells)), ImportedQuestion("")
    written: ImportedQuestion | None = None
    for cell in cells:
        check = _CHECK.search(cell.text) if cell.kind == "code" else None
        if cell.kind == "code" and not check and about_the_program(cell.text):
            continue
        if check and check[1] in tests:
            part.name = check[1]
            _test_file(tests[check[1]], part, master)
            master.parts.append(part)
            part, written = ImportedQuestion(""), None
        elif cell.kind == "markdown" and _END_MANUAL.search(cell.text):
            written = None
        elif cell.kind == "markdown" and _MANUAL.search(cell.text):
            name = f"written {sum(one.written > 0 for one in master.parts) + 1}"
            words = _MANUAL.sub("", cell.text).strip() + "\n\n"
            written = ImportedQuestion(name, words, points=0.0, written=1.0)
            master.parts.append(written)
            master.listed.append(
                f"{name}: the notebook does not say what this answer is worth; it has 1 point (written = 1)"
            )
        elif cell.kind == "markdown":
            title = title_of(cell.text)
            master.title = master.title or title
            if title and not master.parts and not part.prompt and not part.solution:
                master.introduction += cell.text.strip() + "\n\n"
            elif written is None:
                part.prompt += cell.text.strip() + "\n\n"
            elif cell.text in given and cell.text.strip() != _TYPE_HERE:
                written.prompt += cell.text.strip() + "\n\n"
        elif cell.kind == "code" and cell.text in given:
            master.give(cell.given(), part)
        elif cell.kind == "code":
            part.solution += cell.solution() + "\n\n"
    found = {one.name for one in master.parts}
    master.listed += [
        f"{name}: no cell of the notebook says grader.check({name!r}), so nothing says what it asks"
        for name in tests
        if name not in found
    ]
    if not master.parts:
        raise UsageError("no cell of the notebook checks one of the tests with grader.check(…)")
    return master


def _test_file(text: object, part: ImportedQuestion, master: Master) -> None:
    """The tests of a part: described, or a file in Otter's OK format or in its exception-based one."""
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
        test = Test(f"test {len(part.tests) + 1}", [*shared, *_without_docstring(node)])
        test.hidden, test.weight = (
            bool(given.get("hidden")),
            _weight(given.get("points"), part.name),
        )
        part.tests.append(test)
    _settle(part, _literal(constants.get("points")))
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
    said = [_weight(case.get("points"), part.name) for case, _ in cases]
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
