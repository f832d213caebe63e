"""Comparison of two sets of numbers: the tolerances and the order of the checks.

`message` words the results, and `values` reads a student's objects.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from autograder.testing.values import Values

Fault = Literal["shape", "dtype", "nan", "value"]


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A difference is allowed up to ``max(atol, rtol·|expected|)``."""

    rtol: float
    atol: float

    @property
    def exact(self) -> bool:
        """Whether only the exact value is right."""
        return self.rtol == 0 and self.atol == 0


EXACT: Final = Tolerance(0.0, 0.0)

# By the dtype of the expected value. Python numbers are float64; integers and booleans are exact.
# The half precisions are those of torch.testing.
TOLERANCES: Final[dict[str, Tolerance]] = {
    "float64": Tolerance(1e-8, 1e-10),
    "complex128": Tolerance(1e-8, 1e-10),
    "float32": Tolerance(1e-4, 1e-5),
    "complex64": Tolerance(1e-4, 1e-5),
    "float16": Tolerance(1e-3, 1e-5),
    "bfloat16": Tolerance(1.6e-2, 1e-5),
}


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """The result of a comparison, from which messages are made.

    Attributes:
        actual: the student's numbers.
        expected: the right numbers.
        tolerance: the tolerance.
        fault: the first check that fails, or ``None``.
        wrong: which entries are wrong; the arrays are empty if shape or dtype is the fault.
        gap: |actual − expected|, infinite where only one of the two is NaN or infinite.
        bound: the allowed difference.
    """

    actual: Values
    expected: Values
    tolerance: Tolerance
    fault: Fault | None
    wrong: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    gap: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    bound: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def worst(self, count: int) -> list[tuple[int, ...]]:
        """Indices of the wrong entries whose difference is greatest against its bound, in order."""
        wrong = np.flatnonzero(self.wrong)
        gap, bound = self.gap.reshape(-1)[wrong], self.bound.reshape(-1)[wrong]
        with np.errstate(divide="ignore", over="ignore"):
            ratio = gap / bound
        order = wrong[np.lexsort((-gap, -ratio))[:count]]
        return [tuple(int(i) for i in np.unravel_index(k, self.wrong.shape)) for k in order]


def tolerance_of(rtol: float | None, atol: float | None) -> Tolerance | None:
    """The tolerance that an author names, or ``None`` for the default.

    Raises:
        ValueError: one of the two without the other, or a bound that is negative or not finite.
    """
    if rtol is None and atol is None:
        return None
    if rtol is None or atol is None:
        raise ValueError("give both rtol and atol, or neither")
    if not (math.isfinite(rtol) and math.isfinite(atol) and rtol >= 0 and atol >= 0):
        raise ValueError(f"rtol and atol must be finite and not negative: {rtol}, {atol}")
    return Tolerance(float(rtol), float(atol))


def compare(
    actual: Values,
    expected: Values,
    *,
    tolerance: Tolerance | None = None,
    check_dtype: bool = True,
) -> Comparison:
    """Compare entry by entry, never broadcasting: shape, kind of numbers, NaN pattern, values.

    Args:
        actual: the student's numbers.
        expected: the right numbers.
        tolerance: the tolerance; ``None`` for the default of expected's dtype.
        check_dtype: whether the kind of numbers is checked. Complex numbers are never accepted as real.

    Returns:
        The comparison; its ``fault`` is ``None`` if the two agree.
    """
    tolerance = tolerance or _default(actual, expected)
    if actual.shape != expected.shape:
        return Comparison(actual, expected, tolerance, "shape")
    if not _same_kind(actual, expected, check_dtype=check_dtype):
        return Comparison(actual, expected, tolerance, "dtype")
    misplaced, gap, bound = differences(actual.array, expected.array, tolerance)
    fault: Fault | None = None
    wrong = gap > bound
    if misplaced.any():
        fault, wrong = "nan", misplaced
    elif wrong.any():
        fault = "value"
    return Comparison(actual, expected, tolerance, fault, wrong, gap, bound)


def differences(
    actual: NDArray[Any], expected: NDArray[Any], tolerance: Tolerance
) -> tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.float64]]:
    """Where NaN and infinities do not match, how far entries lie apart, how far they may.

    Args:
        actual: bool, int64, float64 or complex128.
        expected: likewise, of the same shape (or of one that broadcasts, for all pairs).
        tolerance: what is allowed.

    Returns:
        The misplaced entries, |actual − expected| and the bound. A gap is 0 where both are NaN or
        the same infinity, and infinite where they do not match.
    """
    with np.errstate(all="ignore"):
        if actual.dtype.kind in "bi" and expected.dtype.kind in "bi":
            gap = _integer_gap(actual, expected)
            misplaced = np.zeros(gap.shape, np.bool_)
        else:
            finite = np.isfinite(actual) & np.isfinite(expected)
            same = (actual == expected) | (np.isnan(actual) & np.isnan(expected))
            gap = np.where(finite, np.abs(actual - expected), np.where(same, 0.0, np.inf))
            misplaced = np.asarray(~finite & ~same)
        # The bound stays finite, so that a gap that overflows is always beyond it.
        largest = np.fmin(np.abs(tolerance.rtol * expected), np.finfo(np.float64).max)
        bound = np.broadcast_to(np.maximum(tolerance.atol, largest), gap.shape)
    return misplaced, gap, bound


def _integer_gap(actual: NDArray[Any], expected: NDArray[Any]) -> NDArray[np.float64]:
    """|actual − expected| of 64-bit integers, 0 only where they are equal.

    The difference wraps modulo 2**64, which read as an unsigned number is the true one.
    """
    left, right = actual.astype(np.int64), expected.astype(np.int64)
    wrapped = np.asarray(np.maximum(left, right) - np.minimum(left, right))
    return wrapped.view(np.uint64).astype(np.float64)


def _default(actual: Values, expected: Values) -> Tolerance:
    if expected.kind in ("float", "complex"):
        return TOLERANCES[expected.dtype]
    if _stands_for_float(expected) and actual.kind == "float":
        return TOLERANCES["float64"]
    return EXACT


def _stands_for_float(expected: Values) -> bool:
    """Whether these are integers as an author types them, such as ``[0, 1]`` for ``[0.0, 1.0]``."""
    return expected.literal and expected.kind == "integer"


def _same_kind(actual: Values, expected: Values, *, check_dtype: bool) -> bool:
    """Whether the numbers that came are of the kind that is expected.

    A Python number or list of integers or booleans stands for floats on either side (booleans only
    in what came), and a real number is a complex one. Otherwise the kinds must be the same.
    """
    if actual.array.size == 0 and (actual.literal or expected.literal):
        return True
    if actual.kind == expected.kind:
        return True
    if actual.kind == "complex":
        return False
    if not check_dtype:
        return True
    if expected.kind in ("float", "complex"):
        return actual.literal or actual.kind == "float"
    return actual.kind == "float" and _stands_for_float(expected)
