"""The misconceptions of a question, as its `misconceptions.py` declares them."""

from __future__ import annotations

import contextlib

from autograder.course.bank.files import assignment_error, read_text
from autograder.course.bank.modules import run_standalone
from autograder.course.bank.source import parse
from autograder.model import Question
from autograder.testing import Misconception


def misconceptions(question: Question) -> tuple[Misconception, ...]:
    """The misconceptions of a question, in the order of the file.

    Args:
        question: of an assignment that was loaded with its hidden cases.

    Returns:
        None where the question has no such file.

    Raises:
        AssignmentError: the file does not run, or declares one name twice.
    """
    path = question.folder / "misconceptions.py"
    if not path.exists():
        return ()
    text = read_text(path)
    parse(path, text)
    with contextlib.chdir(
        question.folder.parents[1]
    ):  # where the files lie that a manifest permits
        module = run_standalone(f"misconceptions.{question.topic}", path, text)
    found = [item for item in vars(module).values() if isinstance(item, Misconception)]
    names = [item.name for item in found]
    for name in names:
        if names.count(name) > 1:
            raise assignment_error(path, f"two misconceptions are called {name}")
    return tuple(found)
