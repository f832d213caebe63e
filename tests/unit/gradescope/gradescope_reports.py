"""Small reports, made by hand: what a test does not name is unremarkable."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.model import (
    Assignment,
    Case,
    CaseResult,
    Feedback,
    Limits,
    Outcome,
    Part,
    PartResult,
    Permits,
    Question,
    Report,
    Visibility,
)


def case(name: str = "ones", *, hidden: bool = False, weight: float = 1.0) -> Case:
    return Case("columns", "mean", name, hidden, weight, ("f",), lambda namespace: None)


def part(
    *cases: Case,
    number: str = "1.1",
    points: float = 4.0,
    written: float = 0.0,
    bonus: bool = False,
    feedback: Feedback = Feedback.OUTCOME,
    visibility: Visibility = Visibility.AFTER_PUBLISHED,
    after: Feedback = Feedback.NONE,
) -> Part:
    levels = (feedback, visibility, after)
    return Part(number, "mean", "The mean", points, written, cases, bonus, *levels)


def judged(part: Part, *verdicts: Outcome | CaseResult) -> PartResult:
    """A part whose cases came out so; a bare outcome has a sentence of its own."""
    results = [
        verdict
        if isinstance(verdict, CaseResult)
        else CaseResult(one, verdict, "" if verdict is Outcome.PASSED else f"It is {verdict}.")
        for one, verdict in zip(part.cases, verdicts, strict=True)
    ]
    return PartResult(part, tuple(results))


def report(*parts: PartResult, of: Sequence[Part] = (), **fields: Any) -> Report:
    """A report; `of` are the assignment's parts where they are more than those judged."""
    question = Question(
        "columns", 1, "Columns", Path("columns"), tuple(of) or tuple(p.part for p in parts), ("f",)
    )
    assignment = Assignment(
        "small", "Small", (question,), Limits(), Permits(), Path("small.toml"), "d1"
    )
    return Report(assignment, parts, **fields)


def texts(value: Any) -> list[str]:
    """Every string of a JSON value, keys too."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for pair in value.items() for item in pair for text in texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return []
