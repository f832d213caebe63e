"""Whether two functions answered alike: the judgement of `testing`, on whatever came back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np

from autograder.testing.columns import equal_tables
from autograder.testing.compare import EXACT, TOLERANCES, Tolerance, compare
from autograder.testing.evidence import wide
from autograder.testing.figures import essence
from autograder.testing.precision import single_tolerance
from autograder.testing.values import UnreadableValue, Values, items, read
from autograder.wire import is_table

_DEPTH: Final = 32


def equal_up_to_rounding(one: Any, other: Any, *, strictly: bool = False) -> bool:
    """Whether two values are the same up to rounding.

    Shape, kind of numbers, places of NaN and values count, as for `assert_close`, at a default
    tolerance. Lists of unequal shapes, tuples and dicts are compared item by item, everything else
    (words, None) must be equal.

    Args:
        one: data, as it came over the line.
        other: likewise.
        strictly: judge at the precision of float64, not at that of the less precise of the two.
    """
    return _equal(one, other, _DEPTH, strictly)


def nearly(one: Any, other: Any) -> bool:
    """Whether two values differ only by what another fault may have done besides.

    That is NaN or an infinity on one side, or no more than float32 changes on the way. A wrong function
    may do such a thing once in twelve calls and be the same mistake.
    """
    return _nearly(one, other, _DEPTH)


def _nearly(one: Any, other: Any, depth: int) -> bool:
    try:
        left, right = read(one), read(other)
    except UnreadableValue:
        return _inside(one, other, _nearly, depth)
    tolerance = single_tolerance(wide(right.array))
    known = _tolerance(left, right, strictly=False)
    comparison = compare(left, right, tolerance=max(tolerance, known, key=lambda one: one.rtol))
    if comparison.fault == "nan":
        both = np.isfinite(left.array) & np.isfinite(right.array)
        return bool((comparison.gap <= comparison.bound)[both].all())
    return comparison.fault is None


def _equal(one: Any, other: Any, depth: int, strictly: bool) -> bool:
    try:
        left, right = read(one), read(other)
    except UnreadableValue:
        return _inside(one, other, partial(_equal, strictly=strictly), depth)
    return compare(left, right, tolerance=_tolerance(left, right, strictly)).fault is None


def _inside(one: Any, other: Any, same: Callable[[Any, Any, int], bool], depth: int) -> bool:
    """Compare what is not an array: item by item where it holds items."""
    if depth == 0:
        return False
    if is_table(type(one)) and is_table(type(other)):
        return equal_tables(one, other, lambda a, b: same(a, b, depth - 1))
    drawn = essence(one), essence(other)
    if None not in drawn:
        return _inside(*drawn, same, depth)
    if type(one) is dict and type(other) is dict:
        return one.keys() == other.keys() and all(
            same(item, other[key], depth - 1) for key, item in one.items()
        )
    left, right = items(one), items(other)
    if left is not None and right is not None:
        return len(left) == len(right) and all(
            same(a, b, depth - 1) for a, b in zip(left, right, strict=True)
        )
    return type(one) is type(other) and type(one) in (str, type(None)) and bool(one == other)


def _tolerance(left: Values, right: Values, strictly: bool) -> Tolerance:
    """That of the less precise one; whole numbers are exact among themselves."""
    known = [TOLERANCES[v.dtype] for v in (left, right) if v.dtype in TOLERANCES]
    if strictly and known:
        return TOLERANCES["float64"]
    return max(known, key=lambda tolerance: tolerance.rtol, default=EXACT)
