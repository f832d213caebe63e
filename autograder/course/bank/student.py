"""`load_template`: the student's own folder as an assignment, public cases only.

`assignment.toml` of that folder is written by `autograder.student.template` and read here.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from autograder.course.bank.cases import Rules, read_cases
from autograder.course.bank.contents import finding_files
from autograder.course.bank.files import digest, read_text
from autograder.course.bank.manifest import (
    NAME,
    NUMBER,
    check_numbers,
    read_derivations,
    read_limits,
    read_permits,
)
from autograder.course.bank.modules import register_drivers
from autograder.course.bank.prompts import KEY
from autograder.course.bank.tables import TomlTable, read_toml
from autograder.course.bank.tasks import tasks
from autograder.model import Assignment, Case, Kind, Kinds, Part, Question

FILE = "assignment.toml"

_TOP = ("name", "title", "limits", "permits", "graded_with", "question")
_VERSIONS = ("python", "torch", "numpy")
_QUESTION = ("topic", "title", "functions", "classes", "values", "part")
_PART = (
    "number",
    "key",
    "title",
    "points",
    "written",
    "bonus",
    "tests",
    "derivations",
    "derivation_points",
)


def load_template(folder: Path | str) -> Assignment:
    """The assignment that a student's folder was made for.

    Args:
        folder: the folder that holds `assignment.toml`.

    Returns:
        The assignment with its public cases. A part's points are the whole part's, hidden cases
        included; a question's folder is this one.

    Raises:
        AssignmentError: where a file of the folder is missing or was changed so that it does not
            hold together.
    """
    base = Path(folder).resolve()
    path = base / FILE
    top = TomlTable(path, "", read_toml(path), _TOP)
    tables = top.tables("question", _QUESTION)
    topics = [table.word("topic", KEY, "the name of a question") for table in tables]
    permits = read_permits(top)
    drivers = {
        topic: source for topic in topics if (source := base / "drivers" / f"{topic}.py").exists()
    }
    with contextlib.chdir(base) if permits.files else contextlib.nullcontext():
        register_drivers(drivers)
        questions = tuple(
            _question(base, index, table, topic)
            for index, (table, topic) in enumerate(zip(tables, topics, strict=True), start=1)
        )
    check_numbers(
        (table, part.number)
        for table, question in zip(tables, questions, strict=True)
        for part in question.parts
    )
    read = [path, *drivers.values()]
    read += [_tests(base, part) for question in questions for part in question.parts if part.cases]
    derived = (
        task for question in questions for part in question.parts for task in part.derivations
    )
    read += dict.fromkeys(_derivations(base, task.topic) for task in derived)
    return finding_files(
        Assignment(
            name=top.word("name", NAME, "a file's name"),
            title=top.text("title"),
            questions=questions,
            limits=read_limits(top),
            permits=permits,
            graded_with=_versions(top),
            manifest=path,
            digest=digest({file.relative_to(base).as_posix(): read_text(file) for file in read}),
        )
    )


def _versions(top: TomlTable) -> dict[str, str]:
    """What the work is graded with; copies of earlier versions of the program do not say it."""
    if not top.has("graded_with"):
        return {}
    table = top.table("graded_with", _VERSIONS)
    return {name: table.text(name) for name in _VERSIONS if table.has(name)}


def _tests(base: Path, part: Part) -> Path:
    return base / "tests" / f"{part.number}.py"


def _derivations(base: Path, topic: str) -> Path:
    return base / "derivations" / f"{topic}.py"


def _question(base: Path, index: int, table: TomlTable, topic: str) -> Question:
    """One question of the folder."""
    functions = table.words("functions")
    kinds = {
        name: kind
        for key, kind in (("classes", Kind.CLASS), ("values", Kind.VALUE))
        if table.has(key)
        for name in table.words(key)
    }
    entries = table.tables("part", _PART)
    parts = tuple(_part(base, entry, topic, functions, kinds) for entry in entries)
    return Question(topic, index, table.text("title"), base, parts, functions, kinds=kinds)


def _part(
    base: Path, table: TomlTable, topic: str, functions: tuple[str, ...], kinds: Kinds
) -> Part:
    """One part of the folder, with the cases of its test file."""
    number = table.word("number", NUMBER, "a part's number")
    key = table.word("key", KEY, "a part's key")
    cases: tuple[Case, ...] = ()
    if table.has("tests"):
        name = f"tests/{number}.py"
        if table.text("tests") != name:
            raise table.wrong(f"'tests' must be {name!r}, where Otter looks for it")
        rules = Rules(topic, number, (key,), functions, hidden=False, kinds=kinds)
        cases = read_cases(base / name, rules)
    derivations, carried = read_derivations(table)
    return Part(
        number=number,
        key=key,
        title=table.text("title"),
        points=table.number("points"),
        written=table.number("written"),
        cases=cases,
        bonus=table.flag("bonus"),
        derivations=tasks(_derivations(base, topic), topic, derivations, table),
        derivation_points=carried,
    )
