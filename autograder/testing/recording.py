"""How near a case came to failing: the assertions' own record, for those who validate cases.

While a recording is open, every comparison leaves its greatest difference as a multiple of the
bound, and one that differs in value only does not end the case: what comes after it is measured
too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

from autograder.testing.compare import Comparison

_open: ContextVar[list[float] | None] = ContextVar("recording", default=None)


@contextmanager
def recording() -> Iterator[list[float]]:
    """Measure instead of judge.

    Yields:
        A list that grows with every comparison: the greatest |actual − expected| over its bound;
        infinite where shape, kind of numbers or the places of NaN are wrong, or a law fails.
    """
    ratios: list[float] = []
    token = _open.set(ratios)
    try:
        yield ratios
    finally:
        _open.reset(token)


def measured(ratio: float) -> bool:
    """Leave a ratio where a recording is open; whether one is."""
    ratios = _open.get()
    if ratios is not None:
        ratios.append(ratio)
    return ratios is not None


def ratio_of(comparison: Comparison) -> float:
    """The greatest difference of a comparison as a multiple of what is allowed."""
    if comparison.fault not in (None, "value"):
        return math.inf
    if not comparison.gap.size:
        return 0.0
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratios = np.where(comparison.gap == 0, 0.0, comparison.gap / comparison.bound)
    return float(np.max(ratios))
