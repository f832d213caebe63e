"""The pattern of a difference: what an answer is instead of the right one, if that fits everywhere.

A pattern is a guess at the mistake, and named only if every entry is right once the mistake is
undone and chance is ruled out; see `evidence` for how. Nothing here may fail: the arrays are a
student's.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from autograder.testing import maps, precision, shapes
from autograder.testing.compare import Comparison, differences
from autograder.testing.evidence import Guess, evidence, needed
from autograder.testing.mismatch import HINTS, Shown

MAX_SIZE: Final = 1 << 17
MAX_AXES: Final = 5
_EXACT: Final = 2.0**52  # a larger integer is none of float64's
_COARSELY: Final = "This fits to about seven digits: is something computed in float32 too?"
_MOST: Final = 2  # readings that may be named; where more fit, nothing is known


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a difference looks like.

    Attributes:
        shown: which pattern it is, for those who may not see a number.
        text: one or two sentences with the numbers.
        free: whether a constant in it was read off what came, which may then be anything.
    """

    shown: Shown
    text: str
    free: bool = False

    @property
    def rough(self) -> str:
        """The text for hidden cases: no number in it is for a submission to choose."""
        return HINTS[self.shown] if self.free else self.text


def find(comparison: Comparison, *, paired: bool = False) -> Pattern | None:
    """The pattern of a difference, if there is one that cannot be chance.

    Args:
        comparison: one that has a fault.
        paired: whether the order was free and the entries were paired as they fit best. Pairing makes
            patterns itself, so only that of a precision is looked for.

    Returns:
        The simplest pattern that fits everywhere, with the second one in its text where exactly
        two fit; ``None`` where none fits or too many do.
    """
    actual, expected = comparison.actual.array, comparison.expected.array
    if not 0 < max(actual.size, expected.size) <= MAX_SIZE or not min(actual.size, expected.size):
        return None
    if max(actual.ndim, expected.ndim) > MAX_AXES:
        return None
    if any(
        array.dtype.kind == "i" and max(abs(int(array.max())), abs(int(array.min()))) > _EXACT
        for array in (actual, expected)
    ):
        return None
    with np.errstate(all="ignore"):
        match comparison.fault:
            case "value" if paired:
                return _chosen(_fitting(precision.guesses(comparison, paired=True), comparison))
            case "value":
                return _of_values(comparison)
            case "shape":
                return _of_shapes(comparison)
            case "dtype":
                return _of_kinds(comparison)
            case "nan":
                return _of_finite(comparison)
    return None


def _of_values(comparison: Comparison) -> Pattern | None:
    """The pattern at the comparison's tolerance; else what fits to the digits of float32."""
    if found := _chosen(_fitting(maps.guesses(comparison), comparison)):
        return found
    coarse = precision.at_single(comparison)
    if coarse is None:
        return None
    found = _chosen(_fitting(maps.guesses(coarse), coarse))
    if (
        found is None or found.free
    ):  # a constant that was read off would take up what is wrong besides
        return None
    return replace(found, text=f"{found.text} {_COARSELY}")


def _of_shapes(comparison: Comparison) -> Pattern | None:
    for guess in _fitting(shapes.guesses(comparison), comparison):
        return Pattern(guess.shown, guess.text)  # what fits later follows from what fits first
    actual, expected = comparison.actual.shape, comparison.expected.shape
    text = shapes.of_shape_alone(actual, expected)
    if not text:
        return None
    return Pattern("unit axis" if math.prod(actual) == math.prod(expected) else "outer", text)


def _of_kinds(comparison: Comparison) -> Pattern | None:
    actual, expected = comparison.actual.array, comparison.expected.array
    _, gap, bound = differences(actual, expected, comparison.tolerance)
    if (gap <= bound).all():
        return Pattern("kind", "The numbers are right; only their kind is wrong.")
    if comparison.actual.kind != "integer" or comparison.expected.kind != "float":
        return None
    text = "The entries are the expected ones, cut to integers."
    cut = Guess("rounded", text, actual.astype(np.float64), np.trunc(expected))
    text = "The entries are the expected ones, rounded to integers."
    rounded = Guess("rounded", text, actual.astype(np.float64), np.round(expected))
    return _chosen(_fitting((cut, rounded), comparison))


def _of_finite(comparison: Comparison) -> Pattern | None:
    """The pattern of entries that are NaN or infinite and should not be, and of the others."""
    others = ~comparison.wrong & np.isfinite(comparison.expected.array)
    if not others.any():
        return None
    text = ""
    if (comparison.gap <= comparison.bound)[others].all():
        text = "Wherever yours is finite, it is right."
    zero = comparison.expected.array == 0
    if others.sum() > 1 and np.array_equal(zero, comparison.wrong):
        where = (
            "The wrong entries are exactly those where 0 is expected. "
            "Is it 0 · log 0, 0/0 or a logarithm of 0?"
        )
        return Pattern("zero", f"{where} {text}".rstrip())
    return Pattern("finite part", text) if text else None


def _fitting(guesses: Iterable[Guess | None], comparison: Comparison) -> Iterator[Guess]:
    for rank, guess in enumerate(guesses, start=1):
        if guess is not None and evidence(guess, comparison.tolerance) >= needed(rank):
            yield guess


def _chosen(fitting: Iterable[Guess]) -> Pattern | None:
    """One of those that fit, or two where they are equally telling."""
    found = list(fitting)
    telling = [guess for guess in found if not _vague(guess)] or found
    first: dict[Shown, Guess] = {}
    for guess in telling:
        first.setdefault(guess.shown, guess)
    kinds = list(first.values())
    if not kinds or len(kinds) > _MOST:
        return None
    text = kinds[0].text
    if len(kinds) == _MOST:
        text += f" This fits as well: {kinds[1].text[0].lower()}{kinds[1].text[1:]}"
    return Pattern(kinds[0].shown, text, free=any(guess.constants for guess in kinds))


def _vague(guess: Guess) -> bool:
    return guess.shown == "reordered" or guess.constants > 0
