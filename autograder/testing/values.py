"""Reading a value of unknown origin into a plain array without running any of its own code.

In a student's notebook the values are live objects, which may lie about their class, their data and
their equality. So a type is read by ``type()`` alone, and data only through methods of the base
classes (torch.Tensor, numpy.ndarray, list, float, …), which no subclass can override.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from autograder.testing.mismatch import Kind
from autograder.wire import MAX_DEPTH, MAX_FRAME, MAX_NODES

NumberKind = Literal["bool", "integer", "float", "complex"]

# What the grader's line refuses is refused in a notebook too.
MAX_ENTRIES: Final = MAX_FRAME // 8  # in float64; checked before anything is copied
MAX_ITEMS: Final = MAX_NODES  # numbers and lists in a nested list

_KINDS: Final[dict[str, NumberKind]] = {
    "b": "bool",
    "i": "integer",
    "u": "integer",
    "f": "float",
    "c": "complex",
}
_WIDE: Final[dict[NumberKind, str]] = {
    "bool": "bool",
    "integer": "int64",
    "float": "float64",
    "complex": "complex128",
}
_SCALARS: Final[dict[type, NumberKind]] = {
    bool: "bool",
    int: "integer",
    float: "float",
    complex: "complex",
}
_ORDER: Final[tuple[NumberKind, ...]] = ("bool", "integer", "float", "complex")

_TENSOR_DTYPES: Final = frozenset(
    {
        torch.bool,
        torch.int8,
        torch.int16,
        torch.int32,
        torch.int64,
        torch.uint8,
        torch.uint16,
        torch.uint32,
        torch.uint64,
        torch.bfloat16,
        torch.float16,
        torch.float32,
        torch.float64,
        torch.complex64,
        torch.complex128,
    }
)

# ``cls.__name__`` asks the metaclass, which may be the student's; this asks the class itself.
_NAME_OF_TYPE: Final = type.__dict__["__name__"]


class UnreadableValue(Exception):
    """A value that holds no numbers, or not in the shape of an array.

    Attributes:
        kind: ``"type"``, or ``"shape"`` for lists of unequal lengths.
        text: a predicate that follows the value's name, such as ``"is None"``.
    """

    def __init__(self, kind: Kind, text: str) -> None:
        super().__init__(text)
        self.kind: Kind = kind
        self.text = text


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """Numbers, freed from what carried them.

    Attributes:
        array: bool, int64, float64 or complex128; C-contiguous and a copy. Integers beyond 64 bits
            (signed) are read as floats.
        dtype: the name of the dtype in which they came, such as ``"bfloat16"``.
        literal: whether they came as a Python number or a list, which cannot choose a dtype.
    """

    array: NDArray[Any]
    dtype: str
    literal: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape, ``()`` for a number."""
        return self.array.shape

    @property
    def kind(self) -> NumberKind:
        """What sort of numbers they are."""
        return _KINDS[self.array.dtype.kind]


def type_name(value: object) -> str:
    """The name of a value's true type: at most 60 printable characters, fit for a message."""
    name = str.__str__(_NAME_OF_TYPE.__get__(type(value)))[:60]
    return "".join(letter for letter in name if letter.isprintable() and letter != "`")


def number(value: Any) -> bool | int | float | complex | None:
    """The plain Python number that a Python number holds; ``None`` for everything else."""
    cls = type(value)
    if cls is bool or cls is int or cls is float or cls is complex:
        plain: bool | int | float | complex = value
        return plain
    if issubclass(cls, np.generic):  # numpy.float64 is a float too, but it brings a dtype
        return None
    if issubclass(cls, int):
        return int.__int__(value)
    if issubclass(cls, float):
        return float.__float__(value)
    if issubclass(cls, complex):
        return complex.__complex__(value)
    return None


def items(value: Any) -> list[Any] | None:
    """The items of a list or tuple, as the base class stores them; ``None`` for everything else."""
    cls = type(value)
    if issubclass(cls, list):
        return list.copy(value)
    if issubclass(cls, tuple):
        return list(tuple.__getitem__(value, slice(None)))
    return None


def read(value: Any) -> Values:
    """Read a tensor, an array, a number, or nested lists and tuples of those.

    Args:
        value: anything at all.

    Returns:
        Its numbers, copied.

    Raises:
        UnreadableValue: the value holds something else, or too much of it, or is ragged.
    """
    if issubclass(type(value), list | tuple):
        return _Nested().read(value)
    return _leaf(value, "is")


def _leaf(value: Any, verb: str) -> Values:
    """Read what is not a list; ``verb`` tells a value ("is") from an item of one ("holds")."""
    cls = type(value)
    if (plain := number(value)) is not None:
        return _from_number(plain, verb)
    if issubclass(cls, torch.Tensor):
        return _from_tensor(value, verb)
    if issubclass(cls, np.ma.MaskedArray):
        raise UnreadableValue("type", f"{verb} a masked array")
    if issubclass(cls, np.ndarray):
        return _from_array(np.ndarray.view(value, np.ndarray), verb)
    if issubclass(cls, np.generic):
        return _from_array(np.generic.__array__(value), verb)
    if value is None:
        raise UnreadableValue("type", f"{verb} None")
    raise UnreadableValue("type", f"{verb} a value of type `{type_name(value)}`")


def _from_number(plain: bool | int | float | complex, verb: str) -> Values:
    wide = _WIDE[_SCALARS[type(plain)]]
    if type(plain) is int and not -(1 << 63) <= plain < 1 << 63:
        try:
            return Values(np.array(float(plain)), "int", literal=True)
        except OverflowError:
            raise UnreadableValue("type", f"{verb} an integer too large for a float") from None
    return Values(np.array(plain, wide), wide, literal=True)


def _from_array(plain: NDArray[Any], verb: str) -> Values:
    """Copy the data of an exact ndarray into the widest dtype of its kind."""
    kind = _KINDS.get(plain.dtype.kind)
    if kind is None or plain.dtype.itemsize > (16 if kind == "complex" else 8):
        raise UnreadableValue("type", f"{verb} an array of dtype {plain.dtype.name[:60]}")
    if plain.size > MAX_ENTRIES:
        raise UnreadableValue(
            "type", f"{verb} an array of {plain.size} entries, too many to compare"
        )
    wide = _WIDE[kind]
    if plain.dtype.kind == "u" and plain.size and plain.max() > np.iinfo(np.int64).max:
        wide = "float64"
    with np.errstate(invalid="ignore"):  # a signalling NaN needs no warning
        return Values(plain.astype(wide, order="C"), plain.dtype.name)


def _from_tensor(value: Any, verb: str) -> Values:
    """Copy the data of a tensor, with all hooks of subclasses and of active modes switched off."""
    try:
        with torch._C.DisableTorchFunction(), torch._C._DisableTorchDispatch():
            plain = torch.Tensor.detach(value)
            if fault := _fault_of_tensor(plain):
                raise UnreadableValue("type", f"{verb} a tensor {fault}")
            dtype = str(plain.dtype).removeprefix("torch.")
            if plain.dtype is torch.bfloat16:  # numpy has no such dtype
                plain = plain.to(torch.float32)
            values = _from_array(plain.resolve_conj().resolve_neg().numpy(), verb)
    except (RuntimeError, TypeError):  # such as a tensor that escaped from inside torch.vmap
        raise UnreadableValue("type", f"{verb} a tensor whose data cannot be read") from None
    return Values(values.array, dtype)


def _fault_of_tensor(plain: torch.Tensor) -> str:
    """Why a plain tensor gives no array, worded to follow "a tensor"; ``""`` where it does."""
    if plain.is_nested:
        return "that is nested"
    if plain.layout != torch.strided:
        return f"of layout {plain.layout}"
    if plain.device.type != "cpu":
        return f"on the device {plain.device}; return it on the CPU"
    if plain.dtype not in _TENSOR_DTYPES:
        return f"of dtype {plain.dtype}"
    if plain.numel() > MAX_ENTRIES:
        return f"of {plain.numel()} entries, too many to compare"
    # A wrapper subclass, or a storage resized to less, has a shape and no memory behind it: numpy
    # would show whatever was freed last, and that may be the expected value.
    last = sum(
        (size - 1) * stride for size, stride in zip(plain.shape, plain.stride(), strict=True)
    )
    needed = (plain.storage_offset() + last + 1) * plain.element_size()
    if plain.numel() and (plain.data_ptr() == 0 or plain.untyped_storage().nbytes() < needed):
        return "without data"
    return ""


class _Nested:
    """One reading of nested lists: its leaves in order, and how much has been visited."""

    def __init__(self) -> None:
        self.leaves: list[Values] = []
        self.visited = 0
        self.entries = 0

    def read(self, value: Any) -> Values:
        shape = self.walk(value, 0)
        if len(shape) > MAX_DEPTH:
            raise UnreadableValue("type", f"is nested deeper than {MAX_DEPTH}")
        names = {leaf.dtype for leaf in self.leaves}
        kinds = {leaf.kind for leaf in self.leaves}
        kind: NumberKind = max(kinds, key=_ORDER.index) if kinds else "float"
        flat = np.zeros(self.entries, _WIDE[kind])
        end = 0
        for leaf in self.leaves:
            start, end = end, end + leaf.array.size
            flat[start:end] = leaf.array.reshape(-1)
        name = names.pop() if len(names) == 1 else _WIDE[kind]
        return Values(flat.reshape(shape), name, literal=True)

    def walk(self, value: Any, depth: int) -> tuple[int, ...]:
        """Collect the leaves below a value and return its shape."""
        self.visited += 1
        if self.visited > MAX_ITEMS:
            raise UnreadableValue("type", f"has more than {MAX_ITEMS} items in its lists")
        children = items(value)
        if children is None:
            leaf = _leaf(value, "holds")
            self.entries += leaf.array.size
            if self.entries > MAX_ENTRIES:  # one large array many times over
                raise UnreadableValue(
                    "type", f"holds over {MAX_ENTRIES} entries, too many to compare"
                )
            self.leaves.append(leaf)
            return leaf.shape
        if depth == MAX_DEPTH:
            raise UnreadableValue("type", f"is nested deeper than {MAX_DEPTH}")
        inner: tuple[int, ...] = ()
        for place, child in enumerate(children):
            shape = self.walk(child, depth + 1)
            if place and shape != inner:
                raise UnreadableValue("shape", "holds items of unequal shapes, which make no array")
            inner = shape
        return (len(children), *inner)
