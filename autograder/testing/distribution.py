"""The assertion about what is drawn at random: the distribution of many draws, not their values.

Two samples are compared by the greatest difference of their distribution functions. By the
Dvoretzky-Kiefer-Wolfowitz inequality with Massart's constant (Ann. Probab. 18, 1990), n draws lie further
than e from the truth with a probability of at most 2·exp(-2n·e²), whatever is drawn: so the rate of
false alarms is a bound, not an approximation.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from autograder.testing.assertions import as_array
from autograder.testing.message import capital, index_text
from autograder.testing.mismatch import Mismatch
from autograder.testing.recording import measured

FALSE_ALARMS: Final = 1e-9
"""The probability at most that right draws fail one comparison."""

_DIRECTIONS: Final = 16
_LEAST: Final = 1_000


def assert_same_distribution(
    draws: Any, expected: NDArray[Any], *, what: str = "what is drawn"
) -> None:
    """Assert that a student's draws have the same distribution as the reference's.

    Each entry is compared by itself, then weighted sums of all entries, which show whether the entries
    depend on one another as they should.

    Args:
        draws: the student's draws, ``(N, …)``, independent along the first axis; N at least 1000.
        expected: the reference's draws, ``(M, …)``, made with other random numbers; M at least 1000.
        what: the name of what is drawn, for the message.

    Raises:
        Mismatch: the shape differs, a draw is not finite, or the distributions differ.
        ValueError: ``expected`` has fewer than 1000 draws.
    """
    right = np.asarray(expected, np.float64)
    if right.ndim == 0 or len(right) < _LEAST:
        raise ValueError(f"expected must hold at least {_LEAST} draws along its first axis")
    came = np.asarray(as_array(draws, shape=(None, *right.shape[1:]), what=what), np.float64)
    if len(came) < _LEAST or not np.isfinite(came).all():
        short = f"holds {len(came)} draws, expected {len(right)}"
        raise _wrong(
            f"{capital(what)}: {short if len(came) < _LEAST else 'not every draw is finite'}."
        )
    inner = right.shape[1:]
    came, right = came.reshape(len(came), -1), right.reshape(len(right), -1)
    allowed = _allowed(len(came), len(right), right.shape[1] + _DIRECTIONS)
    gaps = np.array([_gap(a, b) for a, b in zip(came.T, right.T, strict=True)])
    worst = int(np.argmax(gaps)) if gaps.size else 0
    if gaps.size and gaps[worst] > allowed:
        place = index_text([int(i) for i in np.unravel_index(worst, inner)]) if inner else ""
        raise _wrong(_described(came[:, worst], right[:, worst], place, what))
    if right.shape[1] > 1 and _gap_together(came, right) > allowed:
        raise _wrong(
            f"{capital(what)}: each entry has the right distribution, but all of them together do "
            "not. Are they drawn independently of each other?"
        )
    measured(0.0)


def _wrong(detail: str) -> Mismatch:
    measured(math.inf)
    return Mismatch("law", detail)


def _allowed(count: int, others: int, comparisons: int) -> float:
    """How far two samples of one distribution may lie apart in one of so many comparisons."""
    log = math.log(4 * comparisons / FALSE_ALARMS)
    return math.sqrt(log / (2 * count)) + math.sqrt(log / (2 * others))


def _gap(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """The greatest difference of two samples' distribution functions."""
    left, right = np.sort(one), np.sort(other)
    at = np.concatenate([left, right])
    below = np.searchsorted(left, at, "right") / len(left)
    return float(np.max(np.abs(below - np.searchsorted(right, at, "right") / len(right))))


def _gap_together(came: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    """The same of weighted sums of all entries, with the weights of a fixed seed."""
    scale = right.std(axis=0)
    scale[scale == 0] = 1.0
    weights = np.random.default_rng(0).standard_normal((right.shape[1], _DIRECTIONS))
    weights[:, 0] = 1.0  # the plain sum
    sums = [((part - right.mean(axis=0)) / scale) @ weights for part in (came, right)]
    return max(_gap(a, b) for a, b in zip(sums[0].T, sums[1].T, strict=True))


def _described(came: NDArray[np.float64], right: NDArray[np.float64], place: str, what: str) -> str:
    where = f" at {place}" if place else ""
    numbers = "; ".join(
        f"{name} {yours:.4g}, expected about {ours:.4g}"
        for name, yours, ours in (
            ("mean", came.mean(), right.mean()),
            ("standard deviation", came.std(), right.std()),
            ("median", float(np.median(came)), float(np.median(right))),
        )
    )
    return f"{capital(what)}{where} has the wrong distribution. Yours: {numbers}."
