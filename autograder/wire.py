"""The codec of both directions between the grader and the worker that runs a student's code.

Only data crosses and nothing is pickled. Either side may be lied to, so `decode` takes any bytes
and ends in a value or in `Refused`, in time and memory that are linear in their number.

    frame  = length of the body (4 bytes, little-endian), body
    body   = length of the header (4 bytes, little-endian), header, buffers
    header = one JSON node without a space; no character of a student's text is ever in it
    node   = null | true | false | integer | real | ["complex", real, real]
           | ["str", bytes] | ["name", bytes]                  UTF-8, in the buffers
           | ["list", node…] | ["tuple", node…] | ["dict", key, node, key, node…]
           | ["array" | "scalar" | "tensor", "float64:3x4"]    C order, little-endian, in buffers
    real   = number with a point or an exponent | "nan" | "inf" | "-inf"

Buffers follow in the order of their nodes, and a node says only how long its own is: none can be
used twice, and together they end where the body ends. What a value is, `type()` says, and its data
are read by the methods of the plain base class: `__class__`, `__array__`, `__iter__` and even the
`__eq__` of a class are a student's to write.
"""

from __future__ import annotations

import json
import math
import re
import struct
import sys
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

MAX_FRAME: Final = 256 << 20  # bytes of all buffers of a message
MAX_HEADER: Final = 4 << 20  # bytes of the header
MAX_NODES: Final = 100_000  # values in a message; containers and keys count
MAX_DEPTH: Final = 32  # containers inside one another
MAX_DICT: Final = 2_000  # keys of one dict
MAX_STRING: Final = 1 << 20  # characters of one string
MAX_TEXT: Final = 16 << 20  # bytes of all strings: decoded, they can take four times as many
MAX_INT: Final = 1 << 4096  # an integer's absolute value is below it
MAX_AXES: Final = 32  # axes of an array, as many as every numpy has
MAX_COLLISIONS: Final = 64  # keys of a dict with one hash; honest ones such as -1 and -2 share it

_LENGTH: Final = struct.Struct("<I")
_MAX_BODY: Final = _LENGTH.size + MAX_HEADER + MAX_FRAME
_SLACK: Final = 1 << 20  # bytes of a next frame that may have come with the end of the longest one

# How elements lie in a buffer. A bool comes as a byte, which may be neither 0 nor 1; a bfloat16,
# which numpy does not have, as its bits.
_FORMATS: Final = {
    "bool": "|u1",
    "int8": "|i1",
    "int16": "<i2",
    "int32": "<i4",
    "int64": "<i8",
    "uint8": "|u1",
    "uint16": "<u2",
    "uint32": "<u4",
    "uint64": "<u8",
    "float16": "<f2",
    "float32": "<f4",
    "float64": "<f8",
    "complex64": "<c8",
    "complex128": "<c16",
    "bfloat16": "<i2",
}
_SIZES: Final = {name: np.dtype(layout).itemsize for name, layout in _FORMATS.items()}

# Of each floating format: the integer that holds one real number, and as its bits infinity and the
# one NaN that is let in.
_BITS: Final[dict[str, tuple[type[np.unsignedinteger[Any]], int, int]]] = {
    "float16": (np.uint16, 0x7C00, 0x7E00),
    "bfloat16": (np.uint16, 0x7F80, 0x7FC0),
    "float32": (np.uint32, 0x7F80_0000, 0x7FC0_0000),
    "complex64": (np.uint32, 0x7F80_0000, 0x7FC0_0000),
    "float64": (np.uint64, 0x7FF0_0000_0000_0000, 0x7FF8_0000_0000_0000),
    "complex128": (np.uint64, 0x7FF0_0000_0000_0000, 0x7FF8_0000_0000_0000),
}
_NATIVE: Final = {name: np.dtype("int16" if name == "bfloat16" else name) for name in _FORMATS}
_CHUNK: Final = 1 << 15  # elements made canonical at once: the masks stay in the cache

# Numpy's own number of a dtype, which no student can change: `l` and `q` are both int64 on Linux.
_DTYPES: Final = {np.dtype(code).num: np.dtype(code).name for code in "?bBhHiIlLqQefdFD"}
_KINDS: Final = {
    "O": "object",
    "S": "bytes",
    "T": "StringDType",
    "U": "str",
    "V": "void (structured)",
    "M": "datetime64",
    "m": "timedelta64",
}

# The plain types that data are read as, in the order of the search for a subclass's: numpy.str_ is
# read as the str that it is, numpy.float64 as a numpy scalar rather than as a float.
_BASES: Final = (str, np.generic, float, int, list, tuple, dict, complex, np.ndarray)

_HEADER_BYTES: Final = b'abcdefghijklmnopqrstuvwxyz0123456789[]",:+-.'
_INT_DIGITS: Final = 1 + len(str(MAX_INT))
_SPEC: Final = re.compile(rf"([a-z0-9]+):((?:\d{{1,10}}(?:x\d{{1,10}}){{0,{MAX_AXES - 1}}})?)")
_SPECIAL: Final = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


class Refused(Exception):
    """What is no data, or too much of it.

    The text is a noun phrase that a student may read ("an array of dtype object"), never an input's
    contents. A class's name is in it, which a student chooses; and what a worker says that it
    refused is its own word.
    """


@dataclass(frozen=True, slots=True)
class Name:
    """A name of the student's namespace, sent where a driver takes what it stands for."""

    name: str


def encode(value: object, *, names: bool = False) -> bytes:
    """Write a value as the body of a frame; no method that a student could have written is run.

    Subclasses of the plain types and of arrays and tensors are taken by their base data: a
    namedtuple is a tuple, an IntEnum an int, a Parameter a tensor. Keys that are numpy scalars
    become the Python numbers that they equal.

    Args:
        value: what crosses.
        names: whether `Name` may be in it.

    Returns:
        Header and buffers; `frame` makes it ready to send.

    Raises:
        Refused: if the value is no data, or too much of it.
    """
    try:
        return _Writer(names).body(value)
    except Refused:
        raise
    except MemoryError:
        raise Refused("more data than fits into memory") from None
    except Exception:  # numpy and torch have many errors, and another thread may change the value
        raise Refused("a value that could not be read") from None


def decode(body: bytes, *, names: bool = False) -> Any:
    """Read the value that a body holds; any bytes are safe to read.

    Arrays and tensors own their memory, are writable and C-contiguous; every NaN has the same bits
    and no zero is negative. torch is imported only by a message that holds a tensor.

    Args:
        body: one frame without its length.
        names: whether `Name` may be in it; never where the other side is untrusted.

    Returns:
        A value of the types that `encode` takes.

    Raises:
        Refused: if the bytes are not what `encode` writes.
    """
    try:
        return _Reader(body, names).value()
    except Refused:
        raise
    except MemoryError:
        raise Refused("more data than fits into memory") from None
    except Exception:  # the checks below name the likely lies; this is for all others
        raise Refused("a malformed frame") from None


def frame(body: bytes) -> bytes:
    """Put the length in front of a body.

    Args:
        body: what `encode` returns.

    Returns:
        The bytes to send.

    Raises:
        Refused: if no reader would take so long a frame.
    """
    if len(body) > _MAX_BODY:
        raise Refused(f"a frame longer than {_MAX_BODY >> 20} MB")
    return _LENGTH.pack(len(body)) + body


class Frames:
    """Cuts a stream of bytes into bodies, at a cost linear in what was received.

    A length that no frame has is refused as soon as it is read, and so is everything after it: the
    stream cannot be trusted to have a next frame.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._broken = False

    @property
    def waiting(self) -> int:
        """How many received bytes are not taken yet; between two calls there are none."""
        return len(self._buffer)

    def feed(self, chunk: bytes) -> None:
        """Receive bytes.

        Args:
            chunk: what the socket gave, cut anywhere.

        Raises:
            Refused: if the next frame is too long, or frames come faster than they are taken.
        """
        self._buffer += chunk
        self._next()
        if len(self._buffer) > _LENGTH.size + _MAX_BODY + max(len(chunk), _SLACK):
            raise self._break("more frames than were asked for")

    def take(self) -> bytes | None:
        """Hand over the oldest body.

        Returns:
            The body, or None as long as it is not complete.

        Raises:
            Refused: if its length is one that no frame has.
        """
        end = self._next()
        if end is None or len(self._buffer) < end:
            return None
        with memoryview(self._buffer) as view:
            body = bytes(view[_LENGTH.size : end])
        del self._buffer[:end]
        return body

    def _next(self) -> int | None:
        """The end of the oldest frame in the buffer, if its length has come."""
        if self._broken:
            raise self._break("bytes after a malformed frame")
        if len(self._buffer) < _LENGTH.size:
            return None
        length: int = _LENGTH.unpack_from(self._buffer)[0]
        if length > _MAX_BODY:
            raise self._break(f"a frame longer than {_MAX_BODY >> 20} MB")
        return _LENGTH.size + length

    def _break(self, reason: str) -> Refused:
        self._broken = True
        self._buffer = bytearray()
        return Refused(reason)


class _Budget:
    """What a message has used of its caps, counted by the same rules on both sides."""

    def __init__(self, names: bool) -> None:
        self.names = names
        self._nodes = self._bytes = self._text = 0

    def count(self) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise Refused(f"more than {MAX_NODES:,} items")

    def enter(self, kind: str, length: int, depth: int) -> None:
        """Check a container before it is walked."""
        if depth >= MAX_DEPTH:
            raise Refused(f"a {kind} nested deeper than {MAX_DEPTH}")
        if kind == "dict" and length > MAX_DICT:
            raise Refused(f"a dict of more than {MAX_DICT:,} keys")
        if length > MAX_NODES:
            raise Refused(f"more than {MAX_NODES:,} items")

    def reserve(self, size: int, *, text: bool = False) -> None:
        """Check a buffer before it is made."""
        self._bytes += size
        self._text += size if text else 0
        if self._bytes > MAX_FRAME:
            raise Refused(f"more than {MAX_FRAME >> 20} MB of data")
        if self._text > MAX_TEXT:
            raise Refused(f"more than {MAX_TEXT >> 20} MB of text")

    def reserve_array(self, name: str, shape: tuple[int, ...]) -> int:
        """Check an array before it is made, and tell its bytes.

        An axis of length 0 does not excuse the others: a sum over it would be as large as they are.
        """
        if len(shape) > MAX_AXES:
            raise Refused(f"an array of more than {MAX_AXES} axes")
        if _SIZES[name] * math.prod(max(axis, 1) for axis in shape) > MAX_FRAME:
            raise Refused(f"an array larger than {MAX_FRAME >> 20} MB")
        size = _SIZES[name] * math.prod(shape)
        self.reserve(size)
        return size


class _Writer(_Budget):
    """One message being written: `node` returns the header's JSON and lays the buffers aside."""

    def __init__(self, names: bool) -> None:
        super().__init__(names)
        self._buffers: list[Any] = []
        self._keys = _Budget(names)  # keys are walked twice; the first walk is bounded by this

    def body(self, value: object) -> bytes:
        header = _ENCODER.encode(self.node(value, 0)).encode("ascii")
        if len(header) > MAX_HEADER:
            raise Refused(f"values that take more than {MAX_HEADER >> 20} MB to describe")
        return b"".join([_LENGTH.pack(len(header)), header, *self._buffers])

    def node(self, value: Any, depth: int) -> Any:
        self.count()
        kind = type(value)
        if value is None or kind is bool:
            return value
        base = _base(kind)
        if base is float:
            return _real_node(float.__float__(value))
        if base is int:
            return _small(int.__int__(value))
        if base is str:
            return ["str", self._text_buffer(str.__str__(value))]
        if base is list or base is tuple:
            self.enter(base.__name__, base.__len__(value), depth)
            # A copy, because another thread of the student's may change a list that is walked.
            items = base.__getitem__(value, slice(None))
            return [base.__name__, *[self.node(item, depth + 1) for item in items]]
        if base is dict:
            return self._dict(value, depth)
        if base is complex:
            plain = complex.__complex__(value)
            return ["complex", _real_node(plain.real), _real_node(plain.imag)]
        if base is np.ndarray:
            masked = sys.modules.get("numpy.ma")
            if masked is not None and issubclass(kind, masked.MaskedArray):
                raise Refused("a masked array")
            return self._array("array", np.ndarray.view(value, np.ndarray))
        if base is np.generic:
            return self._array("scalar", np.generic.__array__(value))
        if kind is Name and self.names:
            return ["name", self._text_buffer(_identifier(value.name))]
        core = sys.modules.get("torch._C")
        if core is not None and issubclass(kind, core.TensorBase):
            return self._tensor(core, value)
        raise Refused(f"a value of type {_label(kind)}")

    def _text_buffer(self, text: str) -> int:
        if len(text) > MAX_STRING:
            raise Refused(f"a string of more than {MAX_STRING:,} characters")
        data = text.encode("utf-8", "replace")
        self.reserve(len(data), text=True)
        self._buffers.append(data)
        return len(data)

    def _dict(self, value: dict[Any, Any], depth: int) -> list[Any]:
        self.enter("dict", dict.__len__(value), depth)
        items = list(dict.items(value))  # dict.copy would call a subclass's own keys()
        keys = [self._plain_key(key, depth + 1) for key, _ in items]
        _check_keys(keys)
        parts: list[Any] = ["dict"]
        for key, (_, item) in zip(keys, items, strict=True):
            parts += self.node(key, depth + 1), self.node(item, depth + 1)
        return parts

    def _plain_key(self, key: Any, depth: int) -> Any:
        """A key of builtin types, as it will arrive; the dict's own may have hooks in them."""
        self._keys.count()
        kind = type(key)
        if key is None or kind is bool:
            return key
        base = _base(kind)
        if base is str:
            # As it will arrive: two keys may differ in nothing but a surrogate.
            return str.__str__(key).encode("utf-8", "replace").decode("utf-8")
        if base is int:
            return int.__int__(key)
        if base is float:
            return _canonical_float(float.__float__(key))
        if base is tuple and depth < MAX_DEPTH:
            return tuple(self._plain_key(item, depth + 1) for item in tuple.__iter__(key))
        if base is np.generic:
            array = np.generic.__array__(key)
            if _DTYPES.get(array.dtype.num) and array.dtype.kind in "biuf":
                return self._plain_key(array.item(), depth)
        raise Refused(f"a dict key of type {_label(kind)}")

    def _array(self, tag: str, array: np.ndarray[Any, Any]) -> list[Any]:
        name = _DTYPES.get(array.dtype.num)
        if name is None:
            what = "an array" if tag == "array" else "a number"
            raise Refused(f"{what} of dtype {_dtype_name(array.dtype)}")
        self.reserve_array(name, array.shape)
        return self._array_buffer(tag, name, array)

    def _array_buffer(self, tag: str, name: str, array: np.ndarray[Any, Any]) -> list[Any]:
        data = np.ascontiguousarray(array, dtype=_FORMATS[name])
        self._buffers.append(data.reshape(-1).view(np.uint8))
        return [tag, f"{name}:{'x'.join(map(str, array.shape))}"]

    def _tensor(self, core: Any, value: Any) -> list[Any]:
        # Modes and subclasses alike can hook a call into torch, at two levels.
        with core.DisableTorchFunction(), core._DisableTorchDispatch():
            tensor = core.TensorBase.detach(value)
            if tensor.is_nested:
                raise Refused("a nested tensor")
            layout = str(tensor.layout).removeprefix("torch.")
            if layout != "strided":
                raise Refused(f"a tensor of layout {layout}")
            if tensor.device.type != "cpu":
                raise Refused(f"a tensor on the device {tensor.device.type}")
            name = str(tensor.dtype).removeprefix("torch.")
            if name not in _FORMATS:
                raise Refused(f"a tensor of dtype {name}")
            shape = tuple(tensor.shape)
            self.reserve_array(name, shape)
            _check_storage(tensor, shape)
            tensor = tensor.resolve_conj().resolve_neg().contiguous()
            if name == "bfloat16":
                tensor = tensor.view(sys.modules["torch"].int16)
            return self._array_buffer("tensor", name, tensor.numpy())


class _Reader(_Budget):
    """One message being read: `node` walks the header's JSON and takes the buffers in order."""

    def __init__(self, body: bytes, names: bool) -> None:
        super().__init__(names)
        self._body = memoryview(body)
        self._position = 0

    def value(self) -> Any:
        (length,) = _LENGTH.unpack(self._take(_LENGTH.size))
        if length > MAX_HEADER:
            raise Refused(f"a header longer than {MAX_HEADER >> 20} MB")
        header = bytes(self._take(length))
        # JSON takes up to forty times its bytes once parsed, so lists and items are counted first;
        # exactly, as no text is in a header: a node opens one list at most, and has three commas.
        if header.translate(None, _HEADER_BYTES):
            raise Refused("a header with strange characters")
        if header.count(b"[") > MAX_NODES or header.count(b",") > 3 * MAX_NODES:
            raise Refused(f"more than {MAX_NODES:,} items")
        value = self.node(_DECODER.decode(header.decode("ascii")), 0)
        if self._position != len(self._body):
            raise Refused("a frame with bytes left over")
        return value

    def _take(self, size: int) -> memoryview:
        start, self._position = self._position, self._position + size
        if self._position > len(self._body):
            raise Refused("a frame that ends too early")
        return self._body[start : self._position]

    def node(self, node: Any, depth: int) -> Any:
        self.count()
        kind = type(node)
        if node is None or kind is bool:
            return node
        if kind is int:
            return _small(node)
        if kind is float or kind is str:
            return _real(node)
        if kind is not list or not node:
            raise Refused("a malformed value")
        tag, *items = node
        if tag in ("list", "tuple"):
            self.enter(tag, len(items), depth)
            values = [self.node(item, depth + 1) for item in items]
            return values if tag == "list" else tuple(values)
        if tag == "dict":
            return self._dict(items, depth)
        if tag == "complex":
            real, imag = items
            return complex(_real(real), _real(imag))
        (item,) = items
        if tag == "str":
            return self._text_of(item)
        if tag == "name" and self.names:
            return Name(_identifier(self._text_of(item)))
        if tag in ("array", "scalar", "tensor"):
            return self._array(tag, item)
        raise Refused("a malformed value")

    def _text_of(self, size: Any) -> str:
        if type(size) is not int or not 0 <= size <= 4 * MAX_STRING:
            raise Refused("a string of a malformed length")
        self.reserve(size, text=True)
        text = str(self._take(size), "utf-8")
        if len(text) > MAX_STRING:
            raise Refused(f"a string of more than {MAX_STRING:,} characters")
        return text

    def _dict(self, items: list[Any], depth: int) -> dict[Any, Any]:
        self.enter("dict", len(items) // 2, depth)
        values = [self.node(item, depth + 1) for item in items]
        keys = values[0::2]
        for key in keys:
            _check_key(key)
        _check_keys(keys)
        return dict(zip(keys, values[1::2], strict=True))

    def _array(self, tag: str, spec: str) -> Any:
        match = _SPEC.fullmatch(spec)
        name = match[1] if match else ""
        if match is None or name not in _FORMATS or (name == "bfloat16" and tag != "tensor"):
            raise Refused("an array of a malformed dtype or shape")
        shape = tuple(map(int, match[2].split("x"))) if match[2] else ()
        data = self._take(self.reserve_array(name, shape))
        array = np.frombuffer(data, _FORMATS[name]).reshape(shape).astype(_NATIVE[name])
        if name in _BITS:
            _make_canonical(array, name)
        if tag == "array":
            return array
        if tag == "scalar":
            if shape:
                raise Refused("a number with a shape")
            return array[()]
        import torch  # here, because a message without a tensor needs none of it

        tensor = torch.from_numpy(array)
        return tensor.view(torch.bfloat16) if name == "bfloat16" else tensor


def _base(kind: type) -> type | None:
    """The plain type that a value of this type holds the data of, if it is one of `_BASES`.

    `is` and `issubclass` only: `==`, a set and a dict would ask the metaclass, which may be a
    student's.
    """
    for base in _BASES:
        if kind is base:
            return base
    for base in _BASES:
        if issubclass(kind, base):
            return base
    return None


def _check_key(key: Any) -> None:
    """Refuse what no written dict has as a key; it may be hashable all the same."""
    if type(key) is tuple:
        for item in key:
            _check_key(item)
    elif key is not None and type(key) not in (str, int, float, bool):
        raise Refused("a malformed dict key")


def _check_keys(keys: list[Any]) -> None:
    """Refuse equal keys, and keys made to share a hash: a dict's cost is quadratic in these."""
    crowds = Counter(map(hash, keys))
    if len(crowds) == len(keys):
        return
    if max(crowds.values()) > MAX_COLLISIONS:
        raise Refused("a dict whose keys share one hash")
    if len(set(keys)) < len(keys):
        raise Refused("a dict with equal keys")


def _small(number: int) -> int:
    if not -MAX_INT < number < MAX_INT:
        raise Refused(f"an integer of more than {MAX_INT.bit_length() - 1:,} bits")
    return number


def _canonical_float(number: float) -> float:
    return math.nan if math.isnan(number) else number + 0.0  # -0.0 + 0.0 is 0.0


def _real_node(number: float) -> float | str:
    """A real number as JSON has it, which knows no NaN and no infinity."""
    return number if math.isfinite(number) else repr(number)


def _real(node: Any) -> float:
    if type(node) is str:
        return _SPECIAL[node]
    if type(node) is not float or not math.isfinite(node):
        raise Refused("a malformed number")
    return _canonical_float(node)


def _json_int(digits: str) -> int:
    if len(digits) > _INT_DIGITS:  # the time that int() takes is quadratic in it
        raise Refused("a malformed number")
    return int(digits)


def _identifier(name: Any) -> str:
    if type(name) is not str or not name.isidentifier():
        raise Refused("a reference to something that is no name")
    return name


def _label(kind: type) -> str:
    """A class's name, cut and without control characters; it may itself be of a subclass of str."""
    name = str.__str__(type.__dict__["__name__"].__get__(kind))
    return "".join(filter(str.isprintable, name[:60]))


def _dtype_name(dtype: np.dtype[Any]) -> str:
    """A dtype's name; numpy's own `dtype.name` asks a structured dtype's class for it."""
    if dtype.kind in "fc":
        return f"{'float' if dtype.kind == 'f' else 'complex'}{8 * dtype.itemsize}"
    return _KINDS.get(dtype.kind, "unknown")


def _check_storage(tensor: Any, shape: tuple[int, ...]) -> None:
    """Refuse a tensor without memory of its own, or with less than it claims: torch reads on."""
    if 0 in shape:
        return
    reach = sum((n - 1) * step for n, step in zip(shape, tensor.stride(), strict=True))
    end = (tensor.storage_offset() + reach + 1) * tensor.element_size()
    if tensor.data_ptr() == 0 or end > tensor.untyped_storage().nbytes():
        raise Refused("a tensor without memory of its own")


def _make_canonical(array: np.ndarray[Any, Any], name: str) -> None:
    """Give every NaN of a C-contiguous array the same bits, and every zero a plus sign."""
    unsigned, infinity, nan = _BITS[name]
    bits = array.reshape(-1).view(unsigned)
    unsign = ~unsigned(0) >> unsigned(1)
    for start in range(0, bits.size, _CHUNK):
        chunk = bits[start : start + _CHUNK]
        magnitude = chunk & unsign
        chunk[magnitude == 0] = 0
        chunk[magnitude > infinity] = nan


_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False, allow_nan=False)
_DECODER: Final = json.JSONDecoder(parse_int=_json_int)
