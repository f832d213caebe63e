"""Whether a pattern fits everywhere, and whether that could be chance.

A pattern is a guess at the mistake. It is undone, and then every entry must be right within the
tolerance of the comparison. That may happen by chance, so the chance is bounded: if the wrong
answer had nothing to do with the guess, an entry would fall within its bound with a probability of
about the bound's width over the range in which it might have been. The evidence is the sum of the
logarithms of those probabilities, in bits, where

- the range is the change that the guess undoes, or the size of the numbers if that is less: an
  offset of 1 that is met within 0.01 says 6 bits, whatever the numbers;
- numbers that lie on a lattice (integers, decimals as one types them) have only so many places;
- a number that stands at many places is met by chance as often as it stands there, and under a map
  from numbers to numbers (twice, the logarithm) equal numbers are one piece of evidence;
- what is right without the guess, is not evidence, and a constant that was read off the data costs
  the best entry.

The guess that is tried as the r-th needs 10 + 2·log₂(r) bits: then the probability that any guess
fits an unrelated answer is below Σ 2⁻¹⁰/r² = 2⁻¹⁰·π²/6, one in 600, however many there are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from autograder.testing.compare import Tolerance, differences
from autograder.testing.mismatch import Shown

BITS: Final = 10.0
MOST_AN_ENTRY: Final = 40.0
"""So much evidence at most comes from one entry: a difference of 0 is not a proof."""

_DECIMALS: Final = 5
_SAMPLE: Final = 64
_ROUNDING: Final = 4 * np.finfo(np.float64).eps


@dataclass(frozen=True, slots=True, eq=False)
class Guess:
    """A pattern, applied.

    Attributes:
        shown: which pattern it is.
        text: the sentence for those who may see numbers.
        left: what came with the mistake undone.
        right: what that should be, of the same shape.
        before: what stood in the places of ``left``; ``None`` where there was no such place.
        pointwise: whether equal numbers are one piece of evidence.
        constants: how many constants were read off the data.
        cost: bits that say which of many guesses this one is.
        widened: how many times the bound is allowed: 2 with a constant, which has an error too.
        tolerance: how near the two sides must be; ``None`` for the tolerance of the comparison.
    """

    shown: Shown
    text: str
    left: NDArray[Any]
    right: NDArray[Any]
    before: NDArray[Any] | None = None
    pointwise: bool = False
    constants: int = 0
    cost: float = 0.0
    widened: float = 1.0
    tolerance: Tolerance | None = None


def wide(array: NDArray[Any]) -> NDArray[Any]:
    """Booleans and integers as floats, to reckon with; others as they are."""
    return array.astype(np.float64) if array.dtype.kind in "bi" else array


def evidence(guess: Guess, tolerance: Tolerance) -> float:
    """How unlikely it is that a guess fits by chance.

    Args:
        guess: the guess.
        tolerance: of the comparison.

    Returns:
        Bits; minus infinity where it does not fit, or nothing speaks for it.
    """
    tolerance = guess.tolerance or tolerance
    if not _fits_here_and_there(guess, tolerance):
        return -math.inf
    misplaced, gap, bound = differences(guess.left, guess.right, tolerance)
    bound = _widened(guess, guess.right, bound)
    if misplaced.any() or not (gap <= bound).all():
        return -math.inf
    finite = np.isfinite(guess.right)
    right, bound = guess.right[finite], bound[finite]
    if not right.size:
        return -math.inf
    with np.errstate(all="ignore"):
        chance = _chance(guess, right, bound, finite)
        found = np.minimum(-np.log2(chance), MOST_AN_ENTRY)
    if guess.pointwise:
        found = found[_first_of_each(right, bound)]
    found = np.sort(found)[: max(found.size - guess.constants, 0)]
    total = float(found.sum()) - guess.cost
    return total if total > 0 else -math.inf


def _fits_here_and_there(guess: Guess, tolerance: Tolerance) -> bool:
    """Whether a few entries fit: most guesses about large arrays need not be seen as a whole."""
    if guess.left.size <= _SAMPLE:
        return True
    places = np.linspace(0, guess.left.size - 1, _SAMPLE).astype(np.intp)
    few = [side[np.unravel_index(places, side.shape)] for side in (guess.left, guess.right)]
    _, gap, bound = differences(few[0], few[1], tolerance)
    return bool((gap <= _widened(guess, few[1], bound)).all())


def _widened(guess: Guess, right: NDArray[Any], bound: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(all="ignore"):
        return np.asarray(np.maximum(guess.widened * bound, _ROUNDING * np.abs(right)), np.float64)


def orders(count: int) -> float:
    """The bits that say in which of all orders so many things stand."""
    return math.lgamma(count + 1) / math.log(2)


def subject_of(expected: NDArray[Any]) -> str:
    """How a sentence about all entries begins."""
    return "This number is" if expected.size == 1 else "Every entry is"


def needed(rank: int) -> float:
    """The bits that speak for the guess tried as the so-many-th, from 1."""
    return BITS + 2 * math.log2(rank)


def _chance(
    guess: Guess,
    right: NDArray[Any],
    bound: NDArray[np.float64],
    finite: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """For every entry, how probable it is that it fits by chance."""
    size = np.abs(right)
    room = np.maximum(size, size.mean())
    if guess.before is not None:
        change = np.abs(guess.left - guess.before)[finite]
        room = np.where(np.isfinite(change), np.minimum(room, change), room)
    width = np.where(room > 0, 2 * bound / np.where(room > 0, room, 1), 1.0)
    came = (guess.left if guess.before is None else guess.before).reshape(-1)
    if _step(came) and (step := _step(right)):
        width = np.maximum(width, step / (np.ptp(np.append(size, 0)) + step))
    chance = width
    if not guess.pointwise:
        chance = np.maximum(chance, _repeated(right, bound))
    if guess.before is not None:  # right without the guess
        chance = np.where(change <= bound, 1.0, chance)
    return np.clip(chance, 2.0**-60, 1.0)


def _step(numbers: NDArray[Any]) -> float:
    """The step of the coarsest lattice of decimals that holds all numbers; 0 where none does."""
    for decimals in range(_DECIMALS):
        scaled = numbers * 10.0**decimals
        rest = np.abs(scaled - np.round(scaled))
        if (rest <= 1e-9).all():
            return float(10.0**-decimals)
    return 0.0


def _repeated(right: NDArray[Any], bound: NDArray[np.float64]) -> NDArray[np.float64]:
    """For every entry, the share of the others that would fit in its place."""
    real = np.asarray(right.real, np.float64)
    ordered = np.sort(real)
    first = np.searchsorted(ordered, real - bound, side="left")
    last = np.searchsorted(ordered, real + bound, side="right")
    return np.asarray((last - first - 1) / max(real.size - 1, 1), np.float64)


def _first_of_each(right: NDArray[Any], bound: NDArray[np.float64]) -> NDArray[np.intp]:
    """One place of every number, numbers within twice the bound taken for equal."""
    real = np.asarray(right.real, np.float64)
    order = np.argsort(real, kind="stable")
    apart = np.diff(real[order]) > 2 * bound[order][1:]
    return np.asarray(order[np.concatenate([[True], apart])], np.intp)
