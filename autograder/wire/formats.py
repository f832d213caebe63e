"""How numbers lie in a buffer, and the one form of NaN and of zero that is let in."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

# How elements lie in a buffer. A bool comes as a byte, which may be neither 0 nor 1; a bfloat16,
# which numpy does not have, as its bits.
_LAYOUTS: Final = {
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
FORMATS: Final = {name: np.dtype(layout) for name, layout in _LAYOUTS.items()}
SIZES: Final = {name: layout.itemsize for name, layout in FORMATS.items()}

# The real numbers that a floating format is made of; those of bfloat16 are bits to numpy.
REALS: Final[dict[str, np.dtype[Any]]] = {
    "float16": np.dtype("float16"),
    "bfloat16": np.dtype("uint16"),
    "float32": np.dtype("float32"),
    "complex64": np.dtype("float32"),
    "float64": np.dtype("float64"),
    "complex128": np.dtype("float64"),
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
    numbers = array.reshape(-1).view(REALS[name])
    canonical = _make_bits_canonical if name == "bfloat16" else _make_reals_canonical
    for start in range(0, numbers.size, _CHUNK):
        canonical(numbers[start : start + _CHUNK])


def _make_reals_canonical(numbers: np.ndarray[Any, Any]) -> None:
    missing = np.isnan(numbers)
    if missing.any():
        numbers[missing] = np.nan
    numbers += 0.0  # -0.0 + 0.0 is 0.0


def _make_bits_canonical(bits: np.ndarray[Any, Any]) -> None:
    magnitude = bits & 0x7FFF
    bits[magnitude == 0] = 0
    bits[magnitude > 0x7F80] = 0x7FC0  # beyond infinity
