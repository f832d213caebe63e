"""One warm process: the bare work, a warm grader and the cage in turn, printed as JSON.

python -m tests.bench.inside NOTEBOOK ASSIGNMENT REPEATS
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from autograder import wire
from autograder.course import solution
from autograder.course.bank import load
from autograder.grading import pipeline as grade
from autograder.grading.request import Progress, Request
from autograder.grading.seeds import generator
from autograder.model import Assignment, Limits, Permits
from autograder.sandbox import Done, Sandbox, Secrets, Session, Value
from autograder.sandbox.session import Ending
from tests.support import handed_in

ECHO = "def echo(x=None):\n    return x\n"
_CALLS = 300
_LARGE = (1 << 20,)  # numbers of eight bytes: 8 MB
_SECONDS = 30.0
_REPORT_SECONDS = 5.0  # as in a class


def main(notebook: str, name: str, repeats: str) -> int:
    """Measure everything so often, in turn, and print what it took."""
    with Sandbox() as sandbox:
        assignment = load(name, handed_in.ROOT)
        watch = Progress(every=_REPORT_SECONDS)
        request = Request(Path(notebook), assignment, watch=watch)
        bare, warm, parts = [], [], []
        for _ in range(int(repeats)):
            bare.append(_seconds(lambda: in_process(assignment)))
            ends: list[float] = []
            with _processor_of_workers(ends):
                begin, before = time.perf_counter(), time.process_time()
                report = grade.run(request, sandbox)
                warm.append(time.perf_counter() - begin)
                parts.append((time.process_time() - before, sum(ends)))
            assert report.score == sum(part.points for part in assignment.parts), report.score
        json.dump(
            {
                "bare": bare,
                "warm": warm,
                "grader_processor": min(own for own, _ in parts),
                "worker_processor": min(workers for _, workers in parts),
                "cases": sum(len(part.cases) for part in assignment.parts),
                **cage(sandbox, int(repeats)),
            },
            sys.stdout,
        )
    return 0


def in_process(assignment: Assignment) -> None:
    """The student's cells and every case, without a cage: what the work itself costs.

    Raises:
        Exception: a case fails, which would be no measure of anything.
    """
    names: dict[str, Any] = {}
    for source in solution.modules(assignment).values():
        exec(compile(source, "student", "exec"), names)
    for part in assignment.parts:
        for case in part.cases:
            chosen = {key: names[key] for key in case.parameters if key != "rng"}
            if "rng" in case.parameters:
                chosen["rng"] = generator("bench", case.key)
            case.run(chosen)


def cage(sandbox: Sandbox, repeats: int) -> dict[str, float]:
    """What the cage adds: a worker, a small call, a large value there and back; in seconds."""
    first, small, large = [], [], []
    number = np.arange(_LARGE[0], dtype=np.float64)
    for _ in range(repeats):
        begin = time.perf_counter()
        with tempfile.TemporaryDirectory() as _, _opened(sandbox) as session:
            assert (
                session.ask({"op": "module", "name": "m", "file": "m.py", "source": ECHO}, _SECONDS)
                == Done()
            )
            _ask(session)
            first.append(time.perf_counter() - begin)
            small.append(statistics.median(_seconds(lambda: _ask(session)) for _ in range(_CALLS)))
            large.append(min(_seconds(lambda: _ask(session, number)) for _ in range(5)))
    return {"first_answer": min(first), "round_trip": min(small), "eight_mb": min(large)}


def _opened(sandbox: Sandbox) -> Any:
    return sandbox.session(limits=Limits(), permits=Permits(), secrets=Secrets(), files={})


def _ask(session: Session, *arguments: Any) -> None:
    request = {"op": "call", "name": "echo", "driver": None}
    assert isinstance(session.ask(request, _SECONDS, wire.encode((arguments, {}))), Value)


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


class _processor_of_workers:
    """Collects what the cages say of the processor time of their workers."""

    def __init__(self, found: list[float]) -> None:
        self._found = found
        self._end = Session.end

    def __enter__(self) -> None:
        found, end = self._found, self._end

        def listened(self: Session) -> Ending:
            new = self.ending is None
            ending = end(self)
            if new:
                found.append(ending.cpu_seconds)
            return ending

        Session.end = listened  # type: ignore[method-assign] # to hear of each worker's end

    def __exit__(self, *_: object) -> None:
        Session.end = self._end  # type: ignore[method-assign] # as it was


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
