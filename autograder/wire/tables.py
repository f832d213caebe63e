"""Tables of pandas as plain data, and back; pandas is imported where a table comes, and not before.

    table  = {"table": "frame" | "series", "index": axis, "columns": axis | None, "name": label,
              "data": [column…]}
    axis   = [[label…], [column…]]           names and values of its levels, one but for a MultiIndex
    column = ["numbers", array] | ["text", dtype, [string or None…]] | ["objects", [cell…]]
           | ["times", dtype, array of int64] | ["nullable", dtype, array, mask]
           | ["categories", codes, column, ordered]
    label  = None, a truth value, a number, a string, or a tuple of these
    cell   = the same without tuples; integers have at most 64 bits

A table may be of a student's own class, and its columns of array classes of theirs: what pandas stores is
read, and only arrays that are pandas' or numpy's own.
"""

from __future__ import annotations

import importlib
import math
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from autograder.wire.caps import MAX_DICT, MAX_FRAME, MAX_NODES, WireError

PANDAS: Final = "pandas"
MAX_ROWS: Final = MAX_FRAME // 8
MAX_HASHED: Final = 5_000  # entries that pandas hashes: with one hash, they take the square of it
_NUMBERS: Final = "biufc"
_TIMES: Final = frozenset(
    f"{kind}[{unit}]" for kind in ("datetime64", "timedelta64") for unit in ("s", "ms", "us", "ns")
)
_NULLABLE: Final = {
    "boolean": "BooleanArray",
    **{f"{sign}Int{bits}": "IntegerArray" for sign in ("", "U") for bits in (8, 16, 32, 64)},
    **{f"Float{bits}": "FloatingArray" for bits in (32, 64)},
}
_INDEXES: Final = ("Index", "RangeIndex", "DatetimeIndex", "TimedeltaIndex", "CategoricalIndex")
_LONG: Final = 1 << 63
_LARGE_INDEX: Final = "a table with an index of too many entries"

Plain = dict[str, Any]


def is_table(kind: type) -> bool:
    """Whether values of a type are tables; pandas is not imported for the question."""
    pandas = sys.modules.get(PANDAS)
    frame, series = getattr(pandas, "DataFrame", None), getattr(pandas, "Series", None)
    return frame is not None and series is not None and issubclass(kind, (frame, series))


def plain_table(value: Any) -> Plain:
    """A table as plain data.

    Args:
        value: of a type of which `is_table` is true.

    Raises:
        WireError: the table holds what is not data, or too much of it.
    """
    pandas = sys.modules[PANDAS]
    if len(value.index) > MAX_ROWS:
        raise WireError(f"a table of more than {MAX_ROWS:,} rows")
    if issubclass(type(value), pandas.Series):
        series = pandas.Series(value)
        data = [_column(series.array)]
        return _table("series", _axis(series.index), None, _label(series.name), data)
    frame = pandas.DataFrame(value)
    if frame.shape[1] > MAX_DICT:
        raise WireError(f"a table of more than {MAX_DICT:,} columns")
    data = [_column(frame.iloc[:, place].array) for place in range(frame.shape[1])]
    return _table("frame", _axis(frame.index), _axis(frame.columns), None, data)


def table_from_plain(plain: Any) -> Any:
    """The table that plain data describe; any data are safe to read.

    Raises:
        WireError: they describe none, or pandas is not installed.
        Exception: likewise, where pandas says so.
    """
    try:
        pandas = importlib.import_module(PANDAS)
    except ImportError:
        raise WireError("a table, where pandas is not installed") from None
    form, columns, data = plain["table"], plain["columns"], plain["data"]
    index = _index(pandas, plain["index"])
    arrays = [_array(pandas, column) for column in data]
    if any(len(array) != len(index) for array in arrays):
        raise WireError("a table with columns of unequal lengths")
    if form == "series":
        (array,) = arrays
        return pandas.Series(array, index=index, name=_checked_label(plain["name"]))
    labels = _index(pandas, columns)
    if form != "frame" or len(labels) != len(arrays) or len(labels) > MAX_DICT:
        raise WireError("a malformed table")
    frame = pandas.DataFrame(dict(enumerate(arrays)), index=index)
    frame.columns = labels
    return frame


def _table(form: str, index: Any, columns: Any, name: Any, data: list[Any]) -> Plain:
    return {"table": form, "index": index, "columns": columns, "name": name, "data": data}


def _axis(index: Any) -> list[Any]:
    pandas = sys.modules[PANDAS]
    if type(index) is pandas.MultiIndex:
        if len(index) * index.nlevels > MAX_NODES:
            raise WireError(_LARGE_INDEX)
        levels = [index.get_level_values(level) for level in range(index.nlevels)]
    elif any(type(index) is getattr(pandas, name) for name in _INDEXES):
        levels = [index]
    else:
        raise WireError(f"a table whose index is of type {_type(index)}")
    return [[_label(name) for name in index.names], [_column(level.array) for level in levels]]


def _column(array: Any) -> list[Any]:
    """A pandas array as plain data; what it is, its type says."""
    pandas = sys.modules[PANDAS]
    arrays = pandas.arrays
    kind = type(array)
    if kind is arrays.NumpyExtensionArray:
        values = np.asarray(array.to_numpy())
        if values.dtype.kind in _NUMBERS:
            return ["numbers", values]
        if values.dtype == object:
            return ["objects", [_cell(item) for item in _few(values)]]
        raise WireError(f"a table with a column of dtype {values.dtype.kind}")
    if kind in (arrays.DatetimeArray, arrays.TimedeltaArray) and str(array.dtype) in _TIMES:
        return ["times", str(array.dtype), np.asarray(array).view(np.int64)]
    if kind is pandas.Categorical:
        _check_categories("text" if _is_text(pandas, array.categories) else "", array.categories)
        codes = np.asarray(array.codes, np.int64)
        return ["categories", codes, _column(array.categories.array), bool(array.ordered)]
    if isinstance(array.dtype, pandas.StringDtype):
        dtype = "string" if array.dtype.na_value is pandas.NA else "str"
        cells = [_cell(item) for item in _few(array.to_numpy(object))]
        return ["text", dtype, [cell if type(cell) is str else None for cell in cells]]
    name = str(array.dtype)
    if name in _NULLABLE and kind is getattr(arrays, _NULLABLE[name]):
        return ["nullable", name, np.asarray(array._data), np.asarray(array._mask)]
    raise WireError(f"a table with a column of type {_type(array)}")


def _check_categories(tag: str, categories: Any) -> None:
    """Refuse so many categories that hashing them may take a time that is quadratic in their number."""
    if tag != "text" and len(categories) > MAX_HASHED:
        raise WireError(f"a table with a column of more than {MAX_HASHED:,} categories")


def _few(values: Any) -> list[Any]:
    if len(values) > MAX_NODES:
        raise WireError(f"more than {MAX_NODES:,} items")
    listed: list[Any] = values.tolist()
    return listed


def _cell(item: Any) -> Any:
    """An entry of a column of objects; whatever is missing is None."""
    pandas = sys.modules[PANDAS]
    if item is None or item is pandas.NA or item is pandas.NaT:
        return None
    kind = type(item)
    if issubclass(kind, np.generic):
        item = np.generic.item(item)
        kind = type(item)
    if kind is bool or kind is float:
        return item
    if kind is int and -_LONG <= item < _LONG:
        return item
    if kind is int:
        raise WireError("a table with an integer of more than 64 bits")
    if issubclass(kind, str):
        return str.__str__(item)
    raise WireError(f"a table with an entry of type {_type(item)}")


def _label(name: Any) -> Any:
    return tuple(_cell(item) for item in name) if type(name) is tuple else _cell(name)


def _type(value: Any) -> str:
    name = str.__str__(type.__dict__["__name__"].__get__(type(value)))
    return "".join(filter(str.isprintable, name[:60]))


def _index(pandas: Any, axis: Any) -> Any:
    names, levels = axis
    arrays = [_array(pandas, column) for column in levels]
    labels = [_checked_label(name) for name in names]
    if not arrays or len(labels) != len(arrays):
        raise WireError("a malformed table")
    if len({len(array) for array in arrays}) > 1 or len(arrays[0]) > MAX_ROWS:
        raise WireError("a malformed table")
    if len(arrays) == 1:
        return pandas.Index(arrays[0], name=labels[0])
    if len(arrays) * len(arrays[0]) > MAX_NODES:
        raise WireError(_LARGE_INDEX)
    levels, codes = zip(*(_level(pandas, array) for array in arrays), strict=True)
    return pandas.MultiIndex(levels, codes, names=labels, verify_integrity=False)


def _level(pandas: Any, array: Any) -> tuple[Any, Any]:
    """The distinct entries of a level, and the place of each entry among them; -1 where it is missing.

    Numbers are sorted: pandas would hash them, by a function for which the sender can make collisions.
    """
    if type(array) is not np.ndarray or array.dtype == object:
        if not _is_text(pandas, array) and len(array) > MAX_HASHED:
            raise WireError(_LARGE_INDEX)
        codes, distinct = pandas.factorize(array)
        return pandas.Index(distinct), codes
    distinct, codes = np.unique(array, return_inverse=True)
    known = distinct == distinct  # all but NaN and NaT
    return pandas.Index(distinct[known]), np.where(known[codes], codes, -1)


def _is_text(pandas: Any, array: Any) -> bool:
    """Whether an array holds only strings: Python hashes these with a secret."""
    return isinstance(array.dtype, pandas.StringDtype)


def _array(pandas: Any, column: Any) -> Any:
    """The array of a column that somebody described."""
    tag, *rest = column
    return _MAKERS[tag](pandas, *rest)


def _numbers(_pandas: Any, array: Any) -> Any:
    return _flat(array, _NUMBERS)


def _text(pandas: Any, dtype: str, cells: Sequence[Any]) -> Any:
    if any(cell is not None and type(cell) is not str for cell in cells):
        raise WireError("a malformed table")
    if dtype == "string":
        return pandas.array(cells, dtype=pandas.StringDtype())
    try:
        kind = pandas.StringDtype(na_value=math.nan)
    except TypeError:  # before pandas 3 a column of strings was one of objects
        return _object_array(cells)
    return pandas.array(cells, dtype=kind)


def _objects(_pandas: Any, cells: Sequence[Any]) -> Any:
    return _object_array([_checked(cell) for cell in cells])


def _object_array(cells: Sequence[Any]) -> Any:
    array = np.empty(len(cells), object)
    array[:] = cells
    return array


def _times(_pandas: Any, dtype: str, array: Any) -> Any:
    if dtype not in _TIMES or array.dtype != np.int64:
        raise WireError("a malformed table")
    return _flat(array, "i").view(dtype)


def _nullable(pandas: Any, dtype: str, array: Any, mask: Any) -> Any:
    if _flat(mask, "b").shape != _flat(array, "biuf").shape:
        raise WireError("a malformed table")
    made = getattr(pandas.arrays, _NULLABLE[dtype])(array, mask)
    if str(made.dtype) != dtype:
        raise WireError("a malformed table")
    return made


def _categories(pandas: Any, codes: Any, column: Any, ordered: bool) -> Any:
    if column[0] == "categories" or type(ordered) is not bool:
        raise WireError("a malformed table")
    _check_categories(column[0], known := _array(pandas, column))
    categories = pandas.Index(known)
    return pandas.Categorical.from_codes(_flat(codes, "i"), categories=categories, ordered=ordered)


_MAKERS: Final[dict[str, Callable[..., Any]]] = {
    "numbers": _numbers,
    "text": _text,
    "objects": _objects,
    "times": _times,
    "nullable": _nullable,
    "categories": _categories,
}


def _flat(array: Any, kinds: str) -> Any:
    if type(array) is not np.ndarray or array.ndim != 1 or array.dtype.kind not in kinds:
        raise WireError("a malformed table")
    return array


def _checked(cell: Any) -> Any:
    kind = type(cell)
    if cell is None or kind in (bool, float, str) or (kind is int and -_LONG <= cell < _LONG):
        return cell
    raise WireError("a malformed table")


def _checked_label(name: Any) -> Any:
    return tuple(_checked(item) for item in name) if type(name) is tuple else _checked(name)
