"""The pipeline: the only file that knows the order.

    sandbox → assignment → submission → its cells → every case of every part → report → diagnoses

The sandbox comes first, because its zygote must be born before anything secret is loaded.
"""

from __future__ import annotations

import functools
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.grading.calls import MAX_CALL_BYTES, Recorder
from autograder.grading.derive import derive
from autograder.grading.diagnose import explained
from autograder.grading.environment import Environment
from autograder.grading.follow import helpers_of, is_followed
from autograder.grading.judging import judge, trace_of
from autograder.grading.leaderboard import measure
from autograder.grading.limit import JudgingTimedOut
from autograder.grading.names import Namespace
from autograder.grading.python_differences import newer_syntax, other_versions
from autograder.grading.request import Request
from autograder.grading.secrecy import secrets_of
from autograder.grading.seeds import generator, seed_of
from autograder.grading.smallest import FAR_SECONDS, with_examples
from autograder.grading.submission import Submission, UnreadableSubmission, read
from autograder.grading.submission.packages import not_promised
from autograder.grading.uses import names_used, uses, wrong_alone
from autograder.grading.versions import versions
from autograder.model import (
    Assignment,
    Case,
    CaseResult,
    Isolation,
    Outcome,
    PartResult,
    Report,
    UsageError,
)
from autograder.sandbox import SubmissionWorkers, Workers, absent, offered
from autograder.testing import Misconception

_EXPLAINED = frozenset({Outcome.WRONG, Outcome.RAISED, Outcome.BAD_VALUE})
_LEFT_FOR_EXPLAINING = 30.0  # seconds, however late it is: the report is written by then
_SHARE_FOR_EXAMPLES = 8  # one part in so many of the time that is left
_ROOM = 32 << 20  # bytes of all calls that are kept


def run(request: Request, sandbox: Workers) -> Report:
    """Grade one submission in a running sandbox, and report progress to the request's watch."""
    return _Grading(request, sandbox).run()


def _gradable(assignment: Assignment) -> Assignment:
    """The assignment, where this Python has the packages that it permits.

    Raises:
        UsageError: it lacks some.
    """
    if missing := absent(assignment.permits.packages):
        raise UsageError(
            f"{assignment.name} needs packages that this Python does not have: "
            f"{', '.join(missing)}. Install them where torch is, in {sys.prefix}."
        )
    return assignment


class _Grading:
    """One submission's way through the pipeline."""

    def __init__(self, request: Request, sandbox: Workers) -> None:
        self._begin = self._told = time.monotonic()
        self._request = request
        self._sandbox = sandbox
        self._assignment = _gradable(request.assignment)
        self._seed = request.seed or seed_of(self._assignment, request.users, "")
        self._judged = {case.case.key: case for part in request.known for case in part.cases}
        self._derived = {part.part.number: part.derivations for part in request.known}
        self._diagnoses = {part.part.number: part.diagnoses for part in request.known}
        self._uses = {part.part.number: part.uses for part in request.known}
        self._staff = [*request.staff]
        self._room = _ROOM
        self._base = Report(
            self._assignment, (), staff=request.staff, seed=self._seed, versions=versions()
        )

    def run(self) -> Report:
        from autograder.course import bank  # late: the zygote must not have it

        request, assignment = self._request, self._assignment
        self._report_progress()
        provided = bank.provided_files(assignment)
        with SubmissionWorkers(self._sandbox, assignment, secrets_of(assignment, request)) as crew:
            try:
                submission = read(request.path, assignment, crew, request.named, provided)
            except UnreadableSubmission as reason:
                self._base = replace(self._base, refused=str(reason))
                return self._finish(unreached="nothing could be graded")
            self._run(submission, crew, bank.drivers(assignment))
        return self._explained(self._finish())

    def _run(
        self, submission: Submission, crew: SubmissionWorkers, drivers: Mapping[str, str]
    ) -> None:
        """Run what was handed in, then judge it."""
        if self._request.isolation is Isolation.NONE:  # one's own code, on one's own machine
            own: Iterable[str] = not_promised(
                submission.units,
                offered(self._assignment.permits.packages),
                submission.readable_files,
            )
            there = self._assignment.graded_with
            own = (*own, *newer_syntax(submission.units, there), *other_versions(there))
            submission = replace(submission, notices=(*submission.notices, *own))
        if not self._request.seed:
            self._seed = seed_of(self._assignment, self._request.users, submission.digest)
        self._base = replace(
            self._base,
            handed_in=submission.handed_in,
            notices=submission.notices,
            seed=self._seed,
        )
        deadline = self._begin + self._assignment.limits.total_seconds
        environment = Environment(submission, self._assignment, drivers, crew, deadline)
        for done, total, label in environment.start():
            self._request.watch.step(f"running {label}", done, total)
        self._judge(submission, environment)

    def _judge(self, submission: Submission, environment: Environment) -> None:
        """Judge the public cases of all parts, then the hidden ones.

        The explanation of a public case is shown, and may hold whatever a submission has heard before.
        """
        parts = self._assignment.parts
        total = sum(len(part.cases) for part in parts)
        rounds = [(part, part.public) for part in parts] + [(part, part.hidden) for part in parts]
        for place, (part, cases) in enumerate(rounds):
            if place == len(parts):  # before anything hidden has been heard: the value is shown
                self._exemplify(environment, hidden=False)
                self._measure(environment)
                environment.keep_secret()
            for case in cases:
                if case.key in self._judged:
                    continue
                self._request.watch.step(f"{part.number} {case.name}", len(self._judged), total)
                self._judged[case.key] = self._judge_case(case, environment)
            if part.derivations and part.number not in self._derived:
                self._request.watch.step(f"{part.number} derivations", len(self._judged), total)
                self._derived[part.number] = tuple(
                    derive(task, Namespace(environment, None)) for task in part.derivations
                )
            self._base = replace(
                self._base,
                notices=(*submission.notices, *environment.notices),
                staff=(
                    *self._staff,
                    *submission.staff,
                    *environment.late_notices,
                    *self._sandbox.findings,
                ),
                stopped=tuple(environment.stopped),
                output=environment.output,
                isolation=self._isolation(),
            )
            if time.monotonic() - self._told >= self._request.watch.every:
                self._report_progress()
        self._follow(submission, environment)
        self._exemplify(environment, hidden=True)

    def _exemplify(self, environment: Environment, *, hidden: bool) -> None:
        """Add the smallest input on which a function is wrong; that may cost explanations only."""
        from autograder.course import bank  # late: the zygote must not have it

        if not any(part.hidden for part in self._assignment.parts):
            return  # a student's own copy has no reference
        topic = functools.cache(self._misconceptions)
        try:
            with bank.at_the_files(self._assignment):
                for result in with_examples(
                    self._assignment.parts,
                    self._judged,
                    environment,
                    topic,
                    hidden=hidden,
                    seconds=min(FAR_SECONDS, self._left() / _SHARE_FOR_EXAMPLES),
                    clock=lambda: time.process_time() + environment.cpu_seconds(),
                ):
                    self._judged[result.case.key] = result
        except JudgingTimedOut:
            self._staff.append("Not every wrong function got an example: the time ran out.")
        except Exception as error:  # a file of the bank, or a fault of ours
            self._staff.append(f"Not every wrong function got an example: {trace_of(error)}")

    def _follow(self, submission: Submission, environment: Environment) -> None:
        """Say what uses a function that is wrong elsewhere, and judge again what follows from it."""
        parts = self._assignment.parts
        wrong = wrong_alone(parts, self._judged)
        if not wrong:
            return  # parsing a right submission again would take a tenth of its time
        used = names_used(submission.units, self._assignment.functions)
        for part in parts:
            if found := uses(part, self._judged, used, wrong):
                self._uses[part.number] = found
            helpers = helpers_of(part, parts, self._judged, wrong)
            for case in part.hidden if helpers else ():
                result = self._judged.get(case.key)
                if result is None or result.passed or result.followed:
                    continue
                self._request.watch.step(f"{part.number} {case.name}, with {helpers[0]}", 0, 1)
                if is_followed(result, helpers, environment, self._draw_again):
                    self._judged[case.key] = replace(result, followed=True)

    def _draw_again(self, case: Case, number: int) -> np.random.Generator:
        return generator(f"{self._seed} {number}" if number else self._seed, case.key)

    def _measure(self, environment: Environment) -> None:
        """The value for the leaderboard, of those who take part: it earns and costs no points."""
        if (board := self._assignment.leaderboard) is not None:
            self._request.watch.step(f"leaderboard: {board.name}", 0, 1)
            value, failed = measure(board, self._assignment, environment)
            self._base = replace(self._base, standing=value)
            self._staff += [failed] if failed else []

    def _judge_case(self, case: Case, environment: Environment) -> CaseResult:
        recorder = Recorder(environment, min(MAX_CALL_BYTES, self._room))
        rng = self._draw(case) if "rng" in case.parameters else None  # seeding one takes a while
        result = judge(case, Namespace(recorder, rng, case.kinds))
        if result.outcome not in _EXPLAINED:
            return result
        self._room -= recorder.used
        return replace(result, calls=tuple(recorder.calls))

    def _isolation(self) -> dict[str, Any]:
        return {
            "level": str(self._request.isolation),
            **self._sandbox.layers,
            "findings": list(self._sandbox.findings),
        }

    def _report(self, *, finished: bool, unreached: str = "not reached") -> Report:
        parts = tuple(
            PartResult(
                part,
                tuple(
                    self._judged.get(case.key) or CaseResult(case, Outcome.SKIPPED, unreached)
                    for case in part.cases
                ),
                self._diagnoses.get(part.number, ()),
                self._derived.get(part.number, ()),
                self._uses.get(part.number, ()),
            )
            for part in self._assignment.parts
        )
        return replace(
            self._base,
            parts=parts,
            seconds=time.monotonic() - self._begin,
            finished=finished,
        )

    def _report_progress(self) -> None:
        self._request.watch.report(self._report(finished=False))
        self._told = time.monotonic()

    def _finish(self, *, unreached: str = "not reached") -> Report:
        report = self._report(finished=True, unreached=unreached)
        self._request.watch.report(report)
        return report

    def _explained(self, report: Report) -> Report:
        """The finished report with what explains it, which may neither delay it nor be its end."""
        from autograder.course import bank  # late: the zygote must not have it

        failed = any(case.calls for part in report.parts for case in part.cases)
        if not failed or not any(part.hidden for part in self._assignment.parts):
            return report  # a student's own copy has no misconceptions
        self._request.watch.step("explaining what is wrong", 0, 1)
        seconds = max(self._left(), _LEFT_FOR_EXPLAINING)
        with bank.at_the_files(self._assignment):
            report = explained(report, self._misconceptions, self._draw, seconds)
        report = replace(report, seconds=time.monotonic() - self._begin)
        self._request.watch.report(report)
        return report

    def _left(self) -> float:
        """Seconds until the time for the whole grading is up."""
        return self._begin + self._assignment.limits.total_seconds - time.monotonic()

    def _misconceptions(self, topic: str) -> Sequence[Misconception]:
        from autograder.course.bank import misconceptions  # late: the zygote must not have it

        question = next(one for one in self._assignment.questions if one.topic == topic)
        return misconceptions(question)

    def _draw(self, case: Case) -> np.random.Generator:
        return generator(self._seed, case.key)
