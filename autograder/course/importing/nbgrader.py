"""nbgrader: an instructor's notebook, whose cells say in their metadata what they are."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from autograder.course.importing.cells import elsewhere, plain, read_cells, solved, title_of
from autograder.course.importing.model import ImportedQuestion, Master, Test
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
    master, part = Master(listed=elsewhere(cells)), ImportedQuestion("")
    for cell in cells:
        marks = cell.metadata.get("nbgrader") or {}
        task = bool(marks.get("task"))  # words with points, answered in cells of the student's own
        graded, answered = bool(marks.get("grade")) or task, bool(marks.get("solution"))
        if cell.kind == "markdown" and not answered:
            master.title = master.title or title_of(cell.text)
            part.prompt += cell.text.strip() + "\n\n"
        elif cell.kind == "code" and answered:
            part.solution += solved(cell.text) + "\n\n"
        elif cell.kind == "code" and not graded:
            master.give(plain(cell.text).strip("\n"), part)
        if graded:
            part.name = str(marks.get("grade_id") or f"cell {cell.number}")
            points = float(marks.get("points") or 0)
            if answered or task:
                part.points, part.written = 0.0, points
            else:
                part.points = points
                _tests(part, cell.text, cell.number)
            master.parts.append(part)
            part = ImportedQuestion("")
    if not master.parts:
        raise UsageError(f"{path} has no cell that nbgrader grades")
    return master


def _tests(part: ImportedQuestion, text: str, number: int) -> None:
    """The assertions that students see, and those between the marks of hidden tests after them."""
    try:
        shown = ast.parse(plain(_HIDDEN.sub("", text))).body
        whole = ast.parse(plain(text)).body
    except SyntaxError as error:
        raise UsageError(f"cell {number}: Python cannot read the test: {error}") from error
    if any(isinstance(node, ast.Assert) for top in shown for node in ast.walk(top)):
        part.tests.append(Test("shown", shown, weight=1.0))
    if _HIDDEN.search(text):
        part.tests.append(Test("hidden", whole, hidden=True, weight=1.0))
    elif not part.tests:
        part.tests.append(Test("shown", whole, weight=1.0))
