"""How long a batch will still take, workers that are stuck on one submission included."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

_STUCK_SECONDS = 15.0
_STUCK_TIMES = 3.0


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
