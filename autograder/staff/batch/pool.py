"""An executor of graders: the interface of `concurrent.futures`, processes that may die.

`ProcessPoolExecutor` breaks as a whole when one of its processes dies, and a grader may: killed by
the kernel for memory, by this executor when it is late, by a fault of ours. Here such a process is
replaced, what it was doing is done once more, and nothing else notices. Functions cross by name,
arguments and results as JSON: nothing is pickled.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from typing import Any

from autograder.model import GraderError, UsageError
from autograder.sandbox import tree
from autograder.staff.batch import warm
from autograder.staff.json_values import Data

_JOBS_EACH = 100
_ATTEMPTS = 2
_STARTS = 3
_START_SECONDS = 120.0
_GRACE_SECONDS = 120.0  # reading a hostile notebook takes up to a minute, and is not counted


class Lost(Exception):
    """A job whose graders died or did not come back.

    Attributes:
        why: what became of the last of them.
        partial: its results so far, or ``None``.
    """

    def __init__(self, why: str, partial: Data | None) -> None:
        super().__init__(why)
        self.why = why
        self.partial = partial


@dataclass
class _Task:
    """A call that somebody waits for."""

    future: Future[Any]
    message: tuple[str, tuple[Any, ...]]
    attempts: int = 0  # that ended with the death of its grader
    orphaned: int = 0  # that ended with the death of all graders


@dataclass
class _Grader:
    """A process, the warm process that it was forked from, and what it does."""

    line: Connection
    warm: warm.WarmProcess
    pid: int = 0
    started: str = ""  # see `tree.kill`
    ready: bool = False
    task: _Task | None = None
    done: int = 0
    since: float = field(default_factory=time.monotonic)
    partial: Data | None = None


class GraderPool(Executor):
    """Graders of one assignment.

    Attributes:
        about: what the first of them said of the assignment; see `work.ClassGrader.about`.
    """

    def __init__(
        self,
        workers: int,
        settings: Data,
        *,
        patience: float | None = None,
        package: Path | None = None,
        jobs_each: int = _JOBS_EACH,
    ) -> None:
        """Start the graders and wait until the first is ready.

        Args:
            workers: how many.
            settings: of each; see `work.ClassGrader`.
            patience: seconds after which a job is given up; the assignment's own limit and some
                more where it is ``None``.
            package: the folder of the program that they run; this one where it is ``None``.
            jobs_each: how many jobs a grader does before another takes its place, so that what
                libraries keep does not add up over a class.

        Raises:
            UsageError: the assignment or the machine is not as it must be; says how.
            GraderError: no grader could be started.
        """
        self._settings = json.dumps(settings).encode()
        self._package = package
        self._patience = patience
        self._jobs_each = jobs_each
        self._tasks: deque[_Task] = deque()
        self._lock = threading.Lock()
        self._closing = False
        self._failed_starts = 0
        self._fault: Exception | None = None
        self._first = threading.Event()
        self.about: Data = {}
        self._wake, self._ring = Pipe(duplex=False)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the pool
        try:
            self._warm = self._start_warm()
        except GraderError:
            self._errors.close()
            raise
        self._graders = [self._start() for _ in range(workers)]
        self._thread = threading.Thread(target=self._serve, name="pool", daemon=True)
        self._thread.start()
        self._first.wait()
        self._raise_fault()

    def _raise_fault(self) -> None:
        if self._fault is not None:
            self.shutdown()
            raise self._fault

    @property
    def slots(self) -> int:
        """How many jobs are done side by side."""
        return len(self._graders)

    @property
    def warm_pid(self) -> int:
        """The process below which all others are."""
        return self._warm.process.pid

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have a function of `warm` called in a grader.

        Args:
            fn: the function.
            args: data that JSON can say.
            kwargs: none.

        Returns:
            Its future. It raises `Lost` where two graders died or were late over it.

        Raises:
            UsageError: a grader found the assignment or the machine not as it must be.
            GraderError: no grader can be started any more.
        """
        if fn.__module__ != warm.__name__ or kwargs:
            raise TypeError("a grader calls functions of autograder.staff.batch.warm, by position")
        task = _Task(Future(), (fn.__name__, args))
        with self._lock:
            if self._fault is not None:
                raise self._fault
            if self._closing:
                raise RuntimeError("the pool is closed")
            self._tasks.append(task)
        self._ring.send_bytes(b"x")
        return task.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End all graders; what they were doing is cancelled unless it is waited for.

        Args:
            wait: whether to let what was submitted come to its end first.
            cancel_futures: whether to cancel what has not begun.
        """
        with self._lock:
            already, self._closing = self._closing, True
            waiting = [task.future for task in self._tasks]
            waiting += [g.task.future for g in self._graders if g.task is not None]
        if not already:
            if wait and not cancel_futures and self._fault is None:
                for future in waiting:
                    with contextlib.suppress(Exception):
                        future.exception()
            self._ring.send_bytes(b"")
        if self._thread is not threading.current_thread():
            self._thread.join()

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        """Wait for what was submitted, unless an exception passes through: then nothing is waited for."""
        self.shutdown(wait=kind is None, cancel_futures=kind is not None)

    def _start_warm(self) -> warm.WarmProcess:
        return warm.WarmProcess(self._settings, self._errors, self._package)

    def _start(self) -> _Grader:
        if self._warm.gone():
            self._warm.end()
            self._warm = self._start_warm()
        return _Grader(self._warm.fork_grader(), self._warm)

    def _serve(self) -> None:
        """The thread that hands out jobs and hears what comes back."""
        try:
            while not self._closed():
                self._hand_out()
                lines = [grader.line for grader in self._graders]
                places: dict[object, int] = {line: place for place, line in enumerate(lines)}
                for heard in wait([self._wake, *lines], timeout=1.0):
                    if heard is not self._wake:
                        self._hear(places[heard])
                for place, grader in enumerate(self._graders):
                    if grader.warm.gone():
                        self._lose(place, "the process that graders are forked from died")
                    elif time.monotonic() - grader.since > self._limit(grader):
                        self._lose(place, f"it took longer than {self._limit(grader):g} seconds")
        except Exception as error:  # then nobody else would ever end the futures
            self._break(GraderError(f"the pool of graders broke: {error!r}"))
        finally:
            self._end()

    def _closed(self) -> bool:
        while self._wake.poll():
            if not self._wake.recv_bytes():
                return True
        return self._fault is not None

    def _hand_out(self) -> None:
        for place, grader in enumerate(self._graders):
            if grader.ready and grader.task is None:
                with self._lock:
                    task = self._tasks.popleft() if self._tasks else None
                if task is None:
                    return
                if not (task.future.running() or task.future.set_running_or_notify_cancel()):
                    continue
                grader.task, grader.since, grader.partial = task, time.monotonic(), None
                try:
                    warm.send(grader.line, task.message)
                except OSError:
                    self._lose(place, "the grader was gone")

    def _limit(self, grader: _Grader) -> float:
        if not grader.ready:
            return _START_SECONDS
        if grader.task is None:
            return float("inf")
        return self._patience or self.about["seconds"] + _GRACE_SECONDS

    def _hear(self, place: int) -> None:
        grader = self._graders[place]
        try:
            message = json.loads(grader.line.recv_bytes())
        except (EOFError, OSError, ValueError):
            self._lose(place, "the grader died")
            return
        match message:
            case {"pid": int(pid)}:
                grader.pid, grader.started = pid, tree.start_time(pid)
            case {"ready": about}:
                grader.ready, self._failed_starts = True, 0
                self.about = self.about or about
                self._first.set()
            case {"partial": partial}:
                grader.partial = partial
            case {"done": result} if grader.task is not None:
                task, grader.task = grader.task, None
                grader.done += 1
                if grader.done == self._jobs_each:
                    _kill(grader)
                    self._graders[place] = self._start()
                task.future.set_result(result)
            case {"refused": why}:
                self._break(UsageError(why))
            case {"broken": why, **rest}:
                self._errors.write(f"{rest.get('trace', '')}\n".encode())
                self._lose(place, f"the grader broke down: {why}")

    def _lose(self, place: int, why: str) -> None:
        """Replace a grader; what it was doing is done again, once.

        All graders die with the process that they were forked from. That is no fault of the jobs,
        and one failed start, however many were waiting for it.
        """
        grader = self._graders[place]
        _kill(grader)
        orphan = grader.warm.gone()
        if not grader.ready and not (orphan and grader.warm is not self._warm):
            self._failed_starts += 1
            if self._failed_starts >= _STARTS:
                self._break(
                    GraderError(f"no grader can be started: {why}. {self._error_output()}".strip())
                )
                return
        if (task := grader.task) is not None:
            task.orphaned += orphan
            task.attempts += not orphan
            if task.attempts < _ATTEMPTS and task.orphaned < _STARTS:
                with self._lock:
                    self._tasks.append(task)
            else:
                task.future.set_exception(Lost(why, grader.partial))
        self._graders[place] = self._start()

    def _error_output(self) -> str:
        self._errors.seek(0)
        return self._errors.read()[-2000:].decode(errors="replace").strip()

    def _break(self, fault: Exception) -> None:
        with self._lock:
            self._fault = self._fault or fault
        self._first.set()

    def _end(self) -> None:
        """Kill every process and end every future."""
        with self._lock:
            tasks = [*self._tasks, *(g.task for g in self._graders if g.task is not None)]
            self._tasks.clear()
        for grader in self._graders:
            _kill(grader)
        self._warm.end()
        self._errors.close()
        fault = self._fault or Lost("the grading was stopped", None)
        for task in tasks:
            # What nobody has begun is cancelled, unless there is a reason to give.
            if not task.future.done() and (self._fault or not task.future.cancel()):
                task.future.set_exception(fault)


def _kill(grader: _Grader) -> None:
    grader.line.close()
    tree.kill(grader.pid, grader.started)
