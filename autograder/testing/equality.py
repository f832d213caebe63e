"""The assertion about words, truth values, counts and tables of them: equal, and of one kind."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch

from autograder.testing.message import CUT, LARGE, code, unsaid
from autograder.testing.mismatch import Kind, Mismatch
from autograder.testing.values import Unreadable, items, number, read, type_name

SHOWN: Final = 5
MAX_BITS: Final = 256

_WORDS: Final = {
    bool: "a boolean",
    int: "an integer",
    float: "a floating-point number",
    complex: "a complex number",
    str: "a string",
}
_HASHABLE: Final = (str, bool, int, type(None))


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two values differ.

    Attributes:
        kind: how they differ.
        text: the sentence.
        rough: the same for hidden cases: without words and large numbers that came.
    """

    kind: Kind
    text: str
    rough: str


@dataclass(frozen=True, slots=True)
class Foreign:
    """A value that is none of the plain ones, in words that follow "is"."""

    words: str


def assert_equal(actual: Any, expected: Any, *, what: str = "the result") -> None:
    """Assert that a student's value equals the expected one and is of the same kind.

    ``True`` is not 1 and 1 is not 1.0. A numpy scalar and a 0-d array or tensor count as the
    boolean or integer they hold; lists and tuples are one kind. None of the value's own code is
    run.

    Args:
        actual: what the student returned; anything.
        expected: None, a bool, an int, a string, or lists and dicts of those (keys likewise).
        what: the name of what is compared, for the message.

    Raises:
        Mismatch: the values differ; the detail names the first few places.
        TypeError: ``expected`` holds something else (use `assert_close` for numbers in general).
    """
    _check(expected)
    found = list(itertools.islice(_differences(actual, expected, what), SHOWN + 1))
    if found:
        more = ["There are more differences."] if len(found) > SHOWN else []
        detail = "\n\n".join([difference.text for difference in found[:SHOWN]] + more)
        roughly = itertools.islice(_differences(actual, expected, unsaid(what)), SHOWN)
        diff = "\n\n".join([difference.rough for difference in roughly] + more)
        raise Mismatch(found[0].kind, detail, diff=diff)


def _check(expected: Any) -> None:
    """Refuse an expected value that this assertion does not compare."""
    cls = type(expected)
    if cls is list or cls is tuple:
        for item in expected:
            _check(item)
    elif cls is dict:
        for key, item in expected.items():
            if type(key) not in _HASHABLE:
                raise TypeError(f"the expected value has a key of type {type_name(key)}")
            _check(item)
    elif cls not in _HASHABLE:
        raise TypeError(
            f"the expected value holds a value of type {type_name(expected)}: "
            "assert_equal compares None, bool, int, str, and lists and dicts of them"
        )


def _plain(value: Any) -> Any:
    """A value as exact built-in data, one level deep: containers become a list or a dict."""
    cls = type(value)
    if value is None:
        return value
    if issubclass(cls, str):
        return str.__str__(value)
    if (children := items(value)) is not None:
        return children
    if issubclass(cls, dict):
        return value
    if (plain := number(value)) is not None:
        return plain
    if issubclass(cls, torch.Tensor | np.ndarray | np.generic):
        return _entry(value)
    return Foreign(f"a value of type `{type_name(value)}`")


def _entry(value: Any) -> Any:
    """The number in a 0-d array; other arrays in words."""
    try:
        values = read(value)
    except Unreadable as fault:
        return Foreign(fault.text.removeprefix("is "))
    if values.shape:
        return Foreign(f"an array of shape {values.shape}")
    return values.array.item()


def _differences(actual: Any, expected: Any, place: str) -> Iterator[Difference]:
    came = _plain(actual)
    if type(expected) is dict and issubclass(type(came), dict):
        yield from _in_dict(came, expected, place)
    elif type(expected) in (list, tuple) and type(came) is list:
        if len(came) != len(expected):
            text = f"{place} has {len(came)} items, expected {len(expected)}."
            rough = f"{place} has more or fewer items than the expected {len(expected)}."
            yield Difference("shape", text, rough)
            return
        for index, (left, right) in enumerate(zip(came, expected, strict=True)):
            yield from _differences(left, right, f"{place}[{index}]")
    elif type(came) is not type(expected):
        text = f"{place} is {_describe(came)}, expected {_describe(expected)}."
        rough = f"{place} is of another kind, expected {_describe(expected)}."
        yield Difference("type", text, rough)
    elif came != expected:
        told = _shown(came) if _harmless(came) else "something else"
        text = f"{place} is {_shown(came)}, expected {_shown(expected)}."
        yield Difference("value", text, f"{place} is {told}, expected {_shown(expected)}.")


def _in_dict(actual: Any, expected: dict[Any, Any], place: str) -> Iterator[Difference]:
    """Compare a student's dict without looking a key up in it, which would run the key's code."""
    wanted = {(type(key), key): item for key, item in expected.items()}
    came: dict[tuple[type, Any], Any] = {}
    extra: list[str] = []
    for raw, item in list(dict.items(actual)):
        key = _plain(raw)
        token = (type(key), key) if type(key) in _HASHABLE else None
        if token is not None and token in wanted and token not in came:
            came[token] = item
        else:
            extra.append(_describe(key))
    if missing := [_shown(token[1]) for token in wanted if token not in came]:
        text = f"{place} lacks {_listed(missing)}."
        yield Difference("value", text, text)
    if extra:
        text = f"{place} has a key that is not asked for"
        yield Difference("value", f"{text}: {_listed(extra)}.", f"{text}.")
    for token, item in wanted.items():
        if token in came:
            yield from _differences(came[token], item, f"{place}[{token[1]!r}]")


def _harmless(plain: Any) -> bool:
    """Whether a submission could tell next to nothing of its inputs by such a value."""
    return plain is None or type(plain) is bool or (type(plain) is int and abs(plain) < LARGE)


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _describe(plain: Any) -> str:
    """A value as `_plain` gives it (or an expected one) with its kind, to follow "is"."""
    if type(plain) is Foreign:
        return plain.words
    if plain is None:
        return "None"
    if issubclass(type(plain), list | tuple):
        return f"a list of {len(plain)} items"
    if issubclass(type(plain), dict):
        return f"a dict of {dict.__len__(plain)} items"
    return f"{_WORDS[type(plain)]}, {_shown(plain)}"


def _shown(plain: Any) -> str:
    if type(plain) is int and plain.bit_length() > MAX_BITS:  # Python refuses to print giants
        return code(f"an integer of {plain.bit_length()} bits")
    return code(repr(plain[: CUT + 1] if type(plain) is str else plain))
