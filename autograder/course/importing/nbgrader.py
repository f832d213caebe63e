"""nbgrader: an instructor's notebook, whose cells say in their metadata what they are."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from autograder.course.importing.cells import Cell, in_other_languages, plain, read_cells, title_of
from autograder.course.importing.model import ImportedQuestion, Master, Test, points
from autograder.model import UsageError

_HIDDEN = re.compile(
    r"^[ \t]*### BEGIN HIDDEN TESTS.*?\n(.*?)^[ \t]*### END HIDDEN TESTS.*?$\n?",
    re.MULTILINE | re.DOTALL,
)


def read_nbgrader(path: Path) -> Master:
    """An assignment of nbgrader's: each graded cell becomes a part.

    Raises:
        UsageError: the file cannot be read, or no cell of it is graded.
    """
    cells = read_cells(path)
    master, part = Master(listed=in_other_languages(cells)), ImportedQuestion("")
    for cell in cells:
        found = cell.metadata.get("nbgrader")
        marks = found if isinstance(found, dict) else {}
        task = bool(marks.get("task"))  # words with points, answered in cells of the student's own
        graded, answered = bool(marks.get("grade")) or task, bool(marks.get("solution"))
        if cell.kind == "markdown" and not answered:
            master.title = master.title or title_of(cell.text)
            part.prompt += cell.text.strip() + "\n\n"
        elif cell.kind == "code" and answered:
            part.solution += cell.solution() + "\n\n"
        elif cell.kind == "code" and not graded:
            master.give(cell.given(), part)
        if graded:
            part.name = str(marks.get("grade_id") or f"cell {cell.number}")
            worth = points(marks.get("points") or 0, cell.where)
            if answered or task:
                part.points, part.written = 0.0, worth
            else:
                part.points = worth
                _tests(part, cell)
            master.parts.append(part)
            part = ImportedQuestion("")
    if not master.parts:
        raise UsageError(f"{path} has no cell that nbgrader grades")
    return master


def _tests(part: ImportedQuestion, cell: Cell) -> None:
    """The assertions that students see, and those between the marks of hidden tests after them."""
    shown = cell.parsed(plain(_HIDDEN.sub("", cell.text))).body
    whole = cell.parsed(plain(cell.text)).body
    if any(isinstance(node, ast.Assert) for top in shown for node in ast.walk(top)):
        part.tests.append(Test("shown", shown, weight=1.0))
    if _HIDDEN.search(cell.text):
        part.tests.append(Test("hidden", whole, hidden=True, weight=1.0))
    elif not part.tests:
        part.tests.append(Test("shown", whole, weight=1.0))
