"""The words of a mismatch: what the difference looks like, where it is, and the numbers.

Plain text that reads well as Markdown: tables are indented by four spaces, foreign text is cut and
stands in backticks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from autograder.testing.compare import Comparison
from autograder.testing.places import place_of
from autograder.testing.values import NumberKind, Values

SMALL_SIDE: Final = 8
SMALL_SIZE: Final = 16
WORST: Final = 5
CUT: Final = 80
WIDEST: Final = 70
"""Characters in a line of a table, at most: indented, it must fit into 80 columns."""

_NUMBERS: Final[dict[NumberKind, str]] = {
    "bool": "booleans",
    "integer": "integers",
    "float": "floating-point numbers",
    "complex": "complex numbers",
}
_BITS: Final = {"bfloat16": 8, "float16": 11, "float32": 24, "complex64": 24}
_FULL_BITS: Final = 53
_ALL_DIGITS: Final = 17
_ROUGH: Final = ".3g"
THE_RESULT: Final = "the result"
NEAR: Final = 100.0
"""The tolerance is named where the error is at most so many times as large."""
NARROW: Final = 0.01
"""A relative error beyond this does not come from a narrow dtype."""
LARGE: Final = 1000
"""Whole numbers from here on have more digits than is shown of what came in a hidden case."""


def explain(comparison: Comparison, what: str, note: str = "", pattern: str = "") -> str:
    """Word the fault of a comparison: what it looks like first, then the numbers.

    Args:
        comparison: one that has a fault.
        what: the name of what was compared.
        note: a sentence on how the entries were paired.
        pattern: sentences on what the difference looks like.

    Returns:
        The whole explanation, with numbers.
    """
    actual, expected = comparison.actual, comparison.expected
    if comparison.fault == "shape":
        return _sentences(what, pattern, _shapes(str(actual.shape), expected.shape))
    if comparison.fault == "dtype":
        numbers = f"Yours are {_numbers(actual)}, expected {_numbers(expected)}."
        return _sentences(what, pattern, numbers)
    numbers = _headline(comparison, pattern, note)
    text = _sentences(what, pattern, numbers, note, _precision(comparison, pattern))
    return f"{text}\n\n{_table(comparison)}" if expected.array.size > 1 else text


def explain_roughly(comparison: Comparison, what: str, note: str = "", pattern: str = "") -> str:
    """Word the fault of a comparison in a hidden case, with the student's numbers rounded.

    A submission may return its inputs, so no more than three digits of it are shown; what is
    expected and how far off it is are shown in full.

    Args:
        comparison: as for `explain`.
        what: likewise.
        note: likewise.
        pattern: likewise; without numbers that were read off what the student returned.

    Returns:
        The explanation.
    """
    if comparison.fault == "shape":
        shapes = _shapes(shape_text(comparison.actual.shape), comparison.expected.shape)
        return _sentences(what, pattern, shapes)
    return explain(_rough(comparison), what, note, pattern)


def _sentences(what: str, first: str, *others: str) -> str:
    """The name of what is wrong and a colon, then the sentences that there are."""
    head, *rest = [sentence for sentence in (first, *others) if sentence]
    if what == THE_RESULT and head.startswith(f"{capital(what)} "):
        return " ".join([head, *rest])
    if not head.startswith(("True", "False", "NaN")):
        head = head[0].lower() + head[1:]
    return " ".join([f"{capital(what)}: {head}", *rest])


def _shapes(actual: str, expected: tuple[int, ...]) -> str:
    return f"{capital(in_shapes(actual, str(expected)))}."


def in_shapes(actual: str, expected: str) -> str:
    """What a value's shape is and what it should be, in a clause; ``()`` means nothing to most."""
    yours = "yours is a single number" if actual == "()" else f"yours has the shape {actual}"
    if expected == "()":
        return f"{yours}, expected a single number"
    return f"{yours}, expected {'the shape ' if actual == '()' else ''}{expected}"


def capital(what: str) -> str:
    """The name of a value as a sentence begins with it: words get a capital, symbols do not."""
    word = what.partition(" ")[0]
    return what[0].upper() + what[1:] if len(word) > 1 and word.isalpha() else what


def name_for_hidden(what: str) -> str:
    """The name of what is compared, for hidden cases: one that may tell an input is left out.

    Authors write such as "the loss for lam = 0.3"; in a public case that is a help.
    """
    return THE_RESULT if "=" in what or any(letter.isdigit() for letter in what) else what


def shape_text(shape: tuple[int, ...]) -> str:
    """A shape for hidden cases, where a submission may choose a size to tell what it was given."""
    return str(shape) if all(size < LARGE for size in shape) else "(not shown)"


def _rough(comparison: Comparison) -> Comparison:
    actual = comparison.actual
    if comparison.wrong.shape != actual.shape:  # nothing of the numbers is shown
        return comparison
    shown: Iterable[tuple[int, ...]] = np.ndindex(actual.shape)
    if actual.array.size > SMALL_SIDE**2:
        shown = comparison.worst(WORST)
    kind = "complex" if actual.kind == "complex" else "float"
    array = actual.array if actual.kind == "bool" else actual.array.astype(kind)
    if actual.kind != "bool":
        for index in shown:
            array[index] = _rounded(array[index])
    if actual.kind == "integer" and np.abs(array).max(initial=0) < LARGE:
        array = array.astype(np.int64)
    return replace(comparison, actual=replace(actual, array=array))


def _rounded(number: Any) -> complex:
    if number.dtype.kind == "c":
        return complex(float(f"{number.real:{_ROUGH}}"), float(f"{number.imag:{_ROUGH}}"))
    return float(f"{number:{_ROUGH}}")


def code(text: str) -> str:
    """Foreign text between backticks, cut and without its own backticks."""
    cut = text if len(text) <= CUT else text[: CUT - 1] + "…"
    return f"`{cut.replace('`', chr(39))}`"


def index_text(index: Sequence[int]) -> str:
    """An index as it is typed, such as ``[0, 2]``."""
    return f"[{', '.join(map(str, index))}]"


def _numbers(values: Values) -> str:
    return f"{_NUMBERS[values.kind]} ({values.dtype})"


def _headline(comparison: Comparison, pattern: str, note: str) -> str:
    """How many entries are wrong, where, and the worst of them."""
    index = comparison.worst(1)[0]
    digits = _digits(comparison, [index])
    actual = _show(comparison.actual.array[index], digits)
    expected = _show(comparison.expected.array[index], digits)
    pair = f"ours {actual}, expected {expected}{_off(comparison, index)}"
    if not comparison.expected.shape:
        return f"Y{pair}."
    worst = "At" if comparison.fault == "nan" or len(comparison.worst(2)) == 1 else "Worst at"
    numbers = f"{worst} {index_text(index)}: y{pair}."
    if pattern and comparison.fault == "value":
        return numbers  # the pattern says which entries are wrong
    wrong = (comparison.fault == "nan" and _misplaced(comparison)) or "wrong"
    place = place_of(comparison.wrong) if not note else ""
    where = f": {place}" if place else ""
    return f"{_count(comparison)} {wrong}{where}. {numbers}"


def _count(comparison: Comparison) -> str:
    """How many entries are wrong, with the verb: ``"2 of 3 entries are"``."""
    wrong, size = np.count_nonzero(comparison.wrong), comparison.wrong.size
    if wrong == size:
        every = "Both" if size == 2 else f"All {size}"
        return f"{every} entries are" if size > 1 else "The only entry is"
    return f"{wrong} of {size} entries {'is' if wrong == 1 else 'are'}"


def _misplaced(comparison: Comparison) -> str:
    """What stands in the entries that are NaN or infinite and should not be, or the reverse."""
    actual = comparison.actual.array[comparison.wrong]
    expected = comparison.expected.array[comparison.wrong]
    if np.isfinite(expected).all():
        kinds = [np.isnan(actual).any() and "NaN", np.isinf(actual).any() and "infinite"]
        return " or ".join(kind for kind in kinds if kind)
    if np.isfinite(actual).all():
        return "finite where it should not be"
    return "NaN or infinite, but not as expected"


def _off(comparison: Comparison, index: tuple[int, ...]) -> str:
    """The difference and its bound, where the difference is near it: else two values say enough."""
    if comparison.fault == "nan":
        return ""
    if comparison.tolerance.exact:
        return " exactly" if comparison.expected.kind in ("float", "complex") else ""
    gap, bound = comparison.gap[index], comparison.bound[index]
    return f" (off by {gap:.3g}, allowed {bound:.3g})" if gap / NEAR <= bound else ""


def _precision(comparison: Comparison, pattern: str) -> str:
    """A note where the answer has a narrower dtype than it is judged by, and that may be why."""
    actual, expected = comparison.actual, comparison.expected
    if actual.kind not in ("float", "complex") or comparison.tolerance.exact or pattern:
        return ""
    wanted = _BITS.get(expected.dtype, _FULL_BITS)
    if _BITS.get(actual.dtype, _FULL_BITS) >= wanted:
        return ""
    with np.errstate(all="ignore"):
        size = np.abs(comparison.expected.array)
        if comparison.fault == "value" and (comparison.gap > NARROW * (size + size.max())).any():
            return ""
    name = expected.dtype if expected.kind in ("float", "complex") else "float64"
    return f"Yours is in {actual.dtype}; it is judged to the precision of {name}."


def _table(comparison: Comparison) -> str:
    shape, size = comparison.wrong.shape, comparison.wrong.size
    if len(shape) == 2 and max(shape) <= SMALL_SIDE and (found := _matrices(comparison)):
        return found
    if size <= SMALL_SIZE:
        return _entries(comparison)
    return _worst(comparison)


def _matrices(comparison: Comparison) -> str:
    """The student's values and the expected ones, wrong entries starred; empty if they are too wide.

    They are side by side if a line has room for both, and otherwise one below the other.
    """
    digits = _digits(comparison, comparison.worst(comparison.wrong.size))
    left = _block("yours", comparison.actual.array, digits, comparison.wrong)
    right = _block("expected", comparison.expected.array, digits)
    width, other = (max(map(len, block)) for block in (left, right))
    if width + 4 + other <= WIDEST:
        lines = [f"{a:<{width}}    {b}" for a, b in zip(left, right, strict=True)]
    elif max(width, other) <= WIDEST:
        lines = [*left, *right]
    else:
        return ""
    return "\n".join(f"    {line}" for line in lines)


def _block(
    title: str, array: NDArray[Any], digits: int, wrong: NDArray[np.bool_] | None = None
) -> list[str]:
    marks = np.zeros(array.shape, np.bool_) if wrong is None else wrong
    cells = [
        [("*" if mark else "") + _show(entry, digits) for entry, mark in zip(*row, strict=True)]
        for row in zip(array, marks, strict=True)
    ]
    return [title, *_aligned(cells)]


def _entries(comparison: Comparison) -> str:
    """One line an entry, wrong ones starred."""
    digits = _digits(comparison, comparison.worst(comparison.wrong.size))
    rows = [["index", "yours", "expected"]]
    for index in np.ndindex(comparison.wrong.shape):
        star = "*" if comparison.wrong[index] else ""
        actual = star + _show(comparison.actual.array[index], digits)
        rows.append([index_text(index), actual, _show(comparison.expected.array[index], digits)])
    return "\n".join(f"    {line}" for line in _aligned(rows))


def _worst(comparison: Comparison) -> str:
    """One line for each of the worst entries."""
    worst = comparison.worst(WORST)
    digits = _digits(comparison, worst)
    rows = [["index", "yours", "expected", "difference", "allowed"]]
    for index in worst:
        values = (comparison.actual.array[index], comparison.expected.array[index])
        sizes = (comparison.gap[index], comparison.bound[index])
        rows.append(
            [index_text(index), *(_show(v, digits) for v in values), *(f"{s:.3g}" for s in sizes)]
        )
    near = not comparison.tolerance.exact and all(_off(comparison, index) for index in worst)
    columns = 5 if near else 3
    return "\n".join(f"    {line}" for line in _aligned([row[:columns] for row in rows]))


def _aligned(rows: list[list[str]]) -> list[str]:
    """Columns flush right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]


def _digits(comparison: Comparison, indices: list[tuple[int, ...]]) -> int:
    """The fewest significant digits in which every wrong entry reads unlike the right one."""
    pairs = [(comparison.actual.array[i], comparison.expected.array[i]) for i in indices]
    for digits in (6, 9, 12):
        if all(_show(actual, digits) != _show(expected, digits) for actual, expected in pairs):
            return digits
    return _ALL_DIGITS


def _show(entry: Any, digits: int) -> str:
    """One number of an array."""
    if entry.dtype.kind == "f":
        return _real(entry, digits)
    if entry.dtype.kind == "c":
        imaginary = _real(entry.imag, digits)
        sign = "" if imaginary.startswith("-") else "+"
        return f"{_real(entry.real, digits)}{sign}{imaginary}j"
    return str(entry)


def _real(number: Any, digits: int) -> str:
    """A number in so many digits; in 17, in the fewest that tell it from all others."""
    if digits < _ALL_DIGITS:
        return f"{number:.{digits}g}"
    return repr(float(number)).removesuffix(".0")
