"""What is read from another program's assignment, before anything is written."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course.parsing import NotPythonError, parse_python
from autograder.model import UsageError


@dataclass
class Test:
    """One test of a part.

    Attributes:
        label: what it is called in reports.
        body: its statements; the last one may be an expression.
        expected_output: the printed value of that expression; ``None`` where the statements
            assert for themselves.
        hidden: whether students have it.
        weight: inside its part; ``None`` where it says nothing and shares what others leave.
    """

    label: str
    body: list[ast.stmt]
    expected_output: str | None = None
    hidden: bool = False
    weight: float | None = None


@dataclass
class ImportedQuestion:
    """One question of the other program.

    Attributes:
        name: as it was called there.
        prompt: Markdown.
        points: of the tests.
        written: of a written answer.
        tests: in order.
        solution: the source of its solution, all cells.
    """

    name: str
    prompt: str = ""
    points: float = 1.0
    written: float = 0.0
    tests: list[Test] = field(default_factory=list)
    solution: str = ""

    def settle(self, total: object) -> None:
        """Give the tests the points that Otter would give them, and the part their sum.

        Args:
            total: of the part: see `weights`; or a dict of ``each`` or ``total``.

        Raises:
            UsageError: a number of points is not one of 0 or more.
        """
        if isinstance(total, dict):  # {each: 2}
            each = total.get("each")
            total = [each] * len(self.tests) if each is not None else total.get("total")
        earned, self.points = weights(total, [test.weight for test in self.tests], self.name)
        for test, worth in zip(self.tests, earned, strict=True):
            test.weight = worth


@dataclass
class Master:
    """A whole assignment.

    Attributes:
        title: its title, if it has one.
        introduction: Markdown before the first part.
        provided: code that students are given.
        parts: in order.
        files: data files that it says it needs.
        folder: where they lie; ``None`` for the folder of the file that was named.
        listed: what could not be moved, each with why.
    """

    title: str = ""
    introduction: str = ""
    provided: str = ""
    parts: list[ImportedQuestion] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    folder: Path | None = None
    listed: list[str] = field(default_factory=list)

    def give(self, text: str, pending: ImportedQuestion | None = None) -> None:
        """Add code that students are given; what uses an answer goes behind the answer.

        Args:
            text: the code.
            pending: a part that is read and not among the parts yet.
        """
        parts = [*self.parts, *([pending] if pending else [])]
        answered = {name for part in parts for name in _stored(part.solution)}
        if parts and answered & _loaded(text):
            parts[-1].solution += text + "\n\n"
        else:
            self.provided += text + "\n\n"


def points(value: object, where: str) -> float:
    """Points that another program's file gives.

    Raises:
        UsageError: they are not a number of 0 or more.
    """
    if isinstance(value, int | float) and 0 <= value < 1e9:
        return float(value)
    raise UsageError(f"{where}: invalid points {value!r}; give a number of 0 or more")


def weight(value: object, where: str) -> float | None:
    """What a test says that it is worth; ``None`` where it says nothing. See `points`."""
    return None if value is None else points(value, where)


def weights(total: object, cases: Sequence[float | None], where: str) -> tuple[list[float], float]:
    """What each case of a question earns, and all together, by Otter's rule.

    Args:
        total: of the question: a number, a list of one number a case, or nothing.
        cases: what each case says for itself.
        where: the question, for errors.

    Returns:
        The points of the cases. Those that say nothing share what is left of the total; without a
        total, one point if no case says anything, else nothing.

    Raises:
        UsageError: a number of points is not one of 0 or more.
    """
    given: list[float | None] = [*cases]
    if isinstance(total, list):
        given[: len(total)] = [points(one, where) for one in total[: len(given)]]
        total = None
    said = sum(one for one in given if one is not None)
    silent = sum(one is None for one in given)
    whole = said or float(bool(silent)) if total is None else points(total, where)
    whole = max(whole, said)
    each = max(0.0, whole - said) / silent if silent else 0.0
    return [each if one is None else one for one in given], whole


def _stored(text: str) -> set[str]:
    return {
        name
        for node in _nodes(text)
        for name in (
            [node.name]
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
            else [node.id]
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            else []
        )
    }


def _loaded(text: str) -> set[str]:
    return {
        node.id
        for node in _nodes(text)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


def _nodes(text: str) -> list[ast.AST]:
    try:
        return [*ast.walk(parse_python(text))]
    except NotPythonError:  # reported when the code is taken apart
        return []
