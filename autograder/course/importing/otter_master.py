"""A master notebook of `otter assign`: raw cells mark its questions, solutions and tests."""

from __future__ import annotations

import ast
import re
from typing import Any

import yaml

from autograder.course.importing.cells import Cell, in_other_languages, plain, title_of
from autograder.course.importing.code import about_the_program, without_docstring
from autograder.course.importing.model import ImportedQuestion, Master, Test, points, weight
from autograder.model import UsageError

_MARK = re.compile(r"^\s*#\s*(BEGIN|END) (QUESTION|PROMPT|SOLUTION|TESTS)\b", re.IGNORECASE)
_CONFIG = re.compile(
    r"(\"{3}|'{3})\s*# BEGIN TEST CONFIG(.*?)\1\s*# END TEST CONFIG[^\n]*\n?", re.DOTALL
)
_HIDDEN = re.compile(r"^\s*#\s*HIDDEN\b.*\n?", re.IGNORECASE)
_DEEPEST = 20
_OLD = re.compile(r"^```\s*\n\s*BEGIN QUESTION", re.MULTILINE)


def begins_question(cell: Cell) -> bool:
    """Whether a cell begins a question of a master notebook."""
    mark = _MARK.match(cell.text) if cell.kind == "raw" else None
    return mark is not None and mark[2].upper() == "QUESTION"


def read_master(cells: list[Cell], where: str) -> Master:
    """The master notebook that `otter assign` reads.

    Args:
        cells: of the notebook.
        where: names it in errors.

    Raises:
        UsageError: it has no questions, or a configuration or a test of it cannot be read.
    """
    master = Master(listed=in_other_languages(cells))
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
                files = config.get("files") or []
                if not isinstance(files, list):
                    raise UsageError(f"{cell.where}: 'files' is not a list of names")
                master.files += map(str, files)
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
            one.settle(totals[id(one)])
    return master


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
        depth = 0
        for event in yaml.parse(text):
            if isinstance(event, yaml.AliasEvent):
                first = text.splitlines()[0]
                raise UsageError(
                    f"a cell's configuration has YAML aliases; write values out: {first!r}"
                )
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise yaml.YAMLError(f"nested deeper than {_DEEPEST}")
        found = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: of a malformed date or number
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
    test = Test(label, body, hidden=hidden, weight=weight(config.get("points"), cell.where))
    match body:
        case [*_, ast.FunctionDef(name=name) as function] if name.startswith("test"):
            test.body = [*body[:-1], *without_docstring(function)]
        case [*_, ast.Expr()]:
            test.expected_output = cell.output.strip()
    return test
