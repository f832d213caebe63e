"""How far a batch has come, and how long it will still take."""

from __future__ import annotations

import heapq
import time
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.staff.batch.rows import Row

_STUCK_SECONDS = 15.0
_STUCK_TIMES = 3.0


@dataclass(frozen=True, slots=True)
class Step:
    """How far a batch has come; reported after every submission and about every second.

    Attributes:
        row: of the submission that has just come to its end, or ``None``.
        done: how many have, those that were known before included.
        known: how many were known before.
        of: how many there are.
        workers: how many are graded side by side.
        seconds_left: how long the others will take; ``None`` where that is not known yet.
        stuck: the submissions that take far longer than the others, with the seconds since they began.
        limit: after how many seconds one is ended.
        paused: what is waited for, or nothing.
    """

    row: Row | None
    done: int
    known: int
    of: int
    workers: int
    seconds_left: float | None = None
    stuck: tuple[tuple[str, float], ...] = ()
    limit: float = 0.0
    paused: str = ""


class Pace:
    """Which submissions are being graded since when, and how long others took."""

    def __init__(self) -> None:
        self._running: dict[str, float] = {}  # since when, by id
        self._spent: list[float] = []

    def begin(self, name: str, now: float) -> None:
        """Note that a submission is being graded, unless that is known."""
        self._running.setdefault(name, now)

    def end(self, name: str, seconds: float) -> None:
        """Note that a submission is graded.

        Args:
            name: its id.
            seconds: how long it took, where its beginning was not noted.
        """
        began = self._running.pop(name, None)
        self._spent.append(seconds if began is None else time.monotonic() - began)

    def forget(self) -> None:
        """Forget what is under way: while a batch waits, nobody looks at it."""
        self._running.clear()

    def left(
        self, undone: int, workers: int, limit: float
    ) -> tuple[float | None, tuple[tuple[str, float], ...]]:
        """What is still to come.

        Args:
            undone: how many submissions are not graded, those under way included.
            workers: how many are graded side by side.
            limit: seconds after which one is ended.

        Returns:
            The seconds until all are graded, ``None`` where that is not known yet; and the submissions
            that are stuck, with the seconds since they began.
        """
        now = time.monotonic()
        running = {name: now - since for name, since in self._running.items()}
        mean = sum(self._spent) / len(self._spent) if self._spent else None
        late = tuple((name, spent) for name, spent in running.items() if stuck(spent, mean or 0.0))
        if mean is None:
            return None, late
        elapsed = sorted(running.values(), reverse=True)
        return seconds_left(max(0, undone - len(running)), elapsed, workers, mean, limit), late


def stuck(elapsed: float, mean: float) -> bool:
    """Whether a grading has taken so much longer than the others that it may go on to its limit.

    Args:
        elapsed: seconds since it began.
        mean: seconds that the others took.
    """
    return elapsed > max(_STUCK_SECONDS, _STUCK_TIMES * mean)


def seconds_left(
    waiting: int, running: Sequence[float], workers: int, mean: float, limit: float
) -> float:
    """Seconds until the last submission is graded.

    Each worker takes the next submission as soon as it is free; one that is stuck is free when its
    submission's time is over.

    Args:
        waiting: how many submissions have not been begun.
        running: seconds since each of the others began.
        workers: how many are graded side by side.
        mean: seconds that one takes.
        limit: seconds after which one is ended.
    """
    free = [
        max((limit if stuck(elapsed, mean) else mean) - elapsed, 0.0)
        for elapsed in running[:workers]
    ]
    free += [0.0] * (workers - len(free))
    heapq.heapify(free)
    for _ in range(waiting):
        heapq.heappush(free, heapq.heappop(free) + mean)
    return max(free, default=0.0)
