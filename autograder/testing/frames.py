"""The assertion about tables of pandas: columns, index, kinds of data, and entries, in this order."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

from autograder.model.wording import plural
from autograder.testing import compare
from autograder.testing.columns import NUMBERS, Column, Table, read_table, rounded, typed
from autograder.testing.message import capital, explain, explain_roughly, name_for_hidden
from autograder.testing.mismatch import Kind, Mismatch, Shown
from autograder.testing.pattern import find
from autograder.testing.recording import measured, ratio_of
from autograder.testing.remedies import advice, named, none
from autograder.testing.values import UnreadableValue, Values, read, type_name
from autograder.wire import WireError, is_table

_SHOWN: Final = 5


def assert_frame_close(
    actual: Any,
    expected: Any,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    check_dtype: bool = True,
    index: bool = True,
    column_order: bool = True,
    what: str = "the result",
) -> None:
    """Assert that a student's DataFrame or Series is the expected one.

    The checks, in this order: whether it is such a table, its columns, their order, the number of rows, the
    index, the kind of data in each column, the entries. Numbers are compared as `assert_close` does;
    text, categories, dates and durations must be equal. Kinds are booleans, integers, floating-point
    numbers, complex numbers, text, categories, dates, durations and objects of several kinds; the width of
    a dtype and how text is stored are not judged. An entry that is missing (NaN, None, NaT, NA) equals
    one that is missing. The name of a Series and the names of an index are not judged.

    Args:
        actual: what the student returned; anything.
        expected: a DataFrame or a Series.
        rtol: allowed relative difference of numbers; by default as for `assert_close`.
        atol: allowed absolute difference, likewise.
        check_dtype: False to accept any kind of numbers for numbers, and categories for text.
        index: whether the labels of the rows are judged.
        column_order: whether the order of the columns is judged.
        what: the name of what is compared, for the message.

    Raises:
        Mismatch: the tables differ; the detail says in which column and row.
        ValueError: one tolerance without the other, or one that is negative or not finite.
        TypeError: ``expected`` is not a table, or contains something that is not data.
    """
    tolerance = compare.tolerance_of(rtol, atol)
    if not is_table(type(expected)):
        raise TypeError(
            f"the expected value is a `{type_name(expected)}`, not a DataFrame or Series"
        )
    try:
        right = read_table(expected)
    except WireError as fault:
        raise TypeError(f"the expected value is {fault}") from None
    came = _students(actual, right, what)
    judge = _Judge(came, right, what)
    judge.columns(ordered=column_order)
    judge.rows(labels=index)
    judge.entries(tolerance, check_dtype=check_dtype)


class _Judge:
    """Two tables, held against one another; every fault raises a `Mismatch`."""

    def __init__(self, came: Table, right: Table, what: str) -> None:
        self._came = came
        self._right = right
        self._what = what
        self._pairs = list(zip(came.columns, right.columns, strict=False))

    def columns(self, *, ordered: bool) -> None:
        """Judge which columns there are, and their order."""
        mine, right = self._came.labels, self._right.labels
        if mine is None or right is None:
            return
        missing = [label for label in right if mine.count(label) < right.count(label)]
        extra = [label for label in mine if right.count(label) < mine.count(label)]
        if missing:
            text = f"missing {_listed(missing, 'column')}"
            hint = "".join(_misspelt(missing, extra))
            also = f"; unexpected {_listed(extra, 'column')}" if extra else ""
            self._fail("shape", f"{text}{also}.{hint}", f"{text}.")
        if extra:
            many = "column" if len(set(extra)) == 1 else "columns"
            self._fail("shape", f"unexpected {_listed(extra, 'column')}.", f"unexpected {many}.")
        if mine != right:
            if ordered:
                wanted = f"expected {_row_of(right)}."
                text = f"the columns are in another order: yours {_row_of(mine)}; {wanted}"
                self._fail("shape", text, f"the columns are in another order; {wanted}")
            places = [mine.index(label) for label in right]
            self._pairs = [
                (self._came.columns[place], column)
                for place, column in zip(places, self._right.columns, strict=True)
            ]

    def rows(self, *, labels: bool) -> None:
        """Judge the number of rows and their labels."""
        if self._came.height != self._right.height:
            wanted = f"expected {self._right.height}."
            text = f"yours has {_count(self._came.height, 'row')}, {wanted}"
            self._fail("shape", text, f"yours has more or fewer rows, {wanted}")
        mine, right = self._came.rows, self._right.rows
        if not labels or mine == right:
            return
        if sorted(map(repr, mine)) == sorted(map(repr, right)):
            wanted = f"expected {_row_of(right)}."
            text = f"the rows are in another order: yours {_row_of(mine)}; {wanted}"
            self._fail("value", text, f"the rows are in another order; {wanted}", "reordered")
        place = next(i for i, pair in enumerate(zip(mine, right, strict=True)) if _unlike(*pair))
        wanted = f"expected {typed(right[place])}."
        text = f"the index differs, first in row {place}: yours {typed(mine[place])}, {wanted}"
        if self._came.counted:
            text += " Yours only numbers the rows: is `set_index` missing, or is there an extra "
            text += "`reset_index`?"
        if self._right.counted:
            text += " The rows should only be numbered: is `reset_index(drop=True)` missing?"
        self._fail("value", text, f"the index differs, first in row {place}: {wanted}")

    def entries(self, tolerance: compare.Tolerance | None, *, check_dtype: bool) -> None:
        """Judge what the columns hold, then each entry."""
        labels = self._right.labels or [None]
        named_pairs = list(zip(labels, self._pairs, strict=True))
        for label, (mine, right) in named_pairs:
            if not _same_kind(mine, right, check_dtype=check_dtype):
                wanted = f"expected {right.kind} ({right.dtype})."
                text = f"yours holds {mine.kind} ({mine.dtype}), {wanted}"
                self._fail("dtype", text, f"yours holds {mine.kind}, {wanted}", label=label)
        if self._is_reordered():
            self._fail("value", _REORDERED, _REORDERED, "reordered")
        for label, (mine, right) in named_pairs:
            if mine.numbers is not None and right.numbers is not None:
                self._numbers(label, mine, right, tolerance)
            else:
                self._words(label, mine, right)

    def _numbers(
        self,
        label: Any,
        mine: Column,
        right: Column,
        tolerance: compare.Tolerance | None,
    ) -> None:
        came, wanted = (_values(column) for column in (mine, right))
        comparison = compare.compare(came, wanted, tolerance=tolerance, check_dtype=False)
        measuring = measured(ratio_of(comparison))
        if comparison.fault is None or (measuring and comparison.fault == "value"):
            return
        found = find(comparison)
        what, rough = (
            _column_of(label, name) for name in (self._what, name_for_hidden(self._what))
        )
        worst = comparison.worst(1)[0][0] if comparison.wrong.size else 0
        note = "" if self._right.counted else f"Row {worst} is {typed(self._right.rows[worst])}."
        raise Mismatch(
            comparison.fault,
            _noted(explain(comparison, what, "", found.text if found else ""), note),
            found.shown if found else None,
            _noted(explain_roughly(comparison, rough, "", found.rough if found else ""), note),
        )

    def _words(self, label: Any, mine: Column, right: Column) -> None:
        wrong = [
            i for i, (a, b) in enumerate(zip(mine.entries, right.entries, strict=True)) if a != b
        ]
        measuring = measured(math.inf if wrong else 0.0)
        if not wrong or measuring:
            return
        first = wrong[0]
        count = f"{len(wrong)} of {_count(len(right.entries), 'entry', 'entries')}"
        verb = "is" if len(wrong) == 1 else "are"
        place = f"{count} {verb} wrong, first in {self._right.row(first)}: "
        wanted = f"expected {typed(right.entries[first])}."
        text = f"{place}yours {typed(mine.entries[first])}, {wanted}"
        self._fail("value", text, place + wanted, label=label)

    def _is_reordered(self) -> bool:
        """Whether the rows are the right ones in another order."""
        mine = list(zip(*(rounded(column) for column, _ in self._pairs), strict=True))
        right = list(zip(*(rounded(column) for _, column in self._pairs), strict=True))
        return mine != right and sorted(map(repr, mine)) == sorted(map(repr, right))

    def _fail(
        self, kind: Kind, text: str, rough: str, shown: Shown | None = None, label: Any = None
    ) -> None:
        measured(math.inf)
        names = (
            capital(_column_of(label, name)) for name in (self._what, name_for_hidden(self._what))
        )
        detail, diff = (f"{name}: {said}" for name, said in zip(names, (text, rough), strict=True))
        raise Mismatch(kind, detail, shown, diff)


_REORDERED: Final = "the rows are the right ones, but in another order. Is a sort missing?"


def _students(actual: Any, right: Table, what: str) -> Table:
    """A student's table, of the form that is expected."""
    name, rough = capital(what), capital(name_for_hidden(what))
    form = "DataFrame" if right.labels is not None else "Series"
    if actual is None:
        raise Mismatch("type", none(name), "nothing", none(rough))
    wanted = f"expected a pandas {form}"
    if not is_table(type(actual)):
        came = named(_what_it_is(actual))
        raise Mismatch("type", f"{name}: yours is {came}, {wanted}.", diff=f"{rough}: {wanted}.")
    try:
        table = read_table(actual)
    except WireError as fault:
        text = advice(str(fault)) or "."
        raise Mismatch(
            "type", f"{name}: yours is {fault}{text}", diff=f"{rough}: {wanted}."
        ) from None
    if (table.labels is None) is not (right.labels is None):
        other = "a Series" if table.labels is None else "a DataFrame"
        text = f"yours is {other}, {wanted}."
        raise Mismatch("type", f"{name}: {text}", diff=f"{rough}: {text}")
    return table


def _what_it_is(value: Any) -> str:
    try:
        values = read(value)
    except UnreadableValue as fault:
        return fault.text.removeprefix("is ").removeprefix("holds ")
    if not values.shape:
        return "a single number"
    return f"an array of shape {values.shape}"


def _same_kind(mine: Column, right: Column, *, check_dtype: bool) -> bool:
    if mine.kind == right.kind or not len(right.entries):
        return True
    if check_dtype:
        return False
    words = {"text", "categories"}
    return {mine.kind, right.kind} <= set(NUMBERS) or {mine.kind, right.kind} <= words


def _values(column: Column) -> Values:
    """The numbers of a column, with the dtype by whose precision they are judged."""
    numbers = np.zeros(0) if column.numbers is None else column.numbers
    known = column.dtype.lower()
    return Values(numbers, known if known in compare.TOLERANCES else numbers.dtype.name)


def _unlike(one: Any, other: Any) -> bool:
    return type(one) is not type(other) or bool(one != other)


def _noted(text: str, note: str) -> str:
    """With a sentence before the table of values."""
    sentences, between, table = text.partition("\n\n")
    return f"{sentences} {note}{between}{table}" if note else text


def _column_of(label: Any, what: str) -> str:
    return what if label is None else f"column {typed(label)} of {what}"


def _listed(labels: Sequence[Any], noun: str) -> str:
    once = list(dict.fromkeys(labels))
    more = f" and {len(once) - _SHOWN} more" if len(once) > _SHOWN else ""
    shown = ", ".join(map(typed, once[:_SHOWN]))
    return f"{plural(len(once), noun)} {shown}{more}"


def _row_of(labels: Sequence[Any]) -> str:
    more = ", …" if len(labels) > _SHOWN else ""
    return ", ".join(map(typed, labels[:_SHOWN])) + more


def _misspelt(missing: Sequence[Any], extra: Sequence[Any]) -> Iterator[str]:
    """Which of the student's columns may be a misspelt one."""
    words = [label for label in extra if type(label) is str][:_SHOWN]
    for label in missing:
        if type(label) is str and (near := difflib.get_close_matches(label, words, 1)):
            yield f" You have {typed(near[0])}: is it meant to be {typed(label)}?"


def _count(count: int, noun: str, many: str = "") -> str:
    return f"{count} {plural(count, noun, many)}"
