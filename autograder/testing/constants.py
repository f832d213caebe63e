"""Factors and terms that go missing in formulas, each with its name and the question it asks."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from autograder.testing.mismatch import Shown

MOST: Final = 16
"""The largest count (of samples, dimensions, classes) that is looked for where no axis has it."""

_LOG_2PI: Final = math.log(2 * math.pi)
_MEAN_FOR_SUM: Final = "is a mean taken instead of a sum?"
_SUM_FOR_MEAN: Final = "is a sum taken instead of a mean?"


@dataclass(frozen=True, slots=True)
class Constant:
    """A number with a meaning.

    Attributes:
        shown: the pattern that it makes.
        value: what every entry is multiplied by, or what is added to it.
        name: how it is written.
        question: what to look for in one's own code.
        where: what a count in the name counts; ``""`` where there is none, or nobody knows.
    """

    shown: Shown
    value: float
    name: str
    question: str
    where: str = ""


def famous_factors() -> tuple[Constant, ...]:
    """Factors that need no size, simplest first; the first three are −1, 2 and ½."""
    return (
        Constant("sign", -1.0, "-1", "is a minus sign missing, or is there an extra one?"),
        *_two(),
        *_both(-2.0, "-2", "-½"),
        *_both(4.0, "4", "¼"),
        Constant("base", 1 / math.log(2), "1/ln 2", "is it in bits instead of nats?"),
        Constant("base", math.log(2), "ln 2", "is it in nats instead of bits?"),
        Constant("base", 1 / math.log(10), "1/ln 10", "is the logarithm to base 10?"),
        Constant("base", math.log(10), "ln 10", "should the logarithm be to base 10?"),
        *_both(math.sqrt(2), "√2", "1/√2"),
        *_both(math.pi, "π", "1/π"),
        *_both(2 * math.pi, "2π", "1/(2π)"),
        *_both(math.sqrt(2 * math.pi), "√(2π)", "1/√(2π)"),
        *_both(math.sqrt(math.pi), "√π", "1/√π"),
    )


def _two() -> tuple[Constant, Constant]:
    """A factor of 2 and of ½, which are counts as well: two dimensions, two samples."""
    missing = "is a factor ½ missing, or a sum of two taken instead of their mean?"
    surplus = "is there an extra factor ½, or is a mean of two taken instead of their sum?"
    return Constant("factor", 2.0, "2", missing), Constant("factor", 0.5, "½", surplus)


def factors_of_sizes(sizes: Sequence[tuple[int, str]]) -> Iterator[Constant]:
    """Factors made of a count, first of those that an axis has, then of any up to `MOST`.

    Args:
        sizes: lengths of axes and the number of entries, 2 and more, each with words for it.
    """
    for size, words in _counts(sizes):
        if not words and size in (2, 4):  # famous without being a count
            continue
        ask = "is that the number of things that were summed or averaged?"
        where = _where(size, words)
        yield Constant("count", size, str(size), _SUM_FOR_MEAN if words else ask, where)
        yield Constant("count", 1 / size, f"1/{size}", _MEAN_FOR_SUM if words else ask, where)
    for size, words in sizes:
        where = _where(size, words)
        if math.isqrt(size) ** 2 != size:
            yield from _both(math.sqrt(size), f"√{size}", f"1/√{size}", where)
        ask = "is it divided by n - 1 where n is meant, or by n where n - 1 is?"
        yield Constant("factor", size / (size - 1), f"{size}/{size - 1}", ask, where)
        yield Constant("factor", (size - 1) / size, f"{size - 1}/{size}", ask, where)
        yield from _both(size / 2, f"{size}/2", f"2/{size}", where)


def famous_terms(sizes: Sequence[tuple[int, str]]) -> Iterator[Constant]:
    """Terms, simplest first.

    Args:
        sizes: as for `factors_of_sizes`.
    """
    one = "is a 1 missing, or is there an extra one?"
    yield from _signed("offset", 1.0, "1", one)
    for size, words in _counts(sizes):
        ask = "is it the logarithm of a sum instead of that of a mean, or the reverse?"
        where = _where(size, words)
        yield from _signed("log count", math.log(size), f"log {size}", ask, where)
    ask = "is a Gaussian's normalizing constant missing, or counted too often?"
    for size in range(1, MOST + 1):
        yield from _signed("gaussian", size * _LOG_2PI / 2, f"{_halves(size)}log 2π", ask)
    ask = "is a constant that each dimension adds missing, or counted twice?"
    for twice in (1, *range(3, MOST + 1)):
        yield from _signed("offset", twice / 2, f"{twice}/2", ask)
    yield from _signed("offset", math.log(math.pi) / 2, "½ log π", "is it a Gaussian's constant?")
    yield from _signed("offset", math.log(2) / 2, "½ log 2", "is it a Gaussian's constant?")
    yield from _signed("offset", math.log(math.pi), "log π", "is it a Gaussian's constant?")
    yield from _signed("offset", math.pi, "π", "is an angle turned by half a circle?")
    yield from _signed("offset", 2 * math.pi, "2π", "is an angle wrapped around?")
    for size, words in sizes:
        ask = "is a term added once for each entry?"
        yield from _signed("offset", size, str(size), ask, _where(size, words))


def _halves(count: int) -> str:
    """So many halves, as a factor is written."""
    if count % 2:
        return "½ " if count == 1 else f"{count}/2 "
    return "" if count == 2 else f"{count // 2} "


def _both(value: float, name: str, inverse: str, where: str = "") -> tuple[Constant, Constant]:
    """A factor and its inverse."""
    return (
        Constant("factor", value, name, f"is a factor {inverse} missing?", where),
        Constant("factor", 1 / value, inverse, f"is there an extra factor {inverse}?", where),
    )


def _signed(
    shown: Shown, value: float, name: str, question: str, where: str = ""
) -> Iterator[Constant]:
    """A term added, and the same subtracted."""
    yield Constant(shown, value, name, question, where)
    yield Constant(shown, -value, name, question, where)


def _where(size: int, words: str) -> str:
    return f", and {size} is {words}" if words else ""


def _counts(sizes: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    known = {size for size, _ in sizes}
    return [*sizes, *((size, "") for size in range(2, MOST + 1) if size not in known)]
