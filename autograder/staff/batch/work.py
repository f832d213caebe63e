"""What a grader does: one submission after the other, in a sandbox that stays warm.

Everything here runs in a separate process (see `warm`). It knows one submission at a time and leaves
nothing on disk: its findings go back to the process that has the class.
"""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.grading import pipeline  # noqa: F401 - for the forks of the warm process, see `warm`
from autograder.grading.grader import Grader
from autograder.grading.request import Progress
from autograder.grading.versions import versions
from autograder.model import AssignmentError, Isolation, Outcome, Report
from autograder.staff.batch import explaining
from autograder.staff.json_values import Data

_REASONS = 3
_PARTIAL_SECONDS = 5.0
"""How often a grading that lasts says how far it has come."""


class ClassGrader:
    """Grades the submissions of a class, a job at a time."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """Start the zygote, then load the assignment.

        Args:
            settings: ``assignment``, ``root`` (or ``None``), ``here`` (the folder that a path is relative
                to), ``isolation``, the lists of paths ``keep_from`` and ``unreadable``, and perhaps the
                ``mark`` of the batch; see `sandbox.workdir.clear`.

        Raises:
            AutograderError: the machine or the assignment is not as it must be; says how.
        """
        with contextlib.chdir(settings["here"]):
            self._grader = Grader(
                settings["assignment"],
                settings["root"],
                isolation=Isolation(settings["isolation"]),
                keep_from=[Path(folder) for folder in settings["keep_from"]],
                unreadable=[Path(path) for path in settings["unreadable"]],
                mark=settings.get("mark", ""),
            )
        from autograder.course.solution import modules  # late: the zygote must not have these
        from autograder.gradescope import results

        self._results = results
        self._solution = modules

    def about(self) -> Data:
        """What the process that holds the class must know of the assignment; no case, no expected value."""
        assignment = self._grader.assignment
        return {
            "name": assignment.name,
            "title": assignment.title,
            "manifest": str(assignment.manifest),
            "digest": assignment.digest,
            "harness": harness(),
            "points": assignment.points,
            "seconds": assignment.limits.total_seconds,
            "memory_mb": assignment.limits.memory_mb,
            "parts": [
                {
                    "number": part.number,
                    "title": part.title,
                    "points": part.points,
                    "bonus": part.bonus,
                    "written": part.written,
                    "cases": len(part.cases),
                }
                for part in assignment.parts
            ],
        }

    def grade(self, job: Mapping[str, Any], tell: Callable[[Data], None]) -> Data:
        """Grade one submission.

        Args:
            job: ``path`` (where it lies), ``files`` (where each file lies, by its name, where they are
                named), and the ids of its ``users``. Where only some parts are to be judged ``again``,
                by number: what was explained ``earlier``, and the ``seed`` of that grading.
            tell: called with the results so far, now and then.

        Returns:
            ``results`` for Gradescope, ``explain`` for staff, and ``row`` for the table of the class.

        Raises:
            GraderError: the harness itself failed.
        """
        began = time.monotonic()

        def watch(report: Report) -> None:
            if (
                not report.finished and report.handed_in
            ):  # which has been read: there may be verdicts
                tell(self._results(report))

        report = self._grader.grade(
            job["path"],
            named=tuple((name, Path(path)) for name, path in job.get("files", ())),
            users=tuple(job["users"]),
            watch=Progress(watch, every=_PARTIAL_SECONDS),
            **self._taken_over(job),
        )
        return {
            "results": self._results(report),
            "explain": explaining.explained(report),
            "row": {
                **_row(report),
                "seconds": round(time.monotonic() - began, 3),
                "peak_mb": round(self._grader.sandbox.peak_mb, 1),
            },
        }

    def self_test(self) -> Data:
        """Grade the reference solution as a submission is graded.

        Returns:
            Its row. Whether it gets full marks is not the question, but whether grading comes to its end.

        Raises:
            GraderError: the harness itself failed.
        """
        with tempfile.TemporaryDirectory(prefix="autograder-self-test-") as folder:
            for name, source in self._harmless().items():
                Path(folder, name).write_text(source, encoding="utf-8")
            return {"row": _row(self._grader.grade(folder))}

    def _harmless(self) -> Mapping[str, str]:
        """A submission that does no harm, by file name."""
        try:
            return self._solution(self._grader.assignment)
        except AssignmentError:  # a reference that cannot be laid into one text
            return {"nothing.py": ""}

    def _taken_over(self, job: Mapping[str, Any]) -> Data:
        """The earlier verdicts that hold, where only some parts are to be judged again."""
        earlier = job.get("earlier")
        if earlier is None:
            return {}
        # What explains a part is found with the other parts of its topic.
        topics = {
            case.topic
            for part in self._grader.assignment.parts
            if part.number in job["again"]
            for case in part.cases
        }
        holding = [
            part
            for part in self._grader.assignment.parts
            if not any(case.topic in topics for case in part.cases)
        ]
        return {"known": explaining.known(earlier, holding), "seed": job["seed"]}


def _row(report: Report) -> Data:
    """One line of the table: what kind of end it came to and why, and numbers."""
    status = "refused" if report.refused else "error" if report.grader_error else "graded"
    return {
        "status": status,
        "note": report.refused or _our_errors(report) or _nothing_there(report),
        "score": round(report.score, 5),
        "parts": {part.part.number: round(part.score(), 5) for part in report.parts},
        "outcomes": {
            part.part.number: _counted(str(case.outcome) for case in part.cases)
            for part in report.parts
        },
    }


def _our_errors(report: Report) -> str:
    """Where the fault was ours, and the last line of the first traceback."""
    failed = [
        (part.part.number, case)
        for part in report.parts
        for case in part.cases
        if case.outcome is Outcome.GRADER_ERROR
    ]
    if not failed:
        return ""
    numbers = ", ".join(dict.fromkeys(number for number, _ in failed))
    why = next((case.staff.strip() for _, case in failed if case.staff.strip()), "")
    return f"grader error in {numbers}: {why.splitlines()[-1] if why else failed[0][1].public}"


def _nothing_there(report: Report) -> str:
    """Why functions are missing: code that did not run, or that there is none."""
    cases = [case for part in report.parts for case in part.cases]
    missing = [case for case in cases if case.outcome is Outcome.MISSING]
    if missing and report.stopped:
        return _first(report.stopped)
    if missing and len(missing) == len(cases):
        if all(case.unfilled for case in missing):
            return "as handed out: nothing is filled in"
        if not any(case.unfilled for case in missing):
            return "none of the required functions is defined"
    gone = dict.fromkeys(case.public.rstrip(".") for case in missing if not case.unfilled)
    return _first([*gone])


def _first(reasons: Sequence[str]) -> str:
    """The first reasons of many, and how many more there are."""
    more = len(reasons) - _REASONS
    return "; ".join([*reasons[:_REASONS], *([f"{more} more"] if more > 0 else [])])


def _counted(outcomes: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for outcome in outcomes:
        counts[outcome] = counts.get(outcome, 0) + 1
    return counts


def harness() -> str:
    """The hash of what else can change a result: this program and its libraries."""
    package = Path(__file__).parents[2]
    hashed = hashlib.sha256(repr(sorted(versions().items())).encode())
    for path in sorted(package.rglob("*.py")):
        hashed.update(f"\0{path.relative_to(package).as_posix()}\0".encode())
        hashed.update(path.read_bytes())
    return hashed.hexdigest()
