"""An end to whatever runs too long in this process."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Late(BaseException):
    """The time is up. No `Exception`, so that no function that is tried takes it for its own."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise `Late` in what runs longer, again and again until it is heard.

    Only the main thread can be stopped so; in another nothing is limited.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    armed = True

    def ring(_number: int, _frame: FrameType | None) -> None:
        if armed:
            raise Late

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-3), 0.5)
    try:
        yield
    finally:
        while True:
            try:
                armed = False
                signal.setitimer(signal.ITIMER_REAL, 0)
                signal.signal(signal.SIGALRM, before)
                break
            except Late:  # it rang before it was disarmed
                continue
