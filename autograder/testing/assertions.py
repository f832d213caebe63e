"""The assertions about numbers: closeness, closeness in any order, shape, laws."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from autograder.testing import compare
from autograder.testing.matching import best_order
from autograder.testing.message import (
    capital,
    explain,
    explain_roughly,
    in_shapes,
    index_text,
    name_for_hidden,
    shape_text,
)
from autograder.testing.mismatch import Mismatch
from autograder.testing.pattern import find
from autograder.testing.recording import measured, ratio_of
from autograder.testing.remedies import advice, named, none
from autograder.testing.values import UnreadableValue, Values, read, type_name

MAX_SET: Final = 500
_SHORT: Final = compare.TOLERANCES.keys() - {"float64", "complex128"}
_WANTED: Final = "expected numbers (a tensor, an array, a number or nested lists)"

Shape = tuple[int | None, ...]


def assert_close(
    actual: Any,
    expected: Any,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    check_dtype: bool = True,
    what: str = "the result",
) -> None:
    """Assert that a student's numbers equal the expected ones within a tolerance, entry by entry.

    An entry is right if ``|actual − expected| ≤ max(atol, rtol·|expected|)``, if both are NaN, or
    if both are the same infinity. Nothing is ever broadcast. The checks, in this order: whether there
    are numbers at all, shape, kind of numbers, the places of NaN and infinities, values.

    The kinds are booleans, integers, floats and complex numbers. A Python number or list of integers
    or booleans is accepted where floats are expected, floats are accepted if the author wrote the
    expected value as Python integers, and real numbers are accepted for complex ones. The width of a
    dtype is not checked: float32 is compared at the precision of the expected value.

    Args:
        actual: what the student returned: a tensor, an array, a number or nested lists of those;
            anything else is a mismatch.
        expected: the right value, in any of these forms.
        rtol: allowed relative difference; by default that of expected's dtype: 1e-8 for float64 and
            Python numbers, 1e-4 for float32, torch.testing's for half precision, 0 for integers.
        atol: allowed absolute difference; by default 1e-10 for float64 and 1e-5 for narrower dtypes.
        check_dtype: False to accept any real dtype, for example for a 0/1 mask.
        what: the name of what is compared, for the message.

    Raises:
        Mismatch: the values differ.
        ValueError: one tolerance without the other, or one that is negative or not finite.
        TypeError: ``expected`` contains no numbers.
    """
    tolerance = compare.tolerance_of(rtol, atol)
    right = _trusted(expected)
    came = _students(actual, what)
    comparison = compare.compare(came, right, tolerance=tolerance, check_dtype=check_dtype)
    _judge(comparison, what)


def assert_same_set(
    actual: Any,
    expected: Any,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    what: str = "the result",
) -> None:
    """Assert that a student's numbers are the expected ones in any order, each as often.

    There must be a pairing of the entries in which every pair is close in the sense of
    `assert_close`; if one exists, it is found.

    Args:
        actual: what the student returned, of shape ``(n,)``.
        expected: the right values, ``(n,)``, n at most 500.
        rtol: as for `assert_close`.
        atol: as for `assert_close`.
        what: the name of what is compared, for the message.

    Raises:
        Mismatch: there is no such pairing.
        ValueError: ``expected`` is not one-dimensional or too long, or a tolerance is invalid.
        TypeError: ``expected`` contains no numbers.
    """
    tolerance = compare.tolerance_of(rtol, atol)
    right = _trusted(expected)
    if len(right.shape) != 1 or right.array.size > MAX_SET:
        raise ValueError(f"expected must have the shape (n,) with n at most {MAX_SET}")
    came = _students(actual, what)
    comparison = compare.compare(came, right, tolerance=tolerance)
    if comparison.fault in ("nan", "value"):
        comparison = compare.compare(
            _paired(came, right, comparison.tolerance), right, tolerance=comparison.tolerance
        )
    _judge(
        comparison,
        what,
        "The order does not matter; each entry is shown next to the one that fits it best.",
    )


def assert_all(condition: Any, message: str) -> None:
    """Assert that a law holds everywhere.

    An empty condition is a mismatch: a law without a case proves nothing.

    Args:
        condition: booleans: an array, a tensor or a bool, computed from values that went through
            `as_tensor` or `as_array`.
        message: the law, as a student should read it.

    Raises:
        Mismatch: the law fails somewhere; the detail names the first place.
        TypeError: the condition does not contain booleans.
    """
    try:
        holds = read(condition)
    except UnreadableValue as fault:
        raise TypeError(f"the condition {fault.text}, not booleans") from None
    if not holds.array.size:
        raise Mismatch("law", f"{message} (there is no entry to which this applies)")
    if holds.kind != "bool":
        raise TypeError(f"the condition holds numbers of dtype {holds.dtype}, not booleans")
    if holds.array.all():
        measured(0.0)
        return
    if measured(math.inf):
        return
    raise Mismatch("law", message + _first_failure(holds.array))


def as_tensor(value: Any, *, shape: Shape | None = None, what: str = "the result") -> torch.Tensor:
    """A student's value as a plain tensor, for checks of laws.

    NaN passes, and NaN is close to NaN: a law that is an equation between the student's own values
    should assert that they are finite first.

    Args:
        value: what the student returned.
        shape: the shape that it must have; ``None`` for any shape, and ``None`` inside it for any size.
        what: the name of the value, for the message.

    Returns:
        A copy without gradient: float64, complex128, int64 or bool.

    Raises:
        Mismatch: the value contains no numbers, or has another shape.
    """
    return torch.from_numpy(as_array(value, shape=shape, what=what))


def as_array(
    value: Any, *, shape: Shape | None = None, float64: bool = False, what: str = "the result"
) -> NDArray[Any]:
    """A student's value as a plain array; see `as_tensor`.

    Args:
        value: what the student returned.
        shape: the shape that it must have; ``None`` for any shape, and ``None`` inside it for any size.
        float64: whether dtypes less precise than float64 are refused.
        what: the name of the value, for the message.

    Returns:
        A copy: float64, complex128, int64 or bool.

    Raises:
        Mismatch: the value contains no numbers, has another shape, or is not precise enough.
    """
    values = _students(value, what)
    if shape is not None and not _has_shape(values.shape, shape):
        sizes = ", ".join("any" if size is None else str(size) for size in shape)
        wanted = f"({sizes},)" if len(shape) == 1 else f"({sizes})"
        came = shape_text(values.shape)
        raise Mismatch(
            "shape",
            f"{capital(what)}: {in_shapes(str(values.shape), wanted)}.",
            diff=f"{capital(name_for_hidden(what))}: {in_shapes(came, wanted)}.",
        )
    if float64 and values.dtype in _SHORT:
        text = f"yours is in {values.dtype}, which has too few digits. Compute it in float64."
        raise Mismatch(
            "dtype",
            f"{capital(what)}: {text}",
            "precision",
            f"{capital(name_for_hidden(what))}: {text}",
        )
    return values.array


def unpack(value: Any, count: int, what: str = "the result") -> tuple[Any, ...]:
    """The parts of a student's value, which should be a tuple of ``count`` items.

    Python's own unpacking would iterate over any value, even a tensor of millions of rows. An array or a
    tensor whose first axis has that length is split along it: NumPy and torch stack tuples that way.

    Args:
        value: what the student returned.
        count: how many parts it must have.
        what: the name of the value, for the message.

    Returns:
        The parts, unchanged, to be judged one by one.

    Raises:
        Mismatch: the value is not a tuple, list, array or tensor, or not of that length.
    """
    kind = type(value)
    if issubclass(kind, tuple):
        parts = tuple(tuple.__iter__(value))
    elif issubclass(kind, list):
        parts = tuple(list.__iter__(value))
    elif (stacked := _stacked(value, count)) is not None:
        return stacked
    else:
        wanted = f"expected a tuple of {count}."
        if value is None:
            text, diff = (
                f"{none(capital(name))} {capital(wanted)}" for name in (what, name_for_hidden(what))
            )
            raise Mismatch("type", text, "nothing", diff)
        came = named(f"a value of type `{type_name(value)}`")
        raise Mismatch(
            "type",
            f"{capital(what)}: yours is {came}, {wanted}",
            diff=f"{capital(name_for_hidden(what))}: yours is not a tuple, {wanted}",
        )
    if len(parts) != count:
        wanted = f"expected a tuple of {count}."
        raise Mismatch(
            "type",
            f"{capital(what)}: yours has {len(parts)} parts, {wanted}",
            diff=f"{capital(name_for_hidden(what))}: yours has more or fewer parts, {wanted}",
        )
    return parts


def _stacked(value: Any, count: int) -> tuple[Any, ...] | None:
    """The rows of an array or a tensor with so many of them; ``None`` for everything else."""
    if not issubclass(type(value), np.ndarray | torch.Tensor):
        return None
    try:
        array = read(value).array
    except UnreadableValue:
        return None
    return tuple(array) if array.ndim and len(array) == count else None


def _students(value: Any, what: str) -> Values:
    try:
        return read(value)
    except UnreadableValue as fault:
        name, rough = capital(what), capital(name_for_hidden(what))
        if value is None:
            raise Mismatch("type", none(name), "nothing", none(rough)) from None
        text = f"{name}: yours {named(fault.text)}" + (advice(fault.text) or f", {_WANTED}.")
        # A type and a size are names and numbers that a submission may choose.
        diff = f"{rough}: yours contains no numbers that can be read, {_WANTED}."
        raise Mismatch(fault.kind, text, diff=diff) from None


def _trusted(value: Any) -> Values:
    try:
        values = read(value)
    except UnreadableValue as fault:
        raise TypeError(f"the expected value {fault.text}, not numbers") from None
    if values.kind == "float" and values.dtype not in compare.TOLERANCES:
        raise TypeError("the expected value holds integers beyond 64 bits: use assert_equal")
    return values


def _judge(comparison: compare.Comparison, what: str, note: str = "") -> None:
    measuring = measured(ratio_of(comparison))
    if comparison.fault is not None and not (measuring and comparison.fault == "value"):
        pattern = find(comparison, paired=bool(note))
        raise Mismatch(
            comparison.fault,
            explain(comparison, what, note, pattern.text if pattern else ""),
            pattern.shown if pattern else None,
            explain_roughly(
                comparison, name_for_hidden(what), note, pattern.rough if pattern else ""
            ),
        )


def _paired(actual: Values, expected: Values, tolerance: compare.Tolerance) -> Values:
    """The result's entries in the order that fits the expected ones best."""
    _, gap, bound = compare.differences(actual.array, expected.array[:, None], tolerance)
    order = best_order(gap <= bound, gap)
    return Values(actual.array[order], actual.dtype, actual.literal)


def _has_shape(shape: tuple[int, ...], wanted: Shape) -> bool:
    return len(shape) == len(wanted) and all(
        size is None or size == came for came, size in zip(shape, wanted, strict=True)
    )


def _first_failure(holds: NDArray[np.bool_]) -> str:
    if not holds.shape:
        return " (this does not hold)"
    failures = np.argwhere(~holds)
    first = index_text([int(i) for i in failures[0]])
    return f" (this does not hold at {len(failures)} of {holds.size} entries, first at {first})"
