"""An input and two values in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from autograder import wire
from autograder.grading.smallest.within import difference
from autograder.testing.message import index_text
from autograder.testing.values import UnreadableValue, items, read

_DIGITS: Final = (3, 6, 9, 12, 17)
_ROUGH: Final = 3
_FEW: Final = 6
_DUST: Final = 1e-14


Typed = tuple[str, Sequence[Any], Mapping[str, Any], bool]
"""A call as it is typed up to its arguments, these, and whether they stand in parentheses."""


def sentence(
    name: str,
    parameters: Sequence[str],
    tree: tuple[Sequence[Any], Mapping[str, Any]],
    actual: Any,
    right: Any,
    *,
    rough: bool = False,
) -> str:
    """What a student reads: "With x = [[1, 0]] your `elbo` returns -2.84; -1.92 is right.".

    Args:
        name: the function's.
        parameters: their names, in order.
        tree: positional arguments and keywords.
        actual: what the student's function returned.
        right: what is right.
        rough: show no more than three digits of the actual value.
    """
    positional, keywords = tree
    given = {**dict(zip(parameters, positional, strict=False)), **keywords}
    inputs = ", ".join(f"{key} = {_input(value)}" for key, value in given.items())
    yours, wanted, where = _values(actual, right, rough=rough)
    return f"With {inputs} your `{name}` returns {yours}{where}; {wanted} is right."


def sentence_after(
    before: Sequence[Typed],
    last: Typed,
    verb: str,
    values: tuple[Any, Any],
    rough: bool,
) -> str:
    """The same of an object: "After `a = Mean(1)`, your `a.add(2)` returns 3; 1.5 is right.".

    Args:
        before: the calls that made and changed it.
        last: the call whose value is wrong.
        verb: ``"returns"``, or ``"is"`` for an attribute.
        values: the actual and the right one.
        rough: show no more than three digits of the actual value.
    """
    yours, wanted, where = _values(*values, rough=rough)
    calls = [f"`{_typed(*one)}`" for one in before]
    *others, newest = calls
    listed = f"{', '.join(others)} and {newest}" if others else newest
    return f"After {listed}, your `{_typed(*last)}` {verb} {yours}{where}; {wanted} is right."


def _typed(text: str, positional: Sequence[Any], keywords: Mapping[str, Any], called: bool) -> str:
    given = [*map(_input, positional), *(f"{key}={_input(one)}" for key, one in keywords.items())]
    return f"{text}({', '.join(given)})" if called else text + "".join(given)


def _input(value: Any) -> str:
    if type(value) is wire.Object:
        return "abcdefgh"[value.number]
    if type(value) is dict:
        return f"{{{', '.join(f'{key!r}: {_input(item)}' for key, item in value.items())}}}"
    if value is None or isinstance(value, str | bool):
        return repr(value)
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key!r}: {_input(item)}' for key, item in value.items())}}}"
    try:
        return text_of(read(value).array, _DIGITS[-1])
    except UnreadableValue:  # a list of words and arrays, say
        inner = ", ".join(_input(item) for item in items(value) or ())
        return f"({inner})" if isinstance(value, tuple) else f"[{inner}]"


def _values(value: Any, expected: Any, *, rough: bool) -> tuple[str, str, str]:
    """The actual value, the right one, and of which entry."""
    if (found := difference(value, expected)) is None:
        raise ValueError("these values have no numbers in common places")
    actual, right, comparison = found.actual, found.right, found.comparison
    if comparison.fault == "shape":
        if found.phrase:
            return f"{found.phrase}of length {actual.array.size}", f"length {right.array.size}", ""
        return f"a value of shape {actual.shape}", f"shape {right.shape}", ""
    if comparison.fault == "dtype":
        noun = f"{found.phrase}of" if found.phrase else "numbers of"
        return f"{noun} type {actual.dtype}", right.dtype, ""
    mine, theirs = (
        _without_dust(actual.array, right.array),
        _without_dust(right.array, actual.array),
    )
    where = ""
    if right.array.size > _FEW:
        index = comparison.worst(1)[0]
        mine, theirs = mine[index], theirs[index]
        where = f" in row {index[0]}" if found.rows else f" at {index_text(index)}"
    for digits in (_ROUGH,) if rough else _DIGITS:
        yours, wanted = text_of(np.asarray(mine), digits), text_of(np.asarray(theirs), digits)
        if yours != wanted:
            break
    if yours == wanted:
        wanted = text_of(np.asarray(theirs), _DIGITS[1])
    return found.phrase + yours, wanted, where


def _without_dust(array: Any, other: Any) -> Any:
    """Zeros for numbers that are only rounding errors of the others."""
    if array.dtype.kind != "f" or other.dtype.kind != "f":
        return array
    both = np.concatenate([array.reshape(-1), other.reshape(-1)])
    greatest = np.abs(both[np.isfinite(both)]).max(initial=0.0)
    return np.where(np.abs(array) < _DUST * greatest, 0.0, array)


def text_of(array: Any, digits: int) -> str:
    """Numbers as they are typed, in so many digits at most."""
    if array.ndim:
        return f"[{', '.join(text_of(item, digits) for item in array)}]"
    number = array.item() + 0  # no -0
    if isinstance(array.item(), bool):
        return str(array.item())
    if isinstance(number, int):
        return str(number)
    if isinstance(number, complex):
        return f"{number:.{min(digits, 12)}g}"
    if digits >= _DIGITS[-1]:
        return repr(number).removesuffix(".0")
    return f"{number:.{digits}g}"
