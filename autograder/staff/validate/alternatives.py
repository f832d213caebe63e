"""Right answers in other styles, which a course keeps with its reference, as functions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from autograder.course.bank.files import read_text
from autograder.course.bank.modules import run_standalone
from autograder.course.solution import alternatives
from autograder.staff.causes import Functions


def solutions(course: Path, topic: str) -> Iterator[tuple[str, Functions]]:
    """The right answers of ``reference/alternatives``, by name.

    Args:
        course: its folder, or a bank's.
        topic: one of its questions.
    """
    for path in alternatives(course, topic):
        yield (
            f"{topic}/{path.name}",
            vars(run_standalone(f"validated.{path.stem}", path, read_text(path))),
        )
