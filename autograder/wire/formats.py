"""How numbers lie in a buffer, and the one form of NaN and of zero that is let in."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

# How elements lie in a buffer. A bool comes as a byte, which may be neither 0 nor 1; a bfloat16,
# which numpy does not have, as its bits.
FORMATS: Final = {
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
SIZES: Final = {name: np.dtype(layout).itemsize for name, layout in FORMATS.items()}

# Of each floating format: the integer that holds one real number, and as its bits infinity and the
# one NaN that is let in.
BITS: Final[dict[str, tuple[type[np.unsignedinteger[Any]], int, int]]] = {
    "float16": (np.uint16, 0x7C00, 0x7E00),
    "bfloat16": (np.uint16, 0x7F80, 0x7FC0),
    "float32": (np.uint32, 0x7F80_0000, 0x7FC0_0000),
    "complex64": (np.uint32, 0x7F80_0000, 0x7FC0_0000),
    "float64": (np.uint64, 0x7FF0_0000_0000_0000, 0x7FF8_0000_0000_0000),
    "complex128": (np.uint64, 0x7FF0_0000_0000_0000, 0x7FF8_0000_0000_0000),
}
NATIVE: Final = {name: np.dtype("int16" if name == "bfloat16" else name) for name in FORMATS}
_CHUNK: Final = 1 << 15  # elements made canonical at once: the masks stay in the cache

# Numpy's own number of a dtype, which no student can change: `l` and `q` are both int64 on Linux.
DTYPES: Final = {np.dtype(code).num: np.dtype(code).name for code in "?bBhHiIlLqQefdFD"}
_KINDS: Final = {
    "O": "object",
    "S": "bytes",
    "T": "StringDType",
    "U": "str",
    "V": "void (structured)",
    "M": "datetime64",
    "m": "timedelta64",
}


def dtype_name(dtype: np.dtype[Any]) -> str:
    """A dtype's name; numpy's own `dtype.name` asks a structured dtype's class for it."""
    if dtype.kind in "fc":
        return f"{'float' if dtype.kind == 'f' else 'complex'}{8 * dtype.itemsize}"
    return _KINDS.get(dtype.kind, "unknown")


def make_canonical(array: np.ndarray[Any, Any], name: str) -> None:
    """Give every NaN of a C-contiguous array the same bits, and every zero a plus sign."""
    unsigned, infinity, nan = BITS[name]
    bits = array.reshape(-1).view(unsigned)
    unsign = ~unsigned(0) >> unsigned(1)
    for start in range(0, bits.size, _CHUNK):
        chunk = bits[start : start + _CHUNK]
        magnitude = chunk & unsign
        chunk[magnitude == 0] = 0
        chunk[magnitude > infinity] = nan
