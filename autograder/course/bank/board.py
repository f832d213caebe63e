"""`leaderboard.py` and `leaderboard.md` of a question: how a board is measured, and what students read.

`leaderboard.py` defines ``measure``, whose parameters are names of the student's namespace and,
where it draws, ``rng``, which is the same for everyone. It returns the value. It runs on the
trusted side and is never copied to students; `leaderboard.md` is.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.course.bank.files import assignment_error, read_text
from autograder.course.bank.modules import run_text
from autograder.course.bank.source import parse
from autograder.model import Assignment, Leaderboard

MEASURE = "leaderboard.py"
NOTICE = "leaderboard.md"


def read_leaderboard(folder: Path, name: str, *, ascending: bool) -> Leaderboard:
    """The board of a question.

    Args:
        folder: the question's, whose drivers and reference are registered.
        name: what is measured.
        ascending: whether the smallest value is the best.

    Raises:
        AssignmentError: a file is missing or does not run, or defines no ``measure``.
    """
    path = folder / MEASURE
    text = read_text(path)
    parse(path, text)
    read_text(folder / NOTICE)
    measure = getattr(run_text(f"leaderboard.{folder.name}", path, text), "measure", None)
    if not inspect.isfunction(measure):
        raise assignment_error(path, "must define the function measure(…)")
    parameters = tuple(inspect.signature(measure).parameters)

    def run(namespace: Mapping[str, Any]) -> float:
        return float(measure(**{word: namespace.get(word) for word in parameters}))

    return Leaderboard(name, ascending, folder.name, parameters, run)


def board_notice(assignment: Assignment) -> str:
    """What students read about the board of an assignment; nothing where there is none."""
    board = assignment.leaderboard
    if board is None:
        return ""
    folder = next(q.folder for q in assignment.questions if q.topic == board.topic)
    return read_text(folder / NOTICE).strip()
