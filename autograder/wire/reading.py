"""`decode`: any bytes become a value or `WireError`, in time and memory linear in their number."""

from __future__ import annotations

import functools
import json
import math
import re
from typing import Any, Final

import numpy as np

from autograder.wire.caps import (
    LENGTH,
    MAX_AXES,
    MAX_HEADER,
    MAX_INT,
    MAX_NODES,
    MAX_STRING,
    FrameBudget,
    WireError,
)
from autograder.wire.formats import FORMATS, NATIVE, REALS, make_canonical
from autograder.wire.plain import Name, Object, canonical_float, check_keys, identifier, small
from autograder.wire.tables import table_from_plain

_HEADER_BYTES: Final = b'abcdefghijklmnopqrstuvwxyz0123456789[]",:+-.'
_INT_DIGITS: Final = 1 + len(str(MAX_INT))
_SPEC: Final = re.compile(rf"([a-z0-9]+):((?:\d{{1,10}}(?:x\d{{1,10}}){{0,{MAX_AXES - 1}}})?)")
_SHORT: Final = 64  # characters of a dtype and a shape that are worth remembering
_SPECIAL: Final = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def decode(
    body: bytes | bytearray | memoryview, *, names: bool = False, tables: bool = True
) -> Any:
    """Read a value; any bytes are safe to read.

    Arrays and tensors own their memory, are writable and C-contiguous; every NaN has the same bits
    and no zero is negative. torch is imported only by a message that holds a tensor.

    Args:
        body: what `encode` returns, or what somebody says it did.
        names: whether `Name` and `Object` may be in it; never where the other side is untrusted.
        tables: whether tables may be in it; reading one imports pandas.

    Returns:
        A value of the types that `encode` takes.

    Raises:
        WireError: if the bytes are not what `encode` writes.
    """
    try:
        return _Reader(body, names, tables).value()
    except WireError:
        raise
    except MemoryError:
        raise WireError("more data than fits into memory") from None
    except Exception:  # the checks below name the likely lies; this is for all others
        raise WireError("a malformed frame") from None


class _Reader(FrameBudget):
    """One message being read: `node` walks the header's JSON and takes the buffers in order."""

    def __init__(self, body: bytes | bytearray | memoryview, names: bool, tables: bool) -> None:
        super().__init__(names)
        self._tables = tables
        self._body = memoryview(body)
        self._position = 0

    def value(self) -> Any:
        (length,) = LENGTH.unpack(self._take(LENGTH.size))
        if length > MAX_HEADER:
            raise WireError(f"a header longer than {MAX_HEADER >> 20} MB")
        header = bytes(self._take(length))
        # JSON takes up to forty times its bytes once parsed, so lists and items are counted first;
        # exactly, as no text is in a header: a node opens one list at most, and has three commas.
        if header.translate(None, _HEADER_BYTES):
            raise WireError("a header with strange characters")
        if header.count(b"[") > MAX_NODES or header.count(b",") > 3 * MAX_NODES:
            raise WireError(f"more than {MAX_NODES:,} items")
        text = header.decode("ascii")
        node, end = _DECODER.raw_decode(text)
        if end != len(text):
            raise WireError("a header with something after it")
        value = self.node(node, 0)
        if self._position != len(self._body):
            raise WireError("a frame with bytes left over")
        return value

    def _take(self, size: int) -> memoryview:
        start, self._position = self._position, self._position + size
        if self._position > len(self._body):
            raise WireError("a frame that ends too early")
        return self._body[start : self._position]

    def node(self, node: Any, depth: int) -> Any:
        self.count()
        kind = type(node)
        if node is None or kind is bool:
            return node
        if kind is int:
            return small(node)
        if kind is float or kind is str:
            return _real(node)
        if kind is not list or not node:
            raise WireError("a malformed value")
        tag = node[0]
        if tag == "str" and len(node) == 2:  # most nodes are
            return self._text_of(node[1])
        items = node[1:]
        if tag in ("list", "tuple"):
            self.enter(tag, len(items), depth)
            values = [self.node(item, depth + 1) for item in items]
            return values if tag == "list" else tuple(values)
        if tag == "dict":
            return self._dict(items, depth)
        if tag == "complex":
            real, imag = items
            return complex(_real(real), _real(imag))
        if tag == "object" and self.names:
            number, name = items
            return Object(_number(number), identifier(self._text_of(name)))
        (item,) = items
        if tag == "name" and self.names:
            return Name(identifier(self._text_of(item)))
        if tag in ("array", "scalar", "tensor"):
            return self._array(tag, item)
        if tag == "table" and self._tables:
            self.enter(tag, 1, depth)
            return table_from_plain(self.node(item, depth + 1))
        raise WireError("a malformed value")

    def _text_of(self, size: Any) -> str:
        if type(size) is not int or not 0 <= size <= 4 * MAX_STRING:
            raise WireError("a string of a malformed length")
        self.reserve(size, text=True)
        text = str(self._take(size), "utf-8")
        if len(text) > MAX_STRING:
            raise WireError(f"a string of more than {MAX_STRING:,} characters")
        return text

    def _dict(self, items: list[Any], depth: int) -> dict[Any, Any]:
        self.enter("dict", len(items) // 2, depth)
        values = [self.node(item, depth + 1) for item in items]
        keys = values[0::2]
        for key in keys:
            _check_key(key)
        check_keys(keys)
        return dict(zip(keys, values[1::2], strict=True))

    def _array(self, tag: str, spec: str) -> Any:
        name, shape = _specified(spec) if len(spec) < _SHORT else _specified.__wrapped__(spec)
        if name == "bfloat16" and tag != "tensor":
            raise WireError("an array of a malformed dtype or shape")
        data = self._take(self.reserve_array(name, shape))
        array = np.ndarray(shape, FORMATS[name], data).astype(NATIVE[name])
        if name in REALS:
            make_canonical(array, name)
        if tag == "array":
            return array
        if tag == "scalar":
            if shape:
                raise WireError("a number with a shape")
            return array[()]
        import torch  # here, because a message without a tensor needs none of it

        tensor = torch.from_numpy(array)
        return tensor.view(torch.bfloat16) if name == "bfloat16" else tensor


@functools.lru_cache(1_000)
def _specified(spec: str) -> tuple[str, tuple[int, ...]]:
    """The dtype and the shape of an array, as a node says them."""
    match = _SPEC.fullmatch(spec)
    if match is None or match[1] not in FORMATS:
        raise WireError("an array of a malformed dtype or shape")
    return match[1], tuple(map(int, match[2].split("x"))) if match[2] else ()


def _check_key(key: Any) -> None:
    """Refuse what no written dict has as a key; it may be hashable all the same."""
    if type(key) is tuple:
        for item in key:
            _check_key(item)
    elif key is not None and type(key) not in (str, int, float, bool):
        raise WireError("a malformed dict key")


def _real(node: Any) -> float:
    if type(node) is str:
        return _SPECIAL[node]
    if type(node) is not float or not math.isfinite(node):
        raise WireError("a malformed number")
    return canonical_float(node)


def _number(node: Any) -> int:
    if type(node) is not int or node < 0:
        raise WireError("an object with a malformed number")
    return node


def _json_int(digits: str) -> int:
    if len(digits) > _INT_DIGITS:  # the time that int() takes is quadratic in it
        raise WireError("a malformed number")
    return int(digits)


_DECODER: Final = json.JSONDecoder(parse_int=_json_int)
