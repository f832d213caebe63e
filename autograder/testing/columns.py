"""Tables of pandas freed from pandas: labels, kinds of data, numbers and entries."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from autograder.testing.values import read
from autograder.wire import WireError, plain_table

NUMBERS: Final = ("booleans", "integers", "floating-point numbers", "complex numbers")
_CUT: Final = 40
_DIGITS: Final = 6


@dataclass(frozen=True, eq=False)
class Column:
    """One column, freed from pandas.

    Attributes:
        kind: what it holds, in words.
        dtype: as pandas calls it.
        numbers: where it holds numbers; NaN where one is missing.
        make: lists its entries; a table may have millions, of which nothing is asked.
    """

    kind: str
    dtype: str
    numbers: NDArray[Any] | None
    make: Callable[[], Sequence[Any]]

    @cached_property
    def entries(self) -> Sequence[Any]:
        """What is typed for each entry; None where one is missing."""
        return self.make()


@dataclass(frozen=True, eq=False)
class Table:
    """A table, freed from pandas.

    Attributes:
        labels: of the columns; ``None`` for a Series.
        height: the number of rows.
        columns: the data.
        index: the levels of the index.
    """

    labels: list[Any] | None
    height: int
    columns: list[Column]
    index: list[Column]

    @cached_property
    def rows(self) -> list[Any]:
        """The label of each row."""
        return _labels(self.index)

    @cached_property
    def counted(self) -> bool:
        """Whether the rows are only numbered from 0."""
        return self.rows == list(range(self.height))

    def row(self, place: int) -> str:
        """A row in words: its place, and its label where that says more."""
        return f"row {place}" + ("" if self.counted else f" ({typed(self.rows[place])})")


def read_table(value: Any) -> Table:
    """Read a DataFrame or a Series.

    Raises:
        WireError: it holds what is not data, or too much of it.
    """
    plain = plain_table(value)
    columns, index = ([*map(_column, one)] for one in (plain["data"], plain["index"][1]))
    labels = plain["columns"] and _labels([*map(_column, plain["columns"][1])])
    return Table(labels, len(value.index), columns, index)


def _labels(levels: Sequence[Column]) -> list[Any]:
    """The labels of an axis, tuples where it has levels."""
    if len(levels) == 1:
        return list(levels[0].entries)
    return list(zip(*(level.entries for level in levels), strict=True))


def _column(plain: Sequence[Any]) -> Column:
    tag, *rest = plain
    match tag:
        case "numbers":
            return _numeric(rest[0], rest[0].dtype.name)
        case "nullable":
            dtype, array, mask = rest
            whole = np.where(mask, np.nan, array) if mask.any() else array
            return _numeric(whole, dtype, array.dtype)
        case "times":
            return _times(*rest)
        case "categories":
            codes, categories, _ordered = rest
            known = [*_column(categories).entries, None]  # a code of -1 is a missing entry
            return Column(
                "categories", "category", None, lambda: [known[i] for i in codes.tolist()]
            )
        case "text":
            return Column("text", rest[0], None, lambda: rest[1])
    return _objects(rest[0])


def _times(dtype: str, array: NDArray[Any]) -> Column:
    kind = "dates" if dtype.startswith("datetime") else "durations"

    def entries() -> list[Any]:
        fine = array.view(dtype).astype(f"{dtype.partition('[')[0]}[ns]")
        return [None if np.isnat(one) else str(one) for one in fine]

    return Column(kind, dtype, None, entries)


def _numeric(array: NDArray[Any], dtype: str, narrow: Any = None) -> Column:
    numbers = read(array).array
    kind = read(np.empty(0, narrow or array.dtype)).kind
    words = dict(zip(("bool", "integer", "float", "complex"), NUMBERS, strict=True))[kind]

    def entries() -> list[Any]:
        return [None if number != number else number for number in numbers.tolist()]

    return Column(words, dtype, numbers, entries)


def _objects(raw: Sequence[Any]) -> Column:
    """A column of objects: what they are, if they are all of a kind; numbers are compared as such."""
    cells = [None if cell != cell else cell for cell in raw]
    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds <= {str}:
        return Column("text", "object", None, lambda: cells)
    if len(kinds) > 1 and kinds != {int, float}:
        return Column("objects of several kinds", "object", None, lambda: cells)
    kind = bool if kinds == {bool} else int if kinds == {int} else float
    numbers = [math.nan if cell is None else cell for cell in cells]
    column = _numeric(np.array(numbers, float if None in cells else kind), "object")
    words = NUMBERS[(bool, int, float).index(kind)]
    return Column(words, "object", column.numbers, column.make)


def rounded(column: Column) -> list[Any]:
    """The entries, numbers in six digits: what tells whether two columns are about the same."""
    if column.numbers is None:
        return list(column.entries)
    return [f"{number:.{_DIGITS}g}" for number in column.numbers.tolist()]


def typed(entry: Any) -> str:
    """An entry or a label as it is typed, cut."""
    text = "missing" if entry is None else repr(entry).replace("`", "'")
    return text if len(text) <= _CUT else text[: _CUT - 1] + "…"


def equal_tables(one: Any, other: Any, same: Callable[[Any, Any], bool]) -> bool:
    """Whether two tables have the same columns, rows and entries, whatever the order of judgement.

    Args:
        one: a table.
        other: likewise.
        same: whether two arrays of numbers are the same.
    """
    try:
        left, right = read_table(one), read_table(other)
    except WireError:
        return False
    if (left.labels, left.height) != (right.labels, right.height) or left.rows != right.rows:
        return False
    return all(
        a.kind == b.kind
        and (
            a.entries == b.entries
            if a.numbers is None or b.numbers is None
            else same(a.numbers, b.numbers)
        )
        for a, b in zip(left.columns, right.columns, strict=True)
    )
