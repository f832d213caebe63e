"""What to grade, how, and the callbacks that receive progress."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from autograder.model import (
    Assignment,
    Isolation,
    PartResult,
    Report,
)


def _ignore_report(_report: Report) -> None:
    """Do nothing with a report that is not final."""


def _ignore_step(_what: str, _done: int, _of: int) -> None:
    """Do nothing with a step."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The callbacks that receive the progress of a grading.

    Attributes:
        report: called with the report so far, first before anything is run, then after the public cases
            of every part, then after the hidden cases of every part; twice when all is judged: at
            once, and with the diagnoses of what is wrong.
        step: called with what is being done, how much of it is done, and how much there is.
        every: seconds that must have passed since the report before one on the way; a hundred small parts
            would take longer to write than to judge.
    """

    report: Callable[[Report], None] = _ignore_report
    step: Callable[[str, int, int], None] = _ignore_step
    every: float = 0.0


@dataclass(frozen=True, slots=True)
class Request:
    """What to grade, and how.

    Attributes:
        path: what was handed in; the folder that the files lie in where they are named.
        assignment: what to grade by.
        users: ids of the submitters: with what was handed in they pick the hidden inputs, so that no two
            submissions share them.
        isolation: how much of the cage must stand.
        keep_from: folders of results: the student's code must not be able to write to them, nor to
            read what lies in them, which names hidden cases.
        unreadable: other files that it must not be able to read, such as Gradescope's metadata, which
            repeat earlier results.
        staff: what was noticed before the grading, for staff.
        known: parts that were judged before: their cases are taken over and not run again.
        seed: what hidden inputs are drawn from, where that was settled before; else it is found from
            the assignment, the users and what was handed in.
        named: the files that alone were handed in, by the names that they had, where a course system
            renamed them.
        watch: callbacks that receive progress.
    """

    path: Path
    assignment: Assignment
    users: tuple[str, ...] = ()
    isolation: Isolation = Isolation.STRICT
    keep_from: tuple[Path, ...] = ()
    unreadable: tuple[Path, ...] = ()
    staff: tuple[str, ...] = ()
    known: tuple[PartResult, ...] = ()
    seed: str = ""
    named: tuple[tuple[str, Path], ...] = ()
    watch: Progress = field(default_factory=Progress)
