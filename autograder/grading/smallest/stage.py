"""Examples for the cases of a grading: each function's, once a part, under the first case that it fails."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from autograder.course.reference import reference_functions
from autograder.grading.calls import Caller
from autograder.grading.limit import JudgingTimedOut, limited
from autograder.grading.smallest.search import Clock, Example, example
from autograder.model import Case, CaseResult, Feedback, Outcome, Part
from autograder.testing import Misconception

SECONDS: Final = 30.0
"""Of processor time, for all functions of a grading together."""

FAR_SECONDS: Final = 60.0
"""On the wall, likewise: only functions that wait get there."""


def with_examples(
    parts: Sequence[Part],
    judged: Mapping[str, CaseResult],
    caller: Caller,
    wrong: Callable[[str], Sequence[Misconception]],
    *,
    hidden: bool,
    seconds: float = FAR_SECONDS,
    clock: Clock = time.process_time,
) -> Iterator[CaseResult]:
    """The results to which an example was added.

    The student's functions are called for it. A value that they return for a public case's example is
    shown, so that must be done before anything hidden has been heard.

    What bounds it is the processor time that it uses: a student whose grading meets a busy machine reads
    the same examples.

    Args:
        parts: the assignment's.
        judged: the results, by the key of the case.
        caller: calls the student's functions.
        wrong: takes a topic and returns its misconceptions.
        hidden: whether hidden cases get examples (where the level of feedback shows them), or public ones.
        seconds: how long it may take on the wall.
        clock: what `SECONDS` is measured by; it should count the student's functions.

    Raises:
        JudgingTimedOut: the time is up; the examples that were found before have been yielded.
    """
    begin = clock()
    with limited(seconds), limited(SECONDS, "PROF"):
        for part in parts:
            if hidden and Feedback.DIFF not in (part.feedback, part.feedback_after):
                continue
            told: set[str] = set()
            for case in part.hidden if hidden else part.public:
                if (result := judged.get(case.key)) is None or not _is_wrong(result):
                    continue
                if told.issuperset(_names(case)):
                    continue
                if clock() - begin > SECONDS:
                    raise JudgingTimedOut
                found = example(
                    result.calls, caller, reference_functions(case.topic), wrong(case.topic), clock
                )
                if found is None or found.function in told or (hidden and not found.is_new):
                    continue
                told.add(found.function)
                yield _added(result, found)


def _names(case: Case) -> set[str]:
    return {name for name in case.parameters if name != "rng"}


def _is_wrong(result: CaseResult) -> bool:
    if result.share is not None:  # a score: the reference's answer is one of many
        return False
    return result.outcome is Outcome.WRONG and bool(result.calls) and not result.case.form


def _added(result: CaseResult, found: Example) -> CaseResult:
    """With the example after the sentences, before the table of values."""
    changed = replace(result, detail=_after_the_sentences(result.detail, found.text))
    if not result.case.hidden:
        return changed
    return replace(changed, diff=_after_the_sentences(result.diff or result.public, found.rough))


def _after_the_sentences(explanation: str, text: str) -> str:
    sentences, between, table = explanation.partition("\n\n")
    return f"{sentences} {text}{between}{table}"
