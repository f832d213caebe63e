"""The self-test: the reference, graded as a submission is, gets full marks."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.course import solution
from autograder.course.reference import reference_functions
from autograder.grading import pipeline
from autograder.grading.request import Progress, Request
from autograder.model import Assignment, Case, CaseResult, Isolation, Outcome
from autograder.sandbox import Workers, for_own_code
from autograder.staff.causes import cause_in, why_it_fails

Step = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that the reference does not pass.

    Attributes:
        case: the case; ``None`` where nothing could be graded.
        cause: why, in several lines.
    """

    case: Case | None
    cause: str


def failures(assignment: Assignment, step: Step) -> list[Failure]:
    """Grade the reference as a submission, as building the image at Gradescope does.

    Args:
        assignment: loaded with its hidden cases, from the project.
        step: called with what is being done, how much of it is done, and how much there is.

    Returns:
        The cases that fail, in order; empty where the reference gets full marks.

    Raises:
        AssignmentError: the reference cannot be made into a submission.
        GraderError: the harness itself failed.
    """
    with (
        tempfile.TemporaryDirectory(prefix="autograder-self-test-") as folder,
        _workers() as workers,
    ):
        for name, source in solution.modules(assignment).items():
            Path(folder, name).write_text(source, encoding="utf-8")
        request = Request(
            Path(folder),
            assignment,
            isolation=Isolation.BEST_EFFORT,
            watch=Progress(step=step),
        )
        report = pipeline.run(request, workers)
    if report.refused:
        return [Failure(None, report.refused)]
    return [
        Failure(result.case, "\n".join(_cause(result, report.seed)))
        for part in report.parts
        for result in part.cases
        if result.outcome is not Outcome.PASSED
    ]


def _workers() -> Workers:
    """The cage as far as this machine offers it: a machine that bundles need not be able to grade."""
    if not sys.platform.startswith("linux"):
        return for_own_code()
    from autograder.sandbox import Sandbox

    return Sandbox(Isolation.BEST_EFFORT)


def _cause(result: CaseResult, seed: str) -> Iterator[str]:
    """Why a case fails in this process, which has the values; otherwise the cage's explanation."""
    why = why_it_fails(result.case, reference_functions(result.case.topic), seed)
    if why:
        yield why
        return
    yield "It passes outside the sandbox and fails inside."
    yield cause_in(result.staff) if result.staff else result.detail or result.public
