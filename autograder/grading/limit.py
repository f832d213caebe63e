"""An end to whatever takes too long, or too much memory, in this process, which holds every secret.

What a student's function returned is looked at here: a tensor of millions of rows that a case's own line
goes through would take gigabytes. One long call into a library is not interrupted; its memory is bounded.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType, ModuleType

from autograder import wire

_ROOM = (
    8 * wire.MAX_FRAME
)  # the largest answer as it came, decoded, in float64, and what compares it
_CASE_SECONDS = 20.0  # of processor time; the slowest of the bank takes a quarter of one
_MEMORY = Path("/proc/self/statm")
_SIGNALS = {"REAL": "SIGALRM", "PROF": "SIGPROF"}  # by name: not every system has them


class JudgingTimedOut(BaseException):
    """The time is up. No `Exception`, so that no function that is tried takes it for its own."""


@contextmanager
def judging() -> Iterator[None]:
    """The bounds of judging one case: memory beyond what there is, and this process's processor time.

    The time that a student's function takes is spent elsewhere, and does not count.

    Raises:
        JudgingTimedOut: the time is up.
        MemoryError: or what else a library raises where it is given no memory.
    """
    try:
        import resource
    except ImportError:  # on Windows, where users check their own code and there is nothing secret
        yield
        return
    with limited(_CASE_SECONDS, "PROF"), _memory(resource):
        yield


@contextmanager
def limited(seconds: float, clock: str = "REAL") -> Iterator[None]:
    """Raise `JudgingTimedOut` in what runs longer, again and again until it is heard.

    Only the main thread can be stopped so; in another nothing is limited.

    Args:
        seconds: how long it may take.
        clock: ``"REAL"``, or ``"PROF"`` for processor time of this process.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    armed = True
    timer, number = getattr(signal, f"ITIMER_{clock}"), getattr(signal, _SIGNALS[clock])

    def ring(_number: int, _frame: FrameType | None) -> None:
        if armed:
            raise JudgingTimedOut

    before = signal.signal(number, ring)
    signal.setitimer(timer, max(seconds, 1e-3), 0.5)
    try:
        yield
    finally:
        while True:
            try:
                armed = False
                signal.setitimer(timer, 0)
                signal.signal(number, before)
                break
            except JudgingTimedOut:  # it rang before it was disarmed
                continue


@contextmanager
def _memory(resource: ModuleType) -> Iterator[None]:
    pages = None
    with suppress(FileNotFoundError):  # on macOS
        pages = int(_MEMORY.read_bytes().split()[5])
    if pages is None:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    held = pages * os.sysconf("SC_PAGE_SIZE")
    bounds = [bound for bound in (soft, hard) if bound != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min([held + _ROOM, *bounds]), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
