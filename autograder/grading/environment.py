"""A submission as it runs: its cells, then the calls of the cases, across the line.

An `Environment` uses the workers of one submission. It runs the cells once, answers calls, and
when a worker dies it starts a fresh one, runs the submission again without what killed the last
one, and goes on: a death costs one call or one cell, not the submission. Everything has a
deadline.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any

from autograder import wire
from autograder.grading.calls import NOTHING, Reply
from autograder.grading.failures import Failures, either
from autograder.grading.objects import History
from autograder.grading.ran import Ran
from autograder.grading.submission import Submission, Unit
from autograder.model import Assignment, Call, GraderError, Outcome, StudentError
from autograder.sandbox import Answer, Died, Done, Held, Session, SubmissionWorkers, Value, offered

_PATIENCE = 2
_DRIVER_SECONDS = 30.0
_TYPE = "a value of type "


class Environment:
    """A submission as it runs: in a worker of its crew, and in the next one when that dies.

    Attributes:
        output: what its cells printed.
    """

    def __init__(
        self,
        submission: Submission,
        assignment: Assignment,
        drivers: Mapping[str, str],
        crew: SubmissionWorkers,
        deadline: float,
    ) -> None:
        """Nothing is run before `start`.

        Args:
            submission: what was handed in.
            assignment: its limits.
            drivers: source of the drivers by topic.
            crew: its workers, with its files laid out; the caller closes it.
            deadline: on the monotonic clock; nothing is run after it.
        """
        self._submission = submission
        self._assignment = assignment
        self._drivers = dict(drivers)
        self._crew = crew
        self._deadline = deadline
        order = {name: [*spaces] for name, spaces in submission.order.items()}
        self._order = {"order": order} if order else {}
        self._session: Session | None = None
        self._deadly: set[str] = set()
        self._killed = False
        self._noted: set[str] = set()
        self._ran = Ran(
            offered(assignment.permits.packages), submission.python, submission.readable_files
        )
        self._failures = Failures(
            assignment.functions,
            submission.stubs,
            self._ran,
            submission.others,
            submission.unrun_definitions,
            assignment.limits,
            submission.unreachable,
        )
        self._objects = History()
        self._seed = 0  # of the next call, whichever worker answers it
        self._strikes: Counter[tuple[str, ...]] = Counter()
        self._notes: list[str] = []
        self._public: list[str] | None = None
        self._sessions: list[Session] = []
        self.output = ""

    @property
    def notices(self) -> list[str]:
        """What happened to its cells, and what else was noted, for the student."""
        return self._noticed() if self._public is None else self._public

    @property
    def late_notices(self) -> list[str]:
        """What was noticed after a hidden input was sent, for staff: it may tell of that input."""
        return [notice for notice in self._noticed() if notice not in self.notices]

    @property
    def stopped(self) -> list[str]:
        """Which cells and modules did not run to their end, and why."""
        return self._ran.reasons

    def cpu_seconds(self) -> float:
        """Processor time of its workers so far, as far as the kernel tells it."""
        return sum(session.cpu_seconds() for session in self._sessions)

    def keep_secret(self) -> None:
        """From now on hidden inputs are sent: nothing changes any more that a student may read here."""
        self._public = self._noticed()

    def _noticed(self) -> list[str]:
        return [*self._ran.notices, *self._notes]

    def note(self, sentence: str) -> None:
        """Tell the student something more."""
        self._notes.append(sentence)

    def start(self) -> Iterator[tuple[int, int, str]]:
        """Run the submission's cells and modules once, a fresh worker for every one that kills it.

        Yields:
            How many have run, how many there are, and the label of the next one.
        """
        yield from self._replay(first=True)

    def answer(self, call: Call) -> Reply:
        """Do what a case asks: call a function, or a driver that is given some; ask an object.

        Raises:
            StudentError: the call gave no value; the error says why.
            GraderError: no worker can be had; a later call tries again.
        """
        names = call.functions
        if self._exhausted(names):
            raise StudentError(
                Outcome.TIMED_OUT,
                f"{either(call.student_names)} was not called again: it timed out in {_PATIENCE} earlier "
                "calls.",
            )
        limit = self._assignment.limits.call_seconds
        self._seed += 1
        answer, left = self._ask(call, limit)
        if isinstance(answer, Died) and answer.why == "killed" and not self._killed:
            self._killed = True  # it may have come from outside: a machine without memory
            self._bury()
            answer, left = self._ask(call, limit)
        match answer:
            case Value() if not call.silent:
                return Reply(answer.value, answer.body)
            case Done() if call.silent:
                return Reply(None, NOTHING)
            case Done() if call.target is not None and call.op == "call":
                return Reply(None, NOTHING, itself=True)
            case Held(kind) if call.op == "get":
                return Reply(None, NOTHING, kind.removeprefix(_TYPE))
        if isinstance(answer, Died):
            self._bury()
            if answer.why == "time":
                if left < limit:
                    raise self._not_reached(call.student_names)
                self._strikes[names] += 1
        raise self._failures.of(
            call.student_names, answer, driven=call.driver is not None, verb=call.verb
        )

    def _ask(self, call: Call, limit: float) -> tuple[Answer, float]:
        """Put a call to a worker; return the answer and the time that was left for it, in seconds."""
        names = call.student_names
        try:
            session = self._ready(names)
            if call.objects:
                self._restore(call, session)
            left = self._left(names)
            request = self._request(call, self._objects.seed if call.objects else self._seed)
            answer = session.ask(request, min(limit, left), call.arguments)
            if call.objects:
                self._objects.note(call, answer)
            return answer, left
        except wire.WireError as refusal:
            raise GraderError(f"the arguments of a case are too large: {refusal}") from refusal
        except BaseException:  # a late answer must not be taken for the next call's
            self._bury()
            raise

    def _request(self, call: Call, seed: int) -> dict[str, Any]:
        request: dict[str, Any] = {
            "op": call.op,
            "name": call.name,
            "driver": call.driver,
            "seed": seed,
            **self._order,
        }
        if call.path:
            request["path"] = call.path
        if call.objects:
            request |= {"target": call.target, "made": call.made, "objects": True}
        return request

    def _restore(self, call: Call, session: Session) -> None:
        """Make the objects again that a call needs, where the worker that held them is gone.

        Raises:
            StudentError: that did not succeed.
        """

        def ask(earlier: Call, seed: int) -> Answer:
            seconds = min(self._assignment.limits.call_seconds, self._left(earlier.student_names))
            return session.ask(self._request(earlier, seed), seconds, earlier.arguments)

        different = self._objects.restore(call, session, ask)
        if different is None:
            self._bury()
            raise StudentError(
                Outcome.CRASHED,
                f"{either(call.student_names)} was not called: the process that held the object ended, and "
                "the object could not be made again.",
            )
        if different:
            names = either(name for one in different for name in one.student_names)
            self.note(
                f"{names} answered differently when it was called again: the process that held the "
                "object had ended. Does it draw random numbers, or read files that it changes?"
            )

    def _exhausted(self, names: tuple[str, ...]) -> bool:
        """Whether these were waited for in vain too often: together, or one of them alone.

        Which of several did not end, nobody knows, so that none of them is blamed alone.
        """
        tried = [names, *((name,) for name in names)]
        return any(self._strikes[one] >= _PATIENCE for one in tried)

    def _ready(self, names: Sequence[str]) -> Session:
        """A worker that has run the submission: the one there is, or a fresh one."""
        if self._session is None:
            self._left(names)
            for _ in self._replay(first=False):
                pass
        if self._session is None:
            raise self._not_reached(names)
        return self._session

    def _left(self, names: Sequence[str]) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise self._not_reached(names)
        return left

    def _not_reached(self, names: Sequence[str]) -> StudentError:
        total = self._assignment.limits.total_seconds
        return StudentError(
            Outcome.SKIPPED,
            f"not reached: the time for the whole submission ({total:g} s) ran out before "
            f"{either(names)}.",
        )

    def _replay(self, *, first: bool) -> Iterator[tuple[int, int, str]]:
        """Bring a worker to the state after the last cell; cells that kill it are left out.

        There is none afterwards where the time for the whole ran out in a cell that killed it.
        """
        while True:
            session = self._open()
            rest = yield from self._run(session, first=first)
            if first:
                self.output = session.output.text()
            if rest is None:
                self._session = session
                return
            self._bury()
            if self._deadline <= time.monotonic():
                self._out_of_time(rest, first=first)
                return

    def _run(
        self, session: Session, *, first: bool
    ) -> Generator[tuple[int, int, str], None, Sequence[Unit] | None]:
        """Run the submission in a worker; where that dies, the units that are left to run.

        SIGKILL may come from outside, from a system that is out of memory, and a unit that is left out
        costs every function that needs it: the first time, the unit is run again.
        """
        units = self._submission.units
        todo = [unit for unit in units if unit.label not in self._deadly]
        limit = self._assignment.limits.cell_seconds
        for place, unit in enumerate(todo):
            yield place, len(units), unit.label
            left = self._deadline - time.monotonic()
            if left <= 0:
                self._out_of_time(todo[place:], first=first)
                break
            answer = session.ask(_request(unit), min(limit, left))
            if isinstance(answer, Died) and answer.why == "killed" and not self._killed:
                self._killed = True
                return todo[place:]
            self._happened(unit, answer, first=first, hurried=left < limit)
            if isinstance(answer, Died):
                self._deadly.add(unit.label)
                return todo[place + 1 :]
        return None

    def _open(self) -> Session:
        session = self._crew.fresh()
        self._sessions.append(session)
        request = {
            "op": "begin",
            "folder": self._submission.folder,
            "drivers": self._drivers,
            "processes": self._assignment.permits.processes,
            "libraries": self._assignment.permits.packages,
        }
        answer = session.ask(request, _DRIVER_SECONDS)
        if answer != Done():
            raise GraderError(f"the drivers of {', '.join(self._drivers)} failed: {answer}")
        return session

    def _bury(self) -> None:
        self._session = None
        self._crew.close_worker()

    def _out_of_time(self, left_over: Sequence[Unit], *, first: bool) -> None:
        if first and left_over:
            labels = ", ".join(unit.label for unit in left_over[:10])
            self._notes.append(f"Not run, because the time ran out: {labels}.")

    def _happened(self, unit: Unit, answer: Answer, *, first: bool, hurried: bool) -> None:
        # What raised in the first run raises again in every other; a death is the first of its unit.
        if isinstance(answer, Died):
            self._failures.stop(unit.label, answer, hurried=hurried)
        elif first and unit.label not in self._noted:  # it may run again after one that killed
            self._noted.add(unit.label)
            self._ran.note(unit.label, answer)


def _request(unit: Unit) -> dict[str, Any]:
    if unit.space:
        return {
            "op": "module",
            "name": unit.space,
            "file": unit.file or unit.label,
            "source": unit.source,
        }
    return {"op": "cell", "label": unit.label, "source": unit.source}
