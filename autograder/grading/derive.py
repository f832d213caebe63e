"""One derivation's verdict: ask the student's function for its lines, and have them judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograder.grading.judging import trace_of
from autograder.model import DerivationResult, DerivationTask, GraderError, Outcome, StudentError

_OURS = "This derivation could not be judged, through no fault of yours. Staff have been notified."


def derive(task: DerivationTask, namespace: Mapping[str, Any]) -> DerivationResult:
    """Judge a derivation.

    Args:
        task: what is asked for.
        namespace: where the student's function is.
    """
    try:
        lines = namespace.get(task.name)()  # type: ignore[misc] # every name is a function there
    except StudentError as error:
        return DerivationResult(
            task.name, task.title, error.outcome, error.detail, unfilled=error.unfilled
        )
    except GraderError as error:
        return _our_fault(task, error)
    try:
        return task.judge(lines)
    except Exception as error:  # no list of strings is a reason for one
        return _our_fault(task, error)


def _our_fault(task: DerivationTask, error: Exception) -> DerivationResult:
    return DerivationResult(
        task.name, task.title, Outcome.GRADER_ERROR, _OURS, staff=trace_of(error)
    )
