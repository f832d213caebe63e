"""One case's verdict: run its lines on somebody's functions, and say whose fault it is where they fail."""

from __future__ import annotations

import time
import traceback
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autograder.course.reference import reference_module
from autograder.grading.limit import JudgingTimedOut, judging
from autograder.grading.seeds import generator
from autograder.model import Case, CaseResult, GraderError, Outcome, StudentError
from autograder.testing import Mismatch

_TRACE_CHARACTERS = 6_000
_SENTENCES = {
    Outcome.WRONG: "A returned value is wrong.",
    Outcome.BAD_VALUE: "A returned value has the wrong type or form.",
}


def judge(case: Case, namespace: Mapping[str, Any]) -> CaseResult:
    """Run one case and return its outcome.

    An exception that is neither a mismatch nor an error of the student's function comes from the case's
    own lines. To find out whose fault it is, the case is run once more with the reference's functions. If
    it fails then too, the case is at fault. If it passes, the student's value is: it is wrong where an
    `assert` failed, and of the wrong type or form elsewhere.
    """
    begin = time.monotonic()
    result = _attempt(case, namespace)
    return replace(result, seconds=time.monotonic() - begin)


def _attempt(case: Case, namespace: Mapping[str, Any]) -> CaseResult:
    try:
        with judging():
            case.run(namespace)
    except Mismatch as mismatch:
        return CaseResult(
            case,
            Outcome.WRONG,
            mismatch.public,
            mismatch.detail,
            hint=mismatch.hint,
            diff=mismatch.diff,
            share=mismatch.share,
        )
    except StudentError as error:
        return CaseResult(case, error.outcome, error.public, error.detail, unfilled=error.unfilled)
    except GraderError as error:
        return _our_fault(case, error)
    except (
        Exception,
        JudgingTimedOut,
    ) as error:  # whatever a case's own line may raise on a student's value
        if not _holds_for_the_reference(case, namespace):
            return _our_fault(case, error)
        # A bare assert, or one of another library's, is a comparison that came out false.
        outcome = Outcome.WRONG if isinstance(error, AssertionError) else Outcome.BAD_VALUE
        sentence = _SENTENCES[outcome]
        detail = f"{sentence} ({error})" if str(error) else sentence
        return CaseResult(case, outcome, sentence, detail, trace_of(error))
    return CaseResult(case, Outcome.PASSED)


def _our_fault(case: Case, error: BaseException) -> CaseResult:
    sentence = "This case could not be judged, through no fault of yours. Staff have been notified."
    return CaseResult(case, Outcome.GRADER_ERROR, sentence, sentence, trace_of(error))


def trace_of(error: BaseException) -> str:
    """The end of a traceback, for staff."""
    return "".join(traceback.format_exception(error))[-_TRACE_CHARACTERS:]


def _holds_for_the_reference(case: Case, namespace: Mapping[str, Any]) -> bool:
    try:
        solution = reference_module(case.topic)
    except ImportError:  # a student's own machine: there the value is the only suspect
        return not case.hidden
    names = {name: getattr(solution, name, None) for name in case.parameters}
    if "rng" in names:
        names["rng"] = generator("reference", case.key)
    try:
        with judging():
            case.run(names)
    except (Exception, JudgingTimedOut):  # the case fails with the right answers too
        return False
    return True
