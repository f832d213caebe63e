"""Two processes that run mutants; one that does not come back is killed, and another started."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Protocol

import torch

from autograder.staff.mutants.work import MutantRunner, limit_memory
from autograder.staff.processes import context, processor_seconds

_PATIENCE = 120.0
"""Seconds of processor time that a process may use for one job before it is given up.

One that sleeps or waits is given up after as many seconds on the clock. A process that gets only a small
share of a busy machine's processors is not given up for that.
"""
_ASLEEP = 0.01
"""A process that uses less than this share of a processor counts as asleep."""


class Task(Protocol):
    """Something to do that may bring its process down."""

    def lost(self, how: str) -> Any:
        """The answer where the process did not survive it."""


class Worker(Protocol):
    """The function that answers tasks in a separate process."""

    def answer(self, task: Any) -> Any:
        """Do a task: a `Task`, or the name of a topic to profile."""


Make = Callable[[Path, Sequence[str], str], Worker]


class ProcessLost(Exception):
    """A topic that cannot be profiled: its cases or its reference do not run."""


@dataclass
class _Worker:
    """A process and what it does."""

    process: BaseProcess
    line: Connection
    ready: bool = False
    task: Task | str | None = None
    since: float = 0.0
    used: float = 0.0

    def is_stuck(self, patience: float) -> bool:
        """Whether it has computed for too long, or does not compute at all."""
        passed = time.monotonic() - self.since
        used = processor_seconds(self.process.pid) - self.used
        return used > patience or (passed > patience and used < _ASLEEP * passed)


class MutantPool:
    """Processes that each hold the topics of some assignments."""

    def __init__(
        self,
        count: int,
        root: Path,
        assignments: Sequence[str],
        seed: str,
        patience: float = _PATIENCE,
        make: Make = MutantRunner,
    ) -> None:
        self._context = context()
        self._arguments = (make, root, tuple(assignments), seed)
        self._patience = patience
        self._workers = [self._start() for _ in range(count)]

    def __enter__(self) -> MutantPool:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            _end(worker)

    def results(self, tasks: Iterator[Task | str]) -> Iterator[tuple[Task | str, Any]]:
        """Do all tasks; the next one is only asked for when a process is free for it.

        Yields:
            Each task with its result, in the order in which they come in.

        Raises:
            ProcessLost: a process ended or raised over a profile, or before it did anything.
        """
        more = True
        while True:
            for worker in self._workers:
                if more and worker.ready and worker.task is None:
                    worker.task = next(tasks, None)
                    more = worker.task is not None
                    if worker.task is not None:
                        worker.since = time.monotonic()
                        worker.used = processor_seconds(worker.process.pid)
                        worker.line.send(worker.task)
            if not more and not any(worker.task for worker in self._workers):
                return
            wait([worker.line for worker in self._workers], timeout=1.0)
            for place, worker in enumerate(self._workers):
                task, result = worker.task, self._result(worker)
                if result is None:
                    continue
                if not worker.process.is_alive():
                    self._workers[place] = self._start()
                worker.task = None
                if task is not None:
                    yield task, result

    def _result(self, worker: _Worker) -> Any:
        """What a process has to say: nothing yet, a result, or its end."""
        if worker.line.poll():
            try:
                answer = worker.line.recv()
            except EOFError:
                return self._lost(worker, "crashed")
            if isinstance(answer, str):
                if answer:
                    raise ProcessLost(answer)
                worker.ready = True
                return None
            return answer
        if worker.task is not None and worker.is_stuck(self._patience):
            return self._lost(worker, "did not come back")
        return None

    def _lost(self, worker: _Worker, how: str) -> Any:
        """End a process; that kills its mutant."""
        _end(worker)
        if worker.task is None or isinstance(worker.task, str):
            raise ProcessLost(f"the process of {worker.task or 'no topic'} {how}")
        return worker.task.lost(how)

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs, *self._arguments), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)


def _end(worker: _Worker) -> None:
    worker.process.kill()
    worker.process.join()
    worker.line.close()


def _serve(line: Connection, make: Make, root: Path, assignments: Sequence[str], seed: str) -> None:
    """The process: say that it is ready, then answer tasks; a sentence is the end of all."""
    torch.set_num_threads(1)
    try:
        bench = make(root, assignments, seed)
        limit_memory()
        line.send("")
        while True:
            line.send(bench.answer(line.recv()))
    except EOFError:
        return
    except Exception as error:
        line.send(f"{type(error).__name__}: {error}")
