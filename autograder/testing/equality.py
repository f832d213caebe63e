"""The assertions about words, truth values, counts and tables of them: equal, or one of a few."""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch

from autograder.model.wording import plural
from autograder.testing.message import CUT, LARGE, capital, name_for_hidden
from autograder.testing.mismatch import Kind, Mismatch, Shown
from autograder.testing.remedies import advice, named, none, returned
from autograder.testing.values import UnreadableValue, items, number, read, type_name

MAX_SHOWN: Final = 5
MAX_BITS: Final = 256

_WORDS: Final = {
    bool: "the truth value",
    int: "the integer",
    float: "the floating-point number",
    complex: "the complex number",
    str: "the string",
}
_HASHABLE: Final = (str, bool, int, type(None))

_FUNCTION: Final = re.compile(r"`(\w+)`")

Choices = Sequence[Any] | Mapping[Any, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two values differ.

    Attributes:
        kind: how they differ.
        text: the sentence.
        rough: the same for hidden cases: without words and large numbers that the student returned.
        shown: the pattern, where there is one.
    """

    kind: Kind
    text: str
    rough: str
    shown: Shown | None = None


@dataclass(frozen=True, slots=True)
class Foreign:
    """A value that is none of the plain ones, in words."""

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
    found = list(itertools.islice(_differences(actual, expected, what), MAX_SHOWN + 1))
    if found:
        roughly = itertools.islice(
            _differences(actual, expected, name_for_hidden(what)), MAX_SHOWN + 1
        )
        raise _mismatch(found, list(roughly))


def assert_one_of(actual: Any, choices: Choices, *, what: str = "the result") -> None:
    """Assert that a student's value is one of those that the prompt allows, and not which one.

    For cases of form: the message lists what is allowed and never says which of it is right.

    Args:
        actual: what the student returned; anything.
        choices: the allowed values, as `assert_equal` compares them. Where the answer is a dict,
            a dict that gives the allowed values for each key that is judged; others are left alone.
        what: the name of what is judged, for the message. For a function in backticks, such as
            ``"`bigger_gap`"``, the message reads "`bigger_gap` returned …".

    Raises:
        Mismatch: the value is none of the choices; the detail lists them.
        ValueError: there are no choices.
        TypeError: a choice is not of a type that `assert_equal` compares.

    Example:
        >>> assert_one_of("amortized", ("instance", "amortized"))
        >>> assert_one_of({"memory": "instance"}, {"memory": ("instance", "amortized")})
    """
    if isinstance(choices, Mapping):
        _check(dict.fromkeys(choices))
        found = list(_outside_dict(actual, choices, what))
        roughly = list(_outside_dict(actual, choices, name_for_hidden(what)))
    else:
        found = list(_outside(actual, choices, what))
        roughly = list(_outside(actual, choices, name_for_hidden(what)))
    if found:
        raise _mismatch(found, roughly)


def _mismatch(found: list[Difference], roughly: list[Difference]) -> Mismatch:
    more = ["There are more differences."] if len(found) > MAX_SHOWN else []
    detail = "\n\n".join([difference.text for difference in found[:MAX_SHOWN]] + more)
    diff = "\n\n".join([difference.rough for difference in roughly[:MAX_SHOWN]] + more)
    return Mismatch(found[0].kind, detail, found[0].shown, diff)


def _outside(actual: Any, choices: Sequence[Any], place: str) -> Iterator[Difference]:
    """What is wrong with a value that is none of the choices."""
    if not choices:
        raise ValueError("assert_one_of needs at least one choice")
    _check(list(choices))
    if any(next(_differences(actual, choice, place), None) is None for choice in choices):
        return
    came = _plain(actual)
    kind: Kind = "value" if type(came) in {type(choice) for choice in choices} else "type"
    allowed = f"allowed: {', '.join(map(_literal_text, choices))}"
    if came is None:
        text = f"{none(capital(place))} A{allowed[1:]}."
        yield Difference(kind, text, text, "nothing")
        return
    shown = _literal_text(came) if kind == "value" else _described(came)
    foreign = advice(came.words) if type(came) is Foreign else ""
    head = returned(capital(place))
    text = f"{head} {shown}; {allowed}{foreign or '.'}"
    yield Difference(kind, text, f"{head} something else; {allowed}.")


def _outside_dict(
    actual: Any, choices: Mapping[Any, Sequence[Any]], place: str
) -> Iterator[Difference]:
    """The same for a dict, key by key."""
    came = _plain(actual)
    if not issubclass(type(came), dict):
        wanted = f"expected a dict with the {_listed(tuple(choices), 'key')}"
        yield _difference("type", came, wanted, place)
        return
    found, missing, _ = _matched(came, tuple(choices), place)
    yield from missing
    for key, allowed in choices.items():
        if (type(key), key) in found:
            yield from _outside(found[type(key), key], allowed, _inside(place, key))


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
    except UnreadableValue as fault:
        return Foreign(fault.text.removeprefix("is "))
    if values.shape:
        return Foreign(f"an array of shape {values.shape}")
    return values.array.item()


def _differences(actual: Any, expected: Any, place: str) -> Iterator[Difference]:
    came = _plain(actual)
    if type(expected) is dict and issubclass(type(came), dict):
        found, missing, extra = _matched(came, tuple(expected), place)
        yield from (*missing, *extra)
        for key, item in expected.items():
            if (type(key), key) in found:
                yield from _differences(found[type(key), key], item, _inside(place, key))
    elif type(expected) in (list, tuple) and type(came) is list:
        if len(came) != len(expected):
            wanted = f"expected {_count(len(expected), 'item')}."
            text = f"{capital(place)}: {_count(len(came), 'item')}, {wanted}"
            yield Difference("shape", text, f"{capital(place)}: more or fewer items, {wanted}")
            return
        for index, (left, right) in enumerate(zip(came, expected, strict=True)):
            yield from _differences(left, right, _inside(place, index))
    elif type(came) is not type(expected):
        yield _difference("type", came, f"expected {_described(expected)}", place)
    elif came != expected:
        yield _difference("value", came, f"expected {_literal_text(expected)}", place)


def _difference(kind: Kind, came: Any, wanted: str, place: str) -> Difference:
    """A value that is not what is wanted, which the sentence ends with."""
    head = capital(place)
    if came is None:
        text = f"{none(head)} {capital(wanted)}."
        return Difference(kind, text, text, "nothing")
    if type(came) is Foreign:
        text = f"{head}: yours is {named(came.words)}, {wanted}{advice(came.words) or '.'}"
    elif kind == "type":
        text = f"{head}: yours is {_described(came)}, {wanted}."
    else:
        text = f"{head}: yours is {_literal_text(came)}, {wanted}."
    if type(came) is bool or (type(came) is int and abs(came) < LARGE):
        return Difference(kind, text, text)  # a submission can tell next to nothing by it
    other = "something else" if kind == "value" else "of another kind"
    return Difference(kind, text, f"{head}: yours is {other}, {wanted}.")


def _matched(
    actual: dict[Any, Any], expected: tuple[Any, ...], place: str
) -> tuple[dict[tuple[type, Any], Any], list[Difference], list[Difference]]:
    """A student's items by the keys that are expected; keys that are missing, keys that are extra.

    No key is looked up in the student's dict, which would run the key's code.
    """
    wanted = {(type(key), key) for key in expected}
    found: dict[tuple[type, Any], Any] = {}
    extra: list[Any] = []
    for raw, item in list(dict.items(actual)):
        key = _plain(raw)
        token = (type(key), key) if type(key) in _HASHABLE else None
        if token is not None and token in wanted and token not in found:
            found[token] = item
        else:
            extra.append(key)
    lacking, surplus = [], []
    if missing := [key for key in expected if (type(key), key) not in found]:
        text = f"{capital(place)}: missing {_listed(missing, 'key')}."
        hint = "".join(_misspelt(missing, extra))
        lacking.append(Difference("value", text + hint, text))
    if extra:
        text = f"{capital(place)}: unexpected {_listed(extra, 'key')}."
        rough = f"{capital(place)}: unexpected {'key' if len(extra) == 1 else 'keys'}."
        surplus.append(Difference("value", text, rough))
    return found, lacking, surplus


def _inside(place: str, key: Any) -> str:
    """The name of an item: ``"the table['a']"``, and for a function "`answers()['a']`"."""
    function = _FUNCTION.fullmatch(place)
    if function:
        return f"`{function[1]}()[{key!r}]`"
    if place.startswith("`") and place.endswith("]`"):
        return f"{place[:-1]}[{key!r}]`"
    return f"{place}[{key!r}]"


def _misspelt(missing: Sequence[Any], extra: Sequence[Any]) -> Iterator[str]:
    """Which of the student's keys may be a misspelt one."""
    words = [key for key in extra if type(key) is str]
    for key in missing:
        near = difflib.get_close_matches(str(key), words[:MAX_SHOWN], 1)
        if type(key) is str and near:
            yield f" You have {_literal_text(near[0])}: is it meant to be {_literal_text(key)}?"


def _count(count: int, what: str) -> str:
    return f"{count} {plural(count, what)}"


def _listed(keys: Sequence[Any], what: str = "") -> str:
    names = [_literal_text(key) if type(key) in _HASHABLE else _described(key) for key in keys]
    noun = f"{plural(len(keys), what)} " if what else ""
    more = f" and {len(names) - MAX_SHOWN} more" if len(names) > MAX_SHOWN else ""
    return noun + ", ".join(names[:MAX_SHOWN]) + more


def _described(plain: Any) -> str:
    """A value as `_plain` gives it (or an expected one) with its kind."""
    if type(plain) is Foreign:
        return named(plain.words)
    if plain is None:
        return "None"
    if issubclass(type(plain), list | tuple):
        return f"a list of {_count(len(plain), 'item')}"
    if issubclass(type(plain), dict):
        return f"a dict of {_count(dict.__len__(plain), 'item')}"
    return f"{_WORDS[type(plain)]} {_literal_text(plain)}"


def _literal_text(plain: Any) -> str:
    """A word or number as it is typed, cut."""
    if type(plain) is int and plain.bit_length() > MAX_BITS:  # Python refuses to print giants
        return f"an integer of {plain.bit_length()} bits"
    text = repr(plain[: CUT + 1] if type(plain) is str else plain).replace("`", "'")
    return text if len(text) <= CUT else text[: CUT - 1] + "…"
