"""The student's names as the tests see them: proxies whose calls cross the line.

An `Environment` owns the workers of one submission. It runs the cells once, answers calls, and
when a worker dies it starts a fresh one, runs the submission again without what killed the last
one, and goes on: a death costs one call or one cell, not the submission. Everything has a
deadline.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, Final

import numpy as np

from autograder import wire
from autograder.model import Assignment, GraderError, Outcome, StudentError
from autograder.sandbox import (
    Answer,
    Died,
    Done,
    Frame,
    Missing,
    Raised,
    Refused,
    Sandbox,
    Secrets,
    Session,
    Value,
)
from autograder.submission import Submission, Unit

_PATIENCE = 2
_DRIVER_SECONDS = 30.0
_PROTOCOL_TEXT = 600
_BUILTIN: Final = frozenset(
    name
    for name, item in vars(__import__("builtins")).items()
    if isinstance(item, type) and issubclass(item, BaseException)
)
_ALLOCATION = ("can't allocate memory", "not enough memory", "std::bad_alloc")
_DEATHS: Final = {
    "time": (Outcome.TIMED_OUT, "did not end within the time limit"),
    "memory": (Outcome.OUT_OF_MEMORY, "used more memory than the assignment allows"),
    "disk": (Outcome.CRASHED, "wrote more to disk than the assignment allows"),
    "crash": (Outcome.CRASHED, "ended the process it ran in"),
    "protocol": (Outcome.BAD_VALUE, "sent something that is no answer (protocol)"),
}


class Proxy:
    """A name of the student's namespace; calling it calls the student's function in the cage."""

    def __init__(self, environment: Environment, name: str) -> None:
        self._environment = environment
        self._name = name

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Call the student's function in the cage and return its value as data."""
        return self._environment.call(self._name, None, arguments, keywords)

    def __autograder_via__(self, driver: Callable[..., Any], arguments: Sequence[Any]) -> Any:
        """Run a driver in the cage beside the functions that are among its arguments."""
        module = driver.__module__.removeprefix("drivers.")
        return self._environment.call(
            self._name, (module, driver.__name__), tuple(map(_by_name, arguments)), {}
        )


class Namespace(dict[str, Any]):
    """What a case takes its parameters from: every name is a proxy, ``rng`` is the case's own."""

    def __init__(self, environment: Environment, rng: np.random.Generator) -> None:
        super().__init__(rng=rng)
        self._environment = environment

    def get(self, key: str, default: Any = None) -> Any:
        """The generator, or a proxy for the name, defined or not: a call will tell."""
        return self[key] if key in self else Proxy(self._environment, key)


def generator(seed: str, key: str) -> np.random.Generator:
    """The random generator of one case: the same for the same seed and case, unlike any other."""
    digest = hashlib.sha256(f"{seed}\0{key}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "little"))


class Environment:
    """The workers of one submission, one after the other.

    Attributes:
        notices: what happened to its cells, for the student.
        output: what its cells printed.
    """

    def __init__(
        self,
        submission: Submission,
        assignment: Assignment,
        drivers: Mapping[str, str],
        sandbox: Sandbox,
        secrets: Secrets,
        deadline: float,
    ) -> None:
        """Nothing is run before `start`.

        Args:
            submission: what was handed in.
            assignment: its limits and permits.
            drivers: source of the drivers by topic.
            sandbox: where workers come from.
            secrets: what no worker may reach.
            deadline: on the monotonic clock; nothing is run after it.
        """
        self._submission = submission
        self._assignment = assignment
        self._drivers = dict(drivers)
        self._sandbox = sandbox
        self._secrets = secrets
        self._deadline = deadline
        self._stack = ExitStack()
        self._session: Session | None = None
        self._deadly: set[str] = set()
        self._failed: dict[str, None] = {}
        self._strikes: dict[str, int] = {}
        self.notices: list[str] = []
        self.output = ""

    def __enter__(self) -> Environment:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start(self) -> Iterator[tuple[int, int, str]]:
        """Run the submission's cells and modules once, a fresh worker for every one that kills it.

        Yields:
            How many have run, how many there are, and the label of the next one.
        """
        yield from self._replay(first=True)

    def call(
        self,
        name: str,
        driver: tuple[str, str] | None,
        arguments: tuple[Any, ...],
        keywords: Mapping[str, Any],
    ) -> Any:
        """Call a function of the student's, or a driver that is given some.

        Returns:
            What it returned, decoded data.

        Raises:
            StudentError: there is no value, and why.
            GraderError: the arguments are no data, or no worker can be had; a later call tries again.
        """
        if self._strikes.get(name, 0) >= _PATIENCE:
            raise StudentError(
                Outcome.TIMED_OUT,
                f"`{name}` was not called again: it did not end in {_PATIENCE} earlier calls.",
            )
        limit = self._assignment.limits.call_seconds
        request = {
            "op": "call",
            "name": name,
            "driver": driver,
            "arguments": (arguments, dict(keywords)),
            "skip": {space: list(names) for space, names in self._submission.stubs.items()},
        }
        try:
            session = self._ready(name)
            left = self._left(name)
            answer = session.ask(request, min(limit, left))
        except wire.Refused as refusal:
            raise GraderError(f"an argument of a case is no data: {refusal}") from refusal
        except GraderError:
            self._bury()
            raise
        if isinstance(answer, Died):
            self._bury()
            if answer.why == "time":
                if left < limit:
                    raise self._not_reached(name)
                self._strikes[name] = self._strikes.get(name, 0) + 1
        return self._value(name, answer)

    def _ready(self, name: str) -> Session:
        """A worker that has run the submission: the one there is, or a fresh one."""
        if self._session is None:
            self._left(name)
            for _ in self._replay(first=False):
                pass
        if self._session is None:
            raise self._not_reached(name)
        return self._session

    def _left(self, name: str) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise self._not_reached(name)
        return left

    def _not_reached(self, name: str) -> StudentError:
        total = self._assignment.limits.total_seconds
        return StudentError(
            Outcome.SKIPPED,
            f"not reached: the time for the whole submission ({total:g} s) ran out before `{name}`.",
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
        """Run the submission in a worker; where a unit kills it, the units after that one."""
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
            self._note(unit, answer, first=first, hurried=left < limit)
            if isinstance(answer, Died):
                self._deadly.add(unit.label)
                return todo[place + 1 :]
        return None

    def _open(self) -> Session:
        session = self._stack.enter_context(
            self._sandbox.session(
                limits=self._assignment.limits,
                permits=self._assignment.permits,
                secrets=self._secrets,
                files=self._submission.files,
            )
        )
        answer = session.ask({"op": "drivers", "drivers": self._drivers}, _DRIVER_SECONDS)
        if answer != Done():
            raise GraderError(f"the drivers of {', '.join(self._drivers)} do not run: {answer}")
        return session

    def _bury(self) -> None:
        self._session = None
        self._stack.close()

    def _out_of_time(self, left_over: Sequence[Unit], *, first: bool) -> None:
        if first and left_over:
            labels = ", ".join(unit.label for unit in left_over[:10])
            self.notices.append(f"Not run, because the time was used up: {labels}.")

    def _note(self, unit: Unit, answer: Answer, *, first: bool, hurried: bool) -> None:
        match answer:
            case Raised():
                self._failed[unit.label] = None
                if first:
                    self.notices.append(f"{unit.label} failed: {describe(answer)}")
            case Died(why="time") if hurried:
                self.notices.append(f"{unit.label} was stopped: the time for the whole ran out.")
            case Died(why=why, sentence=sentence):
                self._failed[unit.label] = None
                words = _DEATHS[why][1]
                self.notices.append(
                    f"{unit.label} was skipped: it {words}. {sentence} The rest was run without it."
                )

    def _value(self, name: str, answer: Answer) -> Any:
        match answer:
            case Value(value):
                return value
            case Raised():
                raise self._raised(name, answer)
            case Refused(reason):
                raise StudentError(
                    Outcome.BAD_VALUE,
                    f"`{name}` returned something that is no data.",
                    f"`{name}` returned something that is no data: {reason}.",
                )
            case Missing(missing):
                # Which name is missing is the worker's word, and anyone may read it.
                raise self._missing(missing if missing in self._assignment.functions else name)
            case Died(why, sentence):
                outcome, words = _DEATHS[why]
                raise StudentError(
                    outcome, f"`{name}` {words}.", f"`{name}` {words}. {sentence}".strip()
                )
            case Done():
                outcome, words = _DEATHS["protocol"]
                raise StudentError(outcome, f"`{name}` {words}.")

    def _missing(self, name: str) -> StudentError:
        text = f"`{name}` is not defined in what was handed in."
        if self._failed:
            text += (
                f" {', '.join([*self._failed][:3])} did not run to the end and may be the cause."
            )
        return StudentError(Outcome.MISSING, text)

    def _raised(self, name: str, answer: Raised) -> StudentError:
        if answer.kind == "NotImplementedError" and any(
            name in names for names in self._submission.stubs.values()
        ):
            return StudentError(
                Outcome.MISSING, f"`{name}` is not filled in yet: it is still as handed out."
            )
        starved = answer.kind == "MemoryError" or any(words in answer.text for words in _ALLOCATION)
        kind = answer.kind if answer.kind in _BUILTIN else "an exception"
        return StudentError(
            Outcome.OUT_OF_MEMORY if starved else Outcome.RAISED,
            f"`{name}` raised {kind}.",
            f"`{name}` raised {describe(answer)}",
        )


def describe(error: Raised) -> str:
    """An exception for its author: what it is, what it says, and where, without our own lines."""
    text = f"{error.kind}: {error.text[:_PROTOCOL_TEXT]}" if error.text else error.kind
    return "\n".join([text, *map(_line, error.frames)])


def _line(frame: Frame) -> str:
    inside = f", in {frame.function}" if frame.function not in ("", "<module>") else ""
    code = f"\n        {frame.code}" if frame.code else ""
    return f"    {frame.place}, line {frame.line}{inside}{code}"


def _request(unit: Unit) -> dict[str, Any]:
    if unit.space:
        return {"op": "module", "name": unit.space, "source": unit.source}
    return {"op": "cell", "label": unit.label, "source": unit.source}


def _by_name(value: Any) -> Any:
    """The same argument with proxies as names, which the worker looks up."""
    if type(value) is Proxy:
        return wire.Name(value._name)
    if type(value) in (list, tuple):
        return type(value)(map(_by_name, value))
    if type(value) is dict:
        return {key: _by_name(item) for key, item in value.items()}
    return value
