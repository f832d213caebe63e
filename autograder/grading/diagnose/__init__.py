"""Which misconception explains a wrong value: recorded calls, put to the wrong answers of the bank.

A misconception is named where its functions answer all recorded calls as the student's did, where
the reference answers at least one of them otherwise, and where it passes what the student passed.
If none fits, there is no explanation; if several fit equally well, all are named.

    explained(report, wrong, draw, seconds)   a finished report with diagnoses and kept values
    diagnose(results, wrong, draw)            the diagnoses of one topic, by part
    equal_up_to_rounding(one, other)          whether two values are the same up to rounding
    keep                                      what came back, small enough for `results.json`
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace

from autograder.grading.diagnose import keep
from autograder.grading.diagnose.agreement import equal_up_to_rounding
from autograder.grading.diagnose.topic import Draw, diagnose
from autograder.grading.limit import JudgingTimedOut, limited
from autograder.model import CaseResult, Diagnosis, PartResult, Report
from autograder.testing import Misconception

__all__ = ["diagnose", "equal_up_to_rounding", "explained", "keep"]

SECONDS = 60.0
"""Of processor time; the costliest so far, mistakes in six classes that train, take up to 18."""

_ROOM = 256 << 10  # characters of all values that are kept
_TRACE = 2_000


def explained(
    report: Report,
    wrong: Callable[[str], Sequence[Misconception]],
    draw: Draw,
    seconds: float,
) -> Report:
    """Explain what failed, as far as there is time; whatever goes wrong costs explanations only.

    Args:
        report: a finished one, whose failed cases have their calls.
        wrong: the misconceptions of a topic.
        draw: the generator of a case, as it was when the case was judged.
        seconds: how long it may take on the wall, which should be far more than `SECONDS`.

    Returns:
        The report with the diagnoses of its parts, what is kept of the failed cases' values, and a
        note for staff where something was left out. A part whose cases have no calls keeps the
        diagnoses that it has: it was explained before.
    """
    trouble = ""
    found: dict[str, tuple[Diagnosis, ...]] = {}
    kept: dict[str, keep.KeptAnswers] = {}
    try:
        with limited(seconds), limited(SECONDS, "PROF"):
            kept = _kept_answers(report)
            for topic, results in _by_topic(report).items():
                if not any(case.calls for part in results for case in part.cases):
                    continue
                found |= diagnose(results, wrong(topic), draw)
    except JudgingTimedOut:
        trouble = "Not everything was explained: the time ran out."
    except Exception as error:  # a file of the bank, or a fault of ours
        trace = "".join(traceback.format_exception(error))[-_TRACE:]
        trouble = f"Not everything was explained: {trace}"

    def of_case(case: CaseResult) -> CaseResult:
        return replace(case, kept=kept.get(case.case.key, case.kept))

    return replace(
        report,
        parts=tuple(
            replace(
                part,
                cases=tuple(map(of_case, part.cases)),
                diagnoses=found.get(part.part.number, part.diagnoses),
            )
            for part in report.parts
        ),
        staff=(*report.staff, trouble) if trouble else report.staff,
    )


def _kept_answers(report: Report) -> dict[str, keep.KeptAnswers]:
    """What is kept of every failed case, the first ones first while there is room."""
    found, room = {}, _ROOM
    for part in report.parts:
        for case in part.cases:
            if case.calls:
                found[case.case.key], used = keep.kept_answers(case.calls, room)
                room -= used
    return found


def _by_topic(report: Report) -> dict[str, list[PartResult]]:
    """The parts with cases by the topic of these: all the parts of a question, or of several."""
    found: dict[str, list[PartResult]] = {}
    for part in report.parts:
        for topic in {case.case.topic for case in part.cases}:
            found.setdefault(topic, []).append(part)
    return found
