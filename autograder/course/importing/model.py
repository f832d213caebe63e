"""What is read from another program's assignment, before anything is written."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field


@dataclass
class Test:
    """One test of a part.

    Attributes:
        label: what it is called in reports.
        body: its statements; the last one may be an expression.
        wants: the printed value of that expression; ``None`` where the statements assert for themselves.
        hidden: whether students have it.
        weight: inside its part.
    """

    label: str
    body: list[ast.stmt]
    wants: str | None = None
    hidden: bool = False
    weight: float = 1.0


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


@dataclass
class Master:
    """A whole assignment.

    Attributes:
        title: its title, if it has one.
        introduction: Markdown before the first part.
        provided: code that students are given.
        parts: in order.
        listed: what could not be moved, each with why.
    """

    title: str = ""
    introduction: str = ""
    provided: str = ""
    parts: list[ImportedQuestion] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)
