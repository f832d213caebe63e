"""Where two values differ: as a whole, in a column of a table, or in a curve of a figure."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any

from autograder.testing.columns import read_table, typed
from autograder.testing.compare import Comparison, compare
from autograder.testing.figures import essence, figure_data
from autograder.testing.values import UnreadableValue, Values, read
from autograder.wire import WireError, is_table


@dataclass(frozen=True, slots=True)
class FirstDifference:
    """The first part in which two values differ, or the last one where they do not.

    Attributes:
        phrase: what goes before the numbers of a part, "a table whose column 'mean' is "; empty where the
            whole value is compared.
        rows: whether the numbers are those of rows.
        actual: the numbers of the student's value.
        right: those of the right one.
        comparison: of these.
    """

    phrase: str
    rows: bool
    actual: Values
    right: Values
    comparison: Comparison

    @property
    def fault(self) -> str | None:
        """The kind of difference, with the part in which it is; ``None`` where there is none."""
        return self.comparison.fault and self.phrase + self.comparison.fault


@dataclass(frozen=True, slots=True)
class _Part:
    phrase: str
    values: Values
    rows: bool = False


def difference(actual: Any, right: Any) -> FirstDifference | None:
    """Compare two values by their numbers, part by part.

    Numbers and arrays are their only part. Those of a table are the number of its rows and the columns
    that hold numbers, those of a figure its curves; what else a student's has is not looked at, nor are
    labels, which may be put in other words.

    Args:
        actual: the student's value, as data.
        right: the right one.

    Returns:
        ``None`` where they are not of one form, where a part of the right one is missing, or where there
        are no numbers.
    """
    mine, theirs = (dict(_parts(value)) for value in (actual, right))
    found = None
    for name, part in theirs.items():
        if name not in mine:
            return None
        values = mine[name].values
        comparison = compare(values, part.values)
        found = FirstDifference(part.phrase, part.rows, values, part.values, comparison)
        if comparison.fault is not None:
            return found
    return found


def _parts(value: Any) -> Iterator[tuple[Hashable, _Part]]:
    """The parts of a value by what tells them apart."""
    try:
        yield "", _Part("", read(value))
    except UnreadableValue:
        if is_table(type(value)):
            yield from _of_table(value)
        elif essence(value) is not None:
            yield from _of_figure(value)


def _of_table(value: Any) -> Iterator[tuple[Hashable, _Part]]:
    try:
        table = read_table(value)
    except WireError:
        return
    noun = "a Series" if table.labels is None else "a table"
    yield (noun,), _Part(f"{noun} whose number of rows is ", read(table.height))
    for label, column in zip(table.labels or [None], table.columns, strict=True):
        if column.numbers is not None:
            name = "that is " if table.labels is None else f"whose column {typed(label)} is "
            yield (noun, label), _Part(f"{noun} {name}", read(column.numbers), rows=True)


def _of_figure(value: Any) -> Iterator[tuple[Hashable, _Part]]:
    axes = figure_data(value).axes
    for number, pair in enumerate(axes, 1):
        where = f" of axes {number}" if len(axes) > 1 else ""
        of_kind = {"line": pair.lines, "set of points": pair.points, "set of bars": pair.bars}
        for noun, curves in of_kind.items():
            for place, curve in enumerate(curves, 1):
                key = number, noun, curve.label.strip().casefold() or place
                name = f"{noun} {typed(curve.label) if curve.label else place}{where}"
                for axis, numbers in (("x", curve.x), ("y", curve.y)):
                    phrase = f"a figure in which {axis} of the {name} is "
                    yield (*key, axis), _Part(phrase, read(numbers))
