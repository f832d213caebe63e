"""Patterns of a result of the right shape: numbers mapped to numbers, and entries that moved."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from autograder.testing import precision
from autograder.testing.compare import Comparison
from autograder.testing.constants import (
    Constant,
    factors_of_sizes,
    famous_factors,
    famous_terms,
)
from autograder.testing.evidence import Guess, orders, subject_of, wide
from autograder.testing.mismatch import Shown

Array = NDArray[Any]

# What undoes each: the inverse of what the student's code did too much.
_MAPS: Final[tuple[tuple[Shown, str, Callable[[Array], Array]], ...]] = (
    (
        "exp",
        "the exponential of the expected one. Is there an extra exp, or is a log missing?",
        np.log,
    ),
    (
        "log",
        "the logarithm of the expected one. Is there an extra log, or is an exp missing?",
        np.exp,
    ),
    ("square", "the square of the expected one. Is a square root missing?", np.sqrt),
    ("root", "the square root of the expected one. Is a square missing?", np.square),
    ("reciprocal", "1 over the expected one. Is a fraction upside down?", np.reciprocal),
)
_LINES: Final = 16  # rows or columns, each of which may have the opposite sign
_SIMPLEST: Final = 3  # of the factors; they are tried first


def guesses(comparison: Comparison) -> Iterator[Guess | None]:
    """Patterns of numbers that differ, simplest first.

    Args:
        comparison: with the fault ``"value"``.

    Yields:
        A guess, or ``None`` for one that cannot be: it counts as tried.
    """
    actual, expected = wide(comparison.actual.array), wide(comparison.expected.array)
    of = _Pair(comparison, actual, expected, subject_of(expected))
    factors = famous_factors()
    yield from map(of.factor, factors[:_SIMPLEST])
    yield of.complement()
    yield from precision.guesses(comparison)
    yield from of.moves()
    yield from of.maps()
    yield from map(of.factor, factors[_SIMPLEST:])
    sizes = sizes_of(expected.shape)
    yield from map(of.factor, factors_of_sizes(sizes))
    yield from map(of.term, famous_terms(sizes))
    yield from of.spread()
    yield from of.signs()
    yield of.any_factor()
    yield of.any_term()
    yield of.reordered()


def sizes_of(shape: tuple[int, ...]) -> list[tuple[int, str]]:
    """The lengths of axes and of all of them together, each once, in words."""
    found: dict[int, str] = {}
    for axis, size in enumerate(shape):
        words = "the number of entries" if len(shape) == 1 else f"the length of axis {axis}"
        found[size] = f"{found[size]} and of axis {axis}" if size in found else words
    found.setdefault(math.prod(shape), "the number of entries")
    return [(size, words) for size, words in found.items() if size > 1]


class _Pair:
    """A result and what is expected, of one shape, float64 or complex128."""

    def __init__(
        self, comparison: Comparison, actual: Array, expected: Array, subject: str
    ) -> None:
        self.kind = comparison.expected.kind
        self.actual = actual
        self.expected = expected
        self.subject = subject
        self.real = actual.dtype.kind == expected.dtype.kind == "f"
        with np.errstate(all="ignore"):
            usable = np.isfinite(actual) & np.isfinite(expected)
            sharp = np.where(usable, np.abs(expected) / np.maximum(comparison.bound, 1e-300), -1)
        self.best = int(np.argmax(sharp))  # where a ratio is best known
        self.sure = bool(sharp.reshape(-1)[self.best] > 0)
        bound = np.where(usable, comparison.bound, np.inf).reshape(-1)
        self.nearest = int(np.argmin(bound))  # where a difference is best known
        self.known = bool(np.isfinite(bound[self.nearest]))
        self.bound = comparison.bound.reshape(-1)

    def guess(self, shown: Shown, text: str, left: Array, **more: Any) -> Guess:
        return Guess(shown, text, left, self.expected, self.actual, **more)

    def factor(self, constant: Constant) -> Guess | None:
        ratio = self._ratio()
        if ratio is None or not math.isclose(ratio, constant.value, rel_tol=self._blur()):
            return None
        if constant.shown == "sign":
            text = f"{self.subject} the expected one with the opposite sign. {_question(constant)}"
        else:
            times = f"{self.subject} {constant.name} times the expected one"
            text = f"{times}{constant.where}. {_question(constant)}"
        return self.guess(constant.shown, text, self.actual / constant.value, pointwise=True)

    def term(self, constant: Constant) -> Guess | None:
        term = self._term()
        if term is None or abs(term - constant.value) > 4 * self.bound[self.nearest]:
            return None
        size = "small" if constant.value < 0 else "large"
        text = f"{self.subject} {constant.name} too {size}{constant.where}. {_question(constant)}"
        return self.guess(constant.shown, text, self.actual - constant.value, pointwise=True)

    def any_factor(self) -> Guess | None:
        ratio = self._ratio()
        if ratio is None or self.kind not in ("float", "complex"):
            return None
        times = f"{self.subject} {ratio:.6g} times the expected one"
        text = f"{times}. Is a constant factor wrong or missing?"
        left = self.actual / ratio
        return self.guess("factor", text, left, pointwise=True, constants=1, widened=2.0)

    def any_term(self) -> Guess | None:
        term = self._term()
        if term is None or self.kind not in ("float", "complex"):
            return None
        size = "small" if term < 0 else "large"
        text = f"{self.subject} {abs(term):.6g} too {size}. Is a constant term wrong or missing?"
        left = self.actual - term
        return self.guess("offset", text, left, pointwise=True, constants=1, widened=2.0)

    def complement(self) -> Guess:
        if self.kind == "bool":
            text = "True and False are swapped everywhere."
        else:
            text = (
                f"{self.subject} 1 minus the expected one. Is it the probability of the opposite?"
            )
        # A mask holds only two numbers, but every place of it is a decision.
        mask = bool(((self.expected == 0) | (self.expected == 1)).all())
        return self.guess("complement", text, 1 - self.actual, pointwise=not mask)

    def signs(self) -> Iterator[Guess | None]:
        """The opposite sign in one row or column."""
        shape = self.expected.shape
        if len(shape) != 2 or self.kind not in ("float", "complex"):
            return
        for axis, size in enumerate(shape):
            if not 1 < size <= _LINES:
                continue
            for place in range(size):
                index = (slice(None),) * axis + (place,)
                left = self.actual.copy()
                left[index] *= -1
                words = f"row {place}" if axis == 0 else f"column {place}"
                text = f"Exactly {words} has the opposite sign; the rest is right."
                yield self.guess("sign", text, left, pointwise=True)

    def maps(self) -> Iterator[Guess | None]:
        for shown, words, undo in _MAPS:
            if not self.real:
                yield None
                continue
            with np.errstate(all="ignore"):
                left = undo(self.actual)
            yield self.guess(shown, f"{self.subject} {words}", left, pointwise=True)
        yield self._absolute()
        for part in ("real", "imag"):
            yield self._part(part)
        if self.actual.dtype.kind == self.expected.dtype.kind == "c":
            text = f"{self.subject} the complex conjugate of the expected one."
            yield self.guess("conjugate", text, self.actual.conj(), pointwise=True)
        else:
            yield None

    def moves(self) -> Iterator[Guess | None]:
        """Entries in other places: the text says where they are."""
        shape, actual = self.actual.shape, self.actual
        for one, other in itertools.combinations(range(len(shape)), 2):
            same = shape[one] == shape[other] > 1
            axes = "" if len(shape) == 2 else f" in the axes {one} and {other}"
            text = f"The result is the transpose of what is expected{axes}."
            yield self.guess("transposed", text, actual.swapaxes(one, other)) if same else None
        for axis, size in enumerate(shape):
            along = "" if len(shape) == 1 else f" along axis {axis}"
            text = f"The result is in reverse order{along}."
            yield self.guess("reversed", text, np.flip(actual, axis)) if size > 1 else None
        if len(shape) > 1:
            text = "The result is in reverse order along all axes."
            yield self.guess("reversed", text, np.flip(actual))
        for axis, size in enumerate(shape):
            for step in (1, -1):
                yield self._shifted(axis, step) if size > 2 else None
        if len(shape) > 1 and shape != shape[::-1]:
            text = (
                "The entries are the expected ones, read in the order of the transpose. "
                "Is a reshape used where axes must be swapped?"
            )
            left = actual.reshape(shape[::-1]).T
            yield self.guess("reordered", text, left)

    def spread(self) -> Iterator[Guess | None]:
        """The same all along an axis: the mean or the sum of what is expected."""
        for axis, size in enumerate(self.expected.shape):
            if size < 2:
                yield None
                continue
            for name, reduce in (("mean", np.mean), ("sum", np.sum)):
                with np.errstate(all="ignore"):
                    one = reduce(self.expected, axis=axis, keepdims=True)
                text = (
                    f"The result is the same all along axis {axis}: "
                    f"the {name} of what is expected there, repeated."
                )
                right = np.broadcast_to(one, self.expected.shape)
                yield Guess("spread", text, self.actual, right, self.expected, pointwise=True)

    def reordered(self) -> Guess | None:
        if not self.real or self.expected.size < 3:
            return None
        text = "The entries are the expected ones in another order."
        order = np.argsort(self.actual, axis=None, kind="stable")
        left = np.empty(self.actual.size)
        left[np.argsort(self.expected, axis=None, kind="stable")] = self.actual.reshape(-1)[order]
        return self.guess(
            "reordered", text, left.reshape(self.expected.shape), cost=orders(left.size)
        )

    def _shifted(self, axis: int, step: int) -> Guess:
        """Entry i of the result is entry i − step of what is expected; the edge is left out."""
        size = self.expected.shape[axis]
        later, earlier = range(1, size), range(size - 1)
        came, right = (later, earlier) if step > 0 else (earlier, later)
        left = self.actual.take(came, axis)
        where = "before" if step > 0 else "after"
        along = "" if self.expected.ndim == 1 else f" along axis {axis}"
        text = (
            f"The result is shifted by one{along}: "
            f"each place holds what is expected one place {where} it."
        )
        wanted = self.expected.take(right, axis)
        return Guess("shifted", text, left, wanted, self.expected.take(came, axis))

    def _absolute(self) -> Guess | None:
        if not self.real or not (self.expected < 0).any() or (self.actual < 0).any():
            return None
        text = f"{self.subject} the absolute value of the expected one. Is the sign lost?"
        left = np.copysign(self.actual, self.expected)
        return self.guess("absolute", text, left, pointwise=True, cost=left.size)

    def _part(self, part: str) -> Guess | None:
        if self.expected.dtype.kind != "c" or not np.array_equal(
            self.actual.imag, 0 * self.actual.real
        ):
            return None
        name = "real" if part == "real" else "imaginary"
        text = f"{self.subject} only the {name} part of the expected one."
        wanted = np.asarray(getattr(self.expected, part), np.float64)
        return Guess("real", text, np.asarray(self.actual.real, np.float64), wanted, pointwise=True)

    def _ratio(self) -> float | None:
        if not self.sure:
            return None
        with np.errstate(all="ignore"):
            ratio = self.actual.reshape(-1)[self.best] / self.expected.reshape(-1)[self.best]
        return _real(ratio, self._blur())

    def _term(self) -> float | None:
        if not self.known:
            return None
        with np.errstate(all="ignore"):
            term = (self.actual - self.expected).reshape(-1)[self.nearest]
        return _real(term, self._blur())

    def _blur(self) -> float:
        """How far a ratio may be off, relatively; rounding at least."""
        size = abs(self.expected.reshape(-1)[self.best])
        return float(max(2 * self.bound[self.best] / size, 1e-14)) if size else 1e-14


def _question(constant: Constant) -> str:
    return constant.question[0].upper() + constant.question[1:]


def _real(number: Any, blur: float) -> float | None:
    """A number other than 0 whose imaginary part is nothing but rounding."""
    if not np.isfinite(number) or number == 0 or abs(number.imag) > blur * abs(number):
        return None
    return float(number.real)
