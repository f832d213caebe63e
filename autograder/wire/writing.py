"""`encode`: a value becomes bytes, and no method that a student could have written is run."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Collection
from typing import Any, Final

import numpy as np

from autograder.wire.caps import (
    LENGTH,
    MAX_DEPTH,
    MAX_HEADER,
    MAX_STRING,
    FrameBudget,
    WireError,
)
from autograder.wire.figures import MATPLOTLIB, drawn, is_figure
from autograder.wire.formats import DTYPES, FORMATS, dtype_name
from autograder.wire.plain import Name, Object, canonical_float, check_keys, identifier, small
from autograder.wire.tables import PANDAS, is_table, plain_table

# The plain types that data are read as, in the order of the search for a subclass's: numpy.str_ is
# read as the str that it is, numpy.float64 as a numpy scalar rather than as a float.
_BASES: Final = (str, np.generic, float, int, list, tuple, dict, complex, np.ndarray)


def encode(
    value: object, *, names: bool = False, libraries: Collection[str] = (PANDAS, MATPLOTLIB)
) -> bytes:
    """Write a value; no method that a student could have written is run.

    Subclasses of the plain types and of arrays and tensors are taken by their base data: a
    namedtuple is a tuple, an IntEnum an int, a Parameter a tensor. Keys that are numpy scalars
    become the Python numbers that they equal.

    Args:
        value: what crosses.
        names: whether `Name` and `Object` may be in it.
        libraries: whose values may be in it: tables of pandas, figures of matplotlib.

    Returns:
        Header and buffers.

    Raises:
        WireError: if the value is not data, or too much of it.
    """
    try:
        return _Writer(names, libraries).body(value)
    except WireError:
        raise
    except MemoryError:
        raise WireError("more data than fits into memory") from None
    except Exception:  # numpy and torch have many errors, and another thread may change the value
        raise WireError("a value that could not be read") from None


def is_data(value: object, *, libraries: Collection[str] = (PANDAS, MATPLOTLIB)) -> bool:
    """Whether a value is of a type that `encode` takes, though it may refuse this one."""
    if _taker(type(value), libraries) is not None:
        return True
    core = sys.modules.get("torch._C")
    if core is not None and issubclass(type(value), core.TensorBase):
        return True
    return value is None or _base(type(value)) is not None


class _Writer(FrameBudget):
    """One message being written: `node` returns the header's text and lays the buffers aside."""

    def __init__(self, names: bool, libraries: Collection[str]) -> None:
        super().__init__(names)
        self._libraries = libraries
        self._buffers: list[Any] = []
        self._keys = FrameBudget(names)  # keys are walked twice; the first walk is bounded by this

    def body(self, value: object) -> bytes:
        header = self.node(value, 0).encode("ascii")
        if len(header) > MAX_HEADER:
            raise WireError(f"values that take more than {MAX_HEADER >> 20} MB to describe")
        return b"".join([LENGTH.pack(len(header)), header, *self._buffers])

    def node(self, value: Any, depth: int) -> str:
        self.count()
        kind = type(value)
        if value is None or kind is bool:
            return _CONSTANTS[value]
        core = sys.modules.get("torch._C")
        if core is not None and issubclass(kind, core.TensorBase):
            return self._tensor(core, value)
        base = _base(kind)
        if base is float:
            return _real_node(float.__float__(value))
        if base is int:
            return str(small(int.__int__(value)))
        if base is str:
            return f'["str",{self._text_buffer(str.__str__(value))}]'
        if base is list or base is tuple:
            self.enter(base.__name__, base.__len__(value), depth)
            # A copy, because another thread of the student's may change a list that is walked.
            items = base.__getitem__(value, slice(None))
            return _list(base.__name__, [self.node(item, depth + 1) for item in items])
        if base is dict:
            return self._dict(value, depth)
        if base is complex:
            plain = complex.__complex__(value)
            return _list("complex", [_real_node(plain.real), _real_node(plain.imag)])
        if base is np.ndarray:
            masked = sys.modules.get("numpy.ma")
            if masked is not None and issubclass(kind, masked.MaskedArray):
                raise WireError("a masked array")
            return self._array("array", np.ndarray.view(value, np.ndarray))
        if base is np.generic:
            return self._array("scalar", np.generic.__array__(value))
        if kind is Name and self.names:
            return f'["name",{self._text_buffer(identifier(value.name))}]'
        if kind is Object and self.names:
            name = self._text_buffer(identifier(value.name))
            return f'["object",{small(value.number)},{name}]'
        taken = _taker(kind, self._libraries)
        if taken is None:
            raise WireError(f"a value of type {_label(kind)}")
        inner = self.node(taken(value), depth + 1)
        return f'["table",{inner}]' if taken is plain_table else inner

    def _text_buffer(self, text: str) -> int:
        if len(text) > MAX_STRING:
            raise WireError(f"a string of more than {MAX_STRING:,} characters")
        data = text.encode("utf-8", "replace")
        self.reserve(len(data), text=True)
        self._buffers.append(data)
        return len(data)

    def _dict(self, value: dict[Any, Any], depth: int) -> str:
        self.enter("dict", dict.__len__(value), depth)
        items = list(dict.items(value))  # dict.copy would call a subclass's own keys()
        keys = [self._plain_key(key, depth + 1) for key, _ in items]
        check_keys(keys)
        parts: list[str] = []
        for key, (_, item) in zip(keys, items, strict=True):
            parts += self.node(key, depth + 1), self.node(item, depth + 1)
        return _list("dict", parts)

    def _plain_key(self, key: Any, depth: int) -> Any:
        """A key of builtin types, as it will arrive; the dict's own may have hooks in them."""
        self._keys.count()
        kind = type(key)
        if key is None or kind is bool or (kind is str and key.isascii()):
            return key
        base = _base(kind)
        if base is str:
            # As it will arrive: two keys may differ in nothing but a surrogate.
            return str.__str__(key).encode("utf-8", "replace").decode("utf-8")
        if base is int:
            return int.__int__(key)
        if base is float:
            return canonical_float(float.__float__(key))
        if base is tuple and depth < MAX_DEPTH:
            return tuple(self._plain_key(item, depth + 1) for item in tuple.__iter__(key))
        if base is np.generic:
            array = np.generic.__array__(key)
            if DTYPES.get(array.dtype.num) and array.dtype.kind in "biuf":
                return self._plain_key(array.item(), depth)
        raise WireError(f"a dict key of type {_label(kind)}")

    def _array(self, tag: str, array: np.ndarray[Any, Any]) -> str:
        name = DTYPES.get(array.dtype.num)
        if name is None:
            what = "an array" if tag == "array" else "a number"
            raise WireError(f"{what} of dtype {dtype_name(array.dtype)}")
        self.reserve_array(name, array.shape)
        return self._array_buffer(tag, name, array)

    def _array_buffer(self, tag: str, name: str, array: np.ndarray[Any, Any]) -> str:
        self._buffers.append(np.ascontiguousarray(array, dtype=FORMATS[name]))
        shape = "x".join(map(str, array.shape))
        return f'["{tag}","{name}:{shape}"]'

    def _tensor(self, core: Any, value: Any) -> str:
        # Modes and subclasses alike can hook a call into torch, at two levels.
        with core.DisableTorchFunction(), core._DisableTorchDispatch():
            tensor = core.TensorBase.detach(value)
            if tensor.is_nested:
                raise WireError("a nested tensor")
            layout = str(tensor.layout).removeprefix("torch.")
            if layout != "strided":
                raise WireError(f"a tensor of layout {layout}")
            if tensor.device.type != "cpu":
                raise WireError(f"a tensor on the device {tensor.device.type}")
            name = str(tensor.dtype).removeprefix("torch.")
            if name not in FORMATS:
                raise WireError(f"a tensor of dtype {name}")
            shape = tuple(tensor.shape)
            self.reserve_array(name, shape)
            _check_storage(tensor, shape)
            tensor = tensor.resolve_conj().resolve_neg().contiguous()
            if name == "bfloat16":
                tensor = tensor.view(sys.modules["torch"].int16)
            return self._array_buffer("tensor", name, tensor.numpy())


def _taker(kind: type, libraries: Collection[str]) -> Callable[[Any], Any] | None:
    """What makes plain data of the values of a library's type; ``None`` for other types."""
    if PANDAS in libraries and is_table(kind):
        return plain_table
    return drawn if MATPLOTLIB in libraries and is_figure(kind) else None


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


def _list(tag: str, nodes: list[str]) -> str:
    """A node that holds others."""
    return f'["{tag}",{",".join(nodes)}]' if nodes else f'["{tag}"]'


def _real_node(number: float) -> str:
    """A real number as JSON has it, which knows no NaN and no infinity."""
    return repr(number) if math.isfinite(number) else f'"{number!r}"'


def _label(kind: type) -> str:
    """A class's name, cut and without control characters; it may itself be of a subclass of str."""
    name = str.__str__(type.__dict__["__name__"].__get__(kind))
    return "".join(filter(str.isprintable, name[:60]))


def _check_storage(tensor: Any, shape: tuple[int, ...]) -> None:
    """Refuse a tensor without its own memory, or with less than it claims: torch would read beyond it."""
    if 0 in shape:
        return
    reach = sum((n - 1) * step for n, step in zip(shape, tensor.stride(), strict=True))
    end = (tensor.storage_offset() + reach + 1) * tensor.element_size()
    if tensor.data_ptr() == 0 or end > tensor.untyped_storage().nbytes():
        raise WireError("a tensor without its own memory")


_CONSTANTS: Final = {None: "null", True: "true", False: "false"}
