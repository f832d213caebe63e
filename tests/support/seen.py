"""What a student may see of a grading, and what of the hidden cases is in it: a linter of results."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np

from autograder.gradescope import results
from autograder.model import Assignment, CaseResult, Feedback, PartResult, Report, Visibility
from autograder.staff.validate.secrets import secret_lines

_PHRASE = 12
TELLING = 4
"""A number of so many significant digits is known again; one of fewer says next to nothing."""

_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_OURS = re.compile(r"Traceback|File \"|\bline \d+\b|autograder[/.]\w|reference[/.]\w|_cases\b")
# Where a difference is, how many there are and which shape is asked for: places, not values.
_PLACES = re.compile(r"\[\d+(?:, \d+)*\]|\b\d+ of \d+ entries|expected \([\w, ]*\)")

BEFORE = "before"
AFTER = "after"


def levels() -> Iterator[tuple[Feedback, Feedback]]:
    """All levels before the due date, each with all that may follow after it."""
    order = list(Feedback)
    for place, before in enumerate(order):
        yield before, Feedback.NONE
        for after in order[place + 1 :]:
            yield before, after


def at(report: Report, before: Feedback, after: Feedback) -> Report:
    """The same grading with these levels in every part, its hidden cases shown at once."""

    def part(result: PartResult) -> PartResult:
        changed = replace(
            result.part, feedback=before, feedback_after=after, visibility=Visibility.VISIBLE
        )
        return replace(result, part=changed)

    return replace(report, parts=tuple(map(part, report.parts)))


def seen(report: Report) -> Iterator[tuple[str, str]]:
    """What is shown beside the public cases, each text with when: `BEFORE`, or `AFTER`.

    An entry's name is the part's title, which is public. The public cases stand aside: so are their
    inputs, and they are judged before any hidden one.
    """
    page = results(report)
    yield BEFORE, page["output"]
    for entry in page["tests"]:
        if entry["visibility"] == "after_due_date":
            yield AFTER, entry["output"]
        elif "hidden cases" in entry["name"] or "number" not in entry:
            yield BEFORE, entry["output"]


def numbers(text: str) -> Iterator[str]:
    """Every number of a text with as many significant digits as tell it from others."""
    for found in _NUMBER.findall(text):
        mantissa = found.lower().partition("e")[0]
        digits = mantissa.replace(".", "").lstrip("0")
        if len(digits if "." in mantissa else digits.rstrip("0")) >= TELLING:
            yield found


def stands_for(number: str, values: np.ndarray) -> bool:
    """Whether a number as written is one of the values, rounded or cut to its digits."""
    written = Decimal(number)
    unit = float(Decimal(1).scaleb(int(written.as_tuple().exponent)))
    apart = np.abs(np.abs(values) - float(written))
    return bool((apart <= 1.01 * unit).any())


def source_lines(assignment: Assignment) -> set[str]:
    """Telling lines of the hidden cases and the reference; sentences to the student are none."""
    return {line for line in secret_lines(assignment) if line.lstrip("f")[:1] not in ("'", '"')}


def leaks(
    text: str,
    level: Feedback,
    cases: Iterable[CaseResult],
    lines: Iterable[str],
    expected: np.ndarray,
) -> list[str]:
    """What is in a text that its level does not allow.

    Args:
        text: as Gradescope gets it.
        level: of feedback.
        cases: the hidden cases, whose names nobody may read.
        lines: of secret source.
        expected: absolute values that may be read at level `diff`.

    Returns:
        One sentence for each; empty where all is well.
    """
    plain = re.sub(r"\\([^a-zA-Z0-9\s])", r"\1", text)  # Markdown's escapes undone
    allowed = expected if level is Feedback.DIFF else np.zeros(0)
    found = [
        f"the number {number} is neither public nor expected"
        for number in numbers(_PLACES.sub("", plain))
        if not stands_for(number, allowed)
    ]
    found += [f"our own: {words}" for words in _OURS.findall(plain)]
    found += [f"a case's name: {name}" for name in names(cases, level) if name in plain]
    found += [f"a line of source: {line}" for line in lines if line in plain]
    return found


def magnitudes(values: Iterable[Any]) -> np.ndarray:
    """Absolute values of the parts of numbers of any kind."""
    parts = [np.asarray(value).reshape(-1) for value in values]
    flat = np.concatenate([*(part.real for part in parts), *(part.imag for part in parts), [0.0]])
    absolute: np.ndarray = np.abs(flat[np.isfinite(flat)])
    return absolute


def names(cases: Iterable[CaseResult], level: Feedback) -> Iterator[str]:
    """What hidden cases are called, in full, and in a phrase below level `diff`.

    There an author's own words say what was compared, and a case is often named after it.
    """
    for case in cases:
        yield case.case.key
        yield f"{case.case.part}: {case.case.name}"
        if level is not Feedback.DIFF and len(case.case.name) >= _PHRASE:
            yield case.case.name
