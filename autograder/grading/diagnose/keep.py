"""What a student's code answered, small enough for `results.json`: for `explain` and the class report.

    answer     = {"function": name, "driver"?: "topic.name"} and one of
                 "value": node | "raised": "ValueError: text" | "outcome": why it returned no value
                 (neither, where a table is too large to be kept)
    node       = null | true | false | {"text": string} | {"items": [node…]} | {"keys": [[text, node]…]}
               | {"table": as `wire` encodes it, in base64}
               | {"shape": [n…], "dtype": name, "came": "tensor" | "array" | "plain",
                  "entries": [number…], "at"?: [place…]}
    number     = a JSON number that reads back exactly | "nan" | "inf" | "-inf" | [real, imaginary]

What came `plain` is a Python number or list. Of a large array some entries are kept, `at` their
places in C order.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from autograder import wire
from autograder.model import Call, Outcome
from autograder.testing.values import UnreadableValue, Values, items, read

EXACT: Final = 256
"""Arrays of so many entries are kept whole; of larger ones that many, evenly spread."""

_TEXT: Final = 400
_TABLE: Final = 16 << 10
_ITEMS: Final = 64
_DIGITS: Final = 6
_SPECIAL: Final = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


KeptAnswers = Mapping[str, Any]
"""``{"fingerprint": …, "calls": [answer…]}``."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some entries of an array that was too large to be kept.

    Attributes:
        shape: the shape of the whole array.
        dtype: the name of its dtype.
        places: the flat indices of the entries that were kept, in C order.
        entries: their values.
    """

    shape: tuple[int, ...]
    dtype: str
    places: tuple[int, ...]
    entries: NDArray[Any]


def kept_answers(calls: Sequence[Call], room: int) -> tuple[KeptAnswers, int]:
    """What is kept of a case: the fingerprint, and its answers where there is room for them.

    Args:
        calls: the case's.
        room: how many characters of JSON its answers may take.

    Returns:
        Data for JSON, and how much of the room is used.
    """
    found = answers(calls)
    size = len(json.dumps(found))
    if size > room:
        found, size = [], 0
    return {"fingerprint": fingerprint(calls), "calls": found}, size


def answers(calls: Sequence[Call]) -> list[dict[str, Any]]:
    """Recorded calls as JSON: who was asked and what came back; never what was asked."""
    return [_answer(call) for call in calls]


def fingerprint(calls: Sequence[Call]) -> str:
    """A short hash of all that came back, equal for values that agree in six significant digits.

    Two students who were asked the same have the same fingerprint if they answer alike, but for
    values that happen to lie where rounding turns.
    """
    text = json.dumps([_rough(call) for call in calls])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def value_of(node: Any) -> Any:
    """The value that a node was made from; a `Excerpt` where it was too large.

    Raises:
        ValueError: what `answers` does not write.
    """
    try:
        return _value_of(node)
    except (KeyError, TypeError, AttributeError, OverflowError, wire.WireError) as error:
        raise ValueError(f"no kept value: {error}") from error


def _answer(call: Call) -> dict[str, Any]:
    about: dict[str, Any] = {"function": call.label}
    if call.driver is not None:
        about["driver"] = ".".join(call.driver)
    if call.value is not None:
        try:
            return {**about, "value": _node(wire.decode(call.value))}
        except _TooLargeError:
            return about
    if call.raised and call.outcome in (Outcome.RAISED, Outcome.BAD_VALUE):
        return {**about, "raised": call.raised[:_TEXT]}
    return {**about, "outcome": str(call.outcome)}


def _node(value: Any) -> Any:
    if value is None or type(value) is bool:
        return value
    if type(value) is str:
        return {"text": value[:_TEXT]}
    try:
        return _array(read(value), type(value) is torch.Tensor)
    except UnreadableValue:
        inner = items(value)
    if wire.is_table(type(value)):
        return _table(value)
    if inner is not None:
        return {"items": [_node(item) for item in inner[:_ITEMS]]}
    if type(value) is dict:
        pairs = list(value.items())[:_ITEMS]
        return {"keys": [[str(key)[:_TEXT], _node(item)] for key, item in pairs]}
    return {"text": f"a value of type {type(value).__name__}"}


class _TooLargeError(Exception):
    """A table that would take too much room."""


def _table(value: Any) -> dict[str, Any]:
    body = wire.encode(value)
    if len(body) > _TABLE:
        raise _TooLargeError
    return {"table": base64.b64encode(body).decode("ascii")}


def _array(values: Values, tensor: bool) -> dict[str, Any]:
    flat = values.array.reshape(-1)
    came = "tensor" if tensor else "plain" if values.literal else "array"
    node: dict[str, Any] = {"shape": list(values.shape), "dtype": values.dtype, "came": came}
    if flat.size > EXACT:
        places = np.unique(np.linspace(0, flat.size - 1, EXACT).astype(np.int64))
        node["at"] = places.tolist()
        flat = flat[places]
    node["entries"] = [_number(entry) for entry in flat.tolist()]
    return node


def _number(entry: bool | int | float | complex) -> Any:
    if isinstance(entry, complex):
        return [_number(entry.real), _number(entry.imag)]
    return entry if math.isfinite(entry) else str(entry)


def _value_of(node: Any) -> Any:
    if node is None or type(node) is bool:
        return node
    if "text" in node:
        return str(node["text"])
    if "table" in node:
        return wire.decode(base64.b64decode(node["table"]))
    if "items" in node:
        return [_value_of(item) for item in node["items"]]
    if "keys" in node:
        return {str(key): _value_of(item) for key, item in node["keys"]}
    shape = tuple(int(size) for size in node["shape"])
    entries = np.array([_entry(entry) for entry in node["entries"]])
    if "at" in node:
        return Excerpt(shape, str(node["dtype"]), tuple(map(int, node["at"])), entries)
    array = entries.reshape(shape)
    match node["came"], str(node["dtype"]):
        case "plain", _:
            return array.tolist()
        case "tensor", dtype:
            return torch.from_numpy(array).to(getattr(torch, dtype))
        case _, dtype:
            return array.astype(dtype)


def _entry(entry: Any) -> Any:
    if isinstance(entry, str):
        return _SPECIAL[entry]
    return complex(*map(_entry, entry)) if isinstance(entry, list) else entry


def _rough(call: Call) -> Any:
    """What came back, so far as a fingerprint tells it."""
    if call.value is None:
        return [str(call.outcome), call.raised.partition(":")[0]]
    return _rounded(wire.decode(call.value))


def _rounded(value: Any) -> Any:
    try:
        values = read(value)
    except UnreadableValue:
        inner = items(value)
        if inner is not None:
            return [_rounded(item) for item in inner]
        if wire.is_table(type(value)):
            return _rounded(wire.plain_table(value))
        if isinstance(value, Mapping):
            return [[str(key), _rounded(item)] for key, item in value.items()]
        return str(value)
    rows = values.array.reshape(-1).tolist()
    return [list(values.shape), [f"{entry + 0:.{_DIGITS}g}" for entry in rows]]
