"""The pattern of a precision: right to as many digits as a narrower dtype keeps.

What is computed partly in a narrower dtype (a constant made without one, in torch) has that dtype's
errors, but its entries need not be numbers of it. So they are held against the rounding of the numbers
that they were made from, which are taken to be as large as the entries of the result.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from autograder.testing.compare import Comparison, Tolerance, compare
from autograder.testing.evidence import Guess, orders, subject_of, wide

_SINGLE_BITS: Final = 24
_SINGLE_ROUNDINGS: Final = 32
_NARROW_ROUNDINGS: Final = 4
_NARROW: Final = {"bfloat16": 8, "float16": 11}


@dataclass(frozen=True, slots=True)
class _Dtype:
    """A dtype that keeps few digits.

    Attributes:
        width: how far a result may be off, relatively: so many roundings may add up.
        words: how many digits are right then.
        question: what to look for in one's own code.
    """

    width: float
    words: str
    question: str


SINGLE_WIDTH: Final = _SINGLE_ROUNDINGS * 2.0**-_SINGLE_BITS
_SINGLE: Final = _Dtype(
    SINGLE_WIDTH,
    "about seven digits",
    "Is a tensor made without a dtype, or something computed in float32?",
)
_SINGLE_OR_SMALL: Final = _Dtype(
    SINGLE_WIDTH,
    "about seven digits",
    "Is a tensor made without a dtype, something computed in float32, or a small constant added?",
)


def guesses(comparison: Comparison, *, paired: bool = False) -> Iterator[Guess | None]:
    """The one guess at a precision.

    Args:
        comparison: of numbers of one shape, with the fault ``"value"``.
        paired: whether the entries were put into the order that fits best.

    Yields:
        The guess, or ``None`` where it cannot be.
    """
    actual, expected = wide(comparison.actual.array), wide(comparison.expected.array)
    dtype = _dtype(comparison, actual)
    if dtype is None:
        yield None
        return
    size = np.abs(expected[np.isfinite(expected)])
    if not size.size:
        yield None
        return
    text = f"{subject_of(expected)} right to {dtype.words}. {dtype.question}"
    tolerance = Tolerance(dtype.width, dtype.width * float(size.mean()))
    cost = orders(actual.size) if paired else 0.0
    yield Guess("precision", text, actual, expected, pointwise=True, cost=cost, tolerance=tolerance)


def at_single(comparison: Comparison) -> Comparison | None:
    """The same numbers compared as closely as float32 allows.

    Args:
        comparison: with the fault ``"value"``.

    Returns:
        The comparison; ``None`` where it was no closer, or nothing is wrong any more.
    """
    expected = comparison.expected
    if expected.kind not in ("float", "complex") or comparison.tolerance.rtol >= SINGLE_WIDTH:
        return None
    tolerance = single_tolerance(wide(expected.array))
    again = compare(comparison.actual, expected, tolerance=tolerance, check_dtype=False)
    return again if again.fault == "value" else None


def single_tolerance(expected: NDArray[Any]) -> Tolerance:
    """What float32 on the way may change: some roundings of the entry, or of one of the usual size."""
    size = np.abs(expected[np.isfinite(expected)])
    return Tolerance(SINGLE_WIDTH, SINGLE_WIDTH * float(size.mean()) if size.size else 0.0)


def _dtype(comparison: Comparison, actual: NDArray[Any]) -> _Dtype | None:
    """The widest dtype that can be to blame; ``None`` where what is expected has no more digits."""
    expected, came = comparison.expected, comparison.actual.dtype
    if expected.kind not in ("float", "complex") or actual.dtype.kind not in "fc":
        return None
    if came in _NARROW and expected.dtype not in _NARROW:
        width = _NARROW_ROUNDINGS * 2.0 ** -_NARROW[came]
        question = f"Is it computed in {came}? It is judged to the precision of {expected.dtype}."
        return _Dtype(width, "two or three digits", question)
    if expected.dtype not in ("float64", "complex128") or comparison.tolerance.rtol >= SINGLE_WIDTH:
        return None
    single = actual.astype(np.complex64 if actual.dtype.kind == "c" else np.float32)
    return _SINGLE if np.array_equal(single, actual, equal_nan=True) else _SINGLE_OR_SMALL
