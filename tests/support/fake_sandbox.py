"""A sandbox without processes: what its workers answer, and how long that takes, a test decides."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from autograder import wire
from autograder.model import GraderError, Limits, Permits
from autograder.sandbox import Answer, Died, Done, Frame, Missing, Raised, Refused, Secrets, Value
from autograder.untrusted import worker

Request = Mapping[str, Any]

NONCE = bytes(wire.NONCE_BYTES)


class Clock:
    """Stands for the module `time`: nothing passes but what a test says."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now


@dataclass
class FakeSession:
    """A worker that is a function of the request; it asserts that nobody asks the dead."""

    answer: Callable[[Request], Answer]  # a request has a call's arguments under that name
    asked: list[tuple[Request, float]] = field(default_factory=list)
    printed: str = ""
    over: bool = False

    @property
    def output(self) -> SimpleNamespace:
        return SimpleNamespace(text=lambda: self.printed)

    def cpu_seconds(self) -> float:
        return 0.0

    def ask(self, request: Request, seconds: float, data: bytes = b"") -> Answer:
        assert not self.over, "a worker that had ended was asked"
        json.dumps(request)
        if data:
            request = {**request, "arguments": data}
        self.asked.append((request, seconds))
        answer = self.answer(request)
        self.over = isinstance(answer, Died)
        return answer


@dataclass
class FakeSandbox:
    """Opens fake sessions and remembers them.

    Attributes:
        worker: makes what answers the requests of one more worker, given its number from 0.
        layers: what a report says of the cage.
        findings: what the probes found.
        caveat: what is said of running one's own code in them.
        opened: the sessions so far.
        given: what each was opened with.
        closed: how many of them were ended.
    """

    worker: Callable[[int], Callable[[Request], Answer]]
    layers: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    caveat: str = ""
    opened: list[FakeSession] = field(default_factory=list)
    given: list[Mapping[str, Any]] = field(default_factory=list)
    closed: int = 0

    @contextmanager
    def session(
        self, *, limits: Limits, permits: Permits, secrets: Secrets, files: Mapping[str, bytes]
    ) -> Iterator[FakeSession]:
        session = FakeSession(self.worker(len(self.opened)))
        self.opened.append(session)
        self.given.append(
            {"limits": limits, "permits": permits, "secrets": secrets, "files": dict(files)}
        )
        try:
            yield session
        finally:
            session.over = True
            self.closed += 1

    def asked(self, number: int) -> list[str]:
        """What one worker was asked, in short: ``"cell 1"``, ``"f()"``."""
        return [short(request) for request, _ in self.opened[number].asked]


def short(request: Request) -> str:
    """A request in a word."""
    match request["op"]:
        case "cell":
            return str(request["label"])
        case "module":
            return f"{request['name']}.py"
        case "call":
            return f"{request['name']}()"
        case other:
            return str(other)


def in_this_process(_number: int) -> Callable[[Request], Answer]:
    """A worker whose student's code runs here; for code of our own that a test can trust."""
    student = worker.Student()

    def answer(request: Request) -> Answer:
        about = {key: item for key, item in request.items() if key != "arguments"}
        sent = wire.question(NONCE, about, request.get("arguments", b""))
        status, data = wire.read_answer(worker.answer(student, sent), NONCE)
        heard = wire.decode(data)
        match status:
            case "done":
                return Done()
            case "value":
                return Value(heard, data)
            case "refused":
                return Refused(heard)
            case "missing":
                return Missing(heard)
            case "raised":
                frames = tuple(Frame(*frame) for frame in heard["frames"])
                return Raised(heard["type"], heard["text"], frames)
        raise GraderError(f"an answer that nobody knows: {status}")

    return answer
