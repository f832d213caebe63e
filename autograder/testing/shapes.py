"""Patterns of a result of the wrong shape: what was not reduced, left over, broadcast or cut."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from autograder.testing.compare import Comparison
from autograder.testing.evidence import Guess, wide

Array = NDArray[Any]
Reduce = Callable[[Array, tuple[int, ...]], Array]


def _log_mean_exp(array: Array, axes: tuple[int, ...]) -> Array:
    top = array.max(axis=axes, keepdims=True)
    mean = np.log(np.exp(array - top).mean(axis=axes))
    return np.asarray(mean + top.squeeze(axes))


_MEAN_AND_SUM: Final[tuple[tuple[str, Reduce], ...]] = (
    ("mean", lambda array, axes: np.asarray(array.mean(axis=axes))),
    ("sum", lambda array, axes: np.asarray(array.sum(axis=axes))),
)
_OTHERS: Final[tuple[tuple[str, Reduce], ...]] = (
    ("log-mean-exp", _log_mean_exp),
    ("log-sum-exp", lambda array, axes: _log_mean_exp(array, axes) + math.log(_count(array, axes))),
    ("maximum", lambda array, axes: np.asarray(array.max(axis=axes))),
    ("minimum", lambda array, axes: np.asarray(array.min(axis=axes))),
    ("product", lambda array, axes: np.asarray(array.prod(axis=axes))),
)


def guesses(comparison: Comparison) -> Iterator[Guess]:
    """Patterns of a shape that differs, simplest first.

    Args:
        comparison: with the fault ``"shape"``; nothing is empty and there are few axes.

    Yields:
        A guess where the shapes allow it.
    """
    actual, expected = wide(comparison.actual.array), wide(comparison.expected.array)
    yield from _unit_axes(actual, expected)
    yield from _outer(actual, expected)
    yield from _repeated(actual, expected)
    yield from _unreduced(actual, expected)
    yield from _reduced(actual, expected)
    yield from _transposed(actual, expected)
    yield from _lengths(actual, expected)
    if actual.size == expected.size > 1:
        text = "The entries are the expected ones, in another shape. Is a reshape missing?"
        yield Guess("reshaped", text, actual.reshape(expected.shape), expected)


def of_shape_alone(actual: tuple[int, ...], expected: tuple[int, ...]) -> str:
    """What two shapes say whatever the numbers are: a sentence, or ``""``."""
    if len(actual) != len(expected) and _without_ones(actual) == _without_ones(expected):
        if len(actual) > len(expected):
            return "An axis of length 1 is left over. Is it from keepdim or unsqueeze?"
        return "An axis of length 1 is missing."
    if len(expected) == 1 and actual == 2 * expected and expected[0] > 1:
        size = expected[0]
        return (
            f"The shapes ({size},) and ({size}, 1) broadcast to ({size}, {size}). "
            "Is a column combined with a vector?"
        )
    return ""


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(size for size in shape if size != 1)


def _count(array: Array, axes: tuple[int, ...]) -> int:
    return math.prod(array.shape[axis] for axis in axes)


def _unit_axes(actual: Array, expected: Array) -> Iterator[Guess]:
    if actual.ndim != expected.ndim and _without_ones(actual.shape) == _without_ones(
        expected.shape
    ):
        text = of_shape_alone(actual.shape, expected.shape)
        rest = "Without it" if actual.ndim > expected.ndim else "With it"
        text = f"{text} {rest}, every entry is right."
        yield Guess("unit axis", text, actual.reshape(expected.shape), expected)


def _outer(actual: Array, expected: Array) -> Iterator[Guess]:
    if expected.ndim == 1 and expected.size > 1 and actual.shape == 2 * expected.shape:
        text = (
            f"{of_shape_alone(actual.shape, expected.shape)} Its diagonal is the expected result."
        )
        yield Guess("outer", text, actual.diagonal(), expected)


def _subsets(shape: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Axes to reduce over, fewest first; at least one of them longer than 1."""
    for many in range(1, len(shape) + 1):
        for axes in itertools.combinations(range(len(shape)), many):
            if math.prod(shape[axis] for axis in axes) > 1:
                yield axes


def _over(axes: tuple[int, ...], ndim: int) -> str:
    if len(axes) == ndim:
        return "all of its entries"
    return f"axis {axes[0]}" if len(axes) == 1 else f"the axes {' and '.join(map(str, axes))}"


def _unreduced(actual: Array, expected: Array) -> Iterator[Guess]:
    for name, reduce in (*_MEAN_AND_SUM, *_OTHERS):
        for axes in _subsets(actual.shape):
            kept = tuple(n for axis, n in enumerate(actual.shape) if axis not in axes)
            if kept != expected.shape:
                continue
            text = (
                f"The result is not reduced: its {name} over {_over(axes, actual.ndim)} "
                f"is the expected {'number' if not kept else 'result'}."
            )
            with np.errstate(all="ignore"):
                left = reduce(actual, axes)
            yield Guess("unreduced", text, left, expected)


def _reduced(actual: Array, expected: Array) -> Iterator[Guess]:
    for name, reduce in _MEAN_AND_SUM:
        for axes in _subsets(expected.shape):
            kept = tuple(n for axis, n in enumerate(expected.shape) if axis not in axes)
            if kept != actual.shape:
                continue
            text = (
                f"The result is reduced too far: it is the {name} of what is expected over "
                f"{_over(axes, expected.ndim)}."
            )
            with np.errstate(all="ignore"):
                right = reduce(expected, axes)
            yield Guess("reduced", text, actual, right)


def _transposed(actual: Array, expected: Array) -> Iterator[Guess]:
    if actual.ndim != expected.ndim:
        return
    for axes in itertools.permutations(range(actual.ndim)):
        if tuple(actual.shape[axis] for axis in axes) == expected.shape:
            how = (
                "" if actual.ndim == 2 else f": its axes in the order {axes} are the expected ones"
            )
            text = f"The result is the transpose of what is expected{how}."
            yield Guess("transposed", text, actual.transpose(axes), expected)


def _lengths(actual: Array, expected: Array) -> Iterator[Guess]:
    """One entry too many or too few at the beginning or the end of one axis."""
    if actual.ndim != expected.ndim:
        return
    differ = [axis for axis in range(actual.ndim) if actual.shape[axis] != expected.shape[axis]]
    if len(differ) != 1:
        return
    [axis] = differ
    more = actual.shape[axis] - expected.shape[axis]
    if abs(more) != 1 or min(actual.shape[axis], expected.shape[axis]) < 1:
        return
    along = "" if actual.ndim == 1 else f" of axis {axis}"
    for place, start in (("beginning", 1), ("end", 0)):
        stay = range(start, start + min(actual.shape[axis], expected.shape[axis]))
        if more > 0:
            text = f"There is one entry too many at the {place}{along}; the others are right."
            yield Guess("length", text, actual.take(stay, axis), expected)
        else:
            text = f"One entry is missing at the {place}{along}; the others are right."
            yield Guess("length", text, actual, expected.take(stay, axis))


def _repeated(actual: Array, expected: Array) -> Iterator[Guess]:
    if not expected.ndim or actual.size <= expected.size or actual.ndim < expected.ndim:
        return  # of one number repeated, to say that it is not reduced says more
    try:
        right = np.broadcast_to(expected, actual.shape)
    except ValueError:
        return
    text = "The entries are the expected ones, repeated along an axis that should not be there."
    yield Guess("repeated", text, actual, right, pointwise=True)
