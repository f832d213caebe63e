"""`assert_frame_close`: what counts as equal, and what is said of a difference."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from autograder.testing import Mismatch, assert_frame_close
from autograder.testing.recording import recording

RIGHT = pd.DataFrame({"city": ["a", "b", "c"], "mean": [1.0, 2.0, np.nan], "n": [1, 2, 3]})
LABELLED = RIGHT.set_index("city")


def missed(actual, expected=RIGHT, **options):
    with pytest.raises(Mismatch) as raised:
        assert_frame_close(actual, expected, **options)
    return raised.value


EQUAL = {
    "itself": RIGHT,
    "within the tolerance": RIGHT.assign(mean=RIGHT["mean"] * (1 + 1e-9)),
    "other widths": RIGHT.astype({"n": "int8", "mean": "float32"}),
    "text as objects": RIGHT.astype({"city": object}),
    "nullable integers": RIGHT.astype({"n": "Int64"}),
    "missing as None": RIGHT.assign(mean=pd.Series([1.0, 2.0, None], dtype=object)),
    "integers as objects": RIGHT.astype({"n": object}),
    "another name of the index": RIGHT.rename_axis("row"),
}


@pytest.mark.parametrize("actual", EQUAL.values(), ids=EQUAL)
def test_what_is_equal(actual):
    assert_frame_close(actual, RIGHT)


def test_a_series_is_compared_by_its_index_and_entries_not_by_its_name():
    assert_frame_close(LABELLED["n"].rename("other"), LABELLED["n"])
    assert missed(LABELLED["n"] + 1, LABELLED["n"]).kind == "value"


DIFFERENT = {
    "a list": ([1], "type", "yours is an array of shape (1,), expected a pandas DataFrame"),
    "a dict": ({}, "type", "yours is a `dict`, expected a pandas DataFrame"),
    "a series": (RIGHT["n"], "type", "yours is a Series, expected a pandas DataFrame"),
    "None": (None, "type", "Is a `return` missing?"),
    "a name in another case": (
        RIGHT.rename(columns={"mean": "Mean"}),
        "shape",
        "missing column 'mean'; unexpected column 'Mean'. You have 'Mean': is it meant to be 'mean'?",
    ),
    "a column more": (RIGHT.assign(x=1), "shape", "unexpected column 'x'"),
    "a column twice": (RIGHT[["city", "mean", "n", "n"]], "shape", "unexpected column 'n'"),
    "columns in another order": (
        RIGHT[["n", "city", "mean"]],
        "shape",
        "the columns are in another order: yours 'n', 'city', 'mean'; expected 'city', 'mean', 'n'",
    ),
    "a row less": (RIGHT.iloc[:2], "shape", "yours has 2 rows, expected 3"),
    "rows in another order": (
        RIGHT.iloc[::-1],
        "value",
        "the rows are in another order: yours 2, 1, 0",
    ),
    "numbered anew": (
        RIGHT.iloc[::-1].reset_index(drop=True),
        "value",
        "the rows are the right ones, but in another order",
    ),
    "a row's label": (RIGHT.set_axis([0, 1, 7]), "value", "first in row 2: yours 7, expected 2"),
    "floats": (
        RIGHT.astype({"n": float}),
        "dtype",
        "Column 'n' of the result: yours holds floating-point numbers (float64), expected integers (int64)",
    ),
    "text": (RIGHT.astype({"n": str}), "dtype", "yours holds text (str), expected integers"),
    "categories": (RIGHT.astype({"city": "category"}), "dtype", "yours holds categories"),
    "a number": (RIGHT.assign(n=[1, 2, 4]), "value", "Column 'n' of the result: "),
    "a missing number": (
        RIGHT.assign(mean=[1.0, 2.0, 3.0]),
        "nan",
        "Column 'mean' of the result: ",
    ),
    "a word": (
        RIGHT.assign(city=["a", "x", "c"]),
        "value",
        "Column 'city' of the result: 1 of 3 entries is wrong, first in row 1: yours 'x', expected 'b'",
    ),
}


@pytest.mark.parametrize(("actual", "kind", "words"), DIFFERENT.values(), ids=DIFFERENT)
def test_what_differs_is_said_with_its_column_and_row(actual, kind, words):
    found = missed(actual)
    assert found.kind == kind
    assert words in found.detail


def test_rows_are_called_by_their_labels():
    changed = LABELLED.assign(n=[1, 7, 3])
    assert "Row 1 is 'b'." in missed(changed, LABELLED).detail
    told = missed(LABELLED.reset_index(drop=True), LABELLED).detail
    assert "first in row 0: yours 0, expected 'a'. Yours only numbers the rows" in told


def test_numbers_are_explained_as_those_of_arrays_are():
    right = pd.DataFrame({"x": [1.0, 2.5, -3.0, 4.0, 7.0]})
    assert missed(-right, right).hint == "Every value has the opposite sign."


def test_of_a_hidden_case_nothing_is_told_that_a_submission_may_choose():
    chosen = "8675309"
    for actual in (
        RIGHT.rename(columns={"mean": chosen}),
        RIGHT.assign(**{chosen: 1}),
        RIGHT.assign(city=["a", chosen, "c"]),
        RIGHT.set_axis([0, 1, int(chosen)]),
        RIGHT.set_axis([chosen, "b", "c"], axis=1),
    ):
        found = missed(actual)
        assert chosen in found.detail
        assert chosen not in found.public + found.hint + found.diff


def test_what_need_not_be_judged():
    assert_frame_close(RIGHT[["n", "city", "mean"]], RIGHT, column_order=False)
    assert_frame_close(RIGHT.set_axis([5, 6, 7]), RIGHT, index=False)
    assert_frame_close(RIGHT.astype({"n": float, "city": "category"}), RIGHT, check_dtype=False)
    assert missed(RIGHT.astype({"n": str}), check_dtype=False).kind == "dtype"
    assert_frame_close(RIGHT.assign(n=[1, 2, 4]), RIGHT, rtol=0.5, atol=0)


def test_dates_durations_and_levels():
    days = pd.DataFrame({"day": pd.to_datetime(["2024-01-01", None])})
    assert_frame_close(days.astype("datetime64[s]"), days)
    assert (
        "expected '2024-01-01T00:00:00.000000000'"
        in missed(days + pd.Timedelta(days=1), days).detail
    )
    levels = RIGHT.set_index(["city", "n"])
    assert_frame_close(levels.copy(), levels)
    assert "('b', 2)" in missed(levels.iloc[[1, 0, 2]], levels).detail


def test_a_recording_measures_the_greatest_difference_and_goes_on():
    right = pd.DataFrame({"x": [1.0], "y": [1.0]})
    with recording() as ratios:
        assert_frame_close(pd.DataFrame({"x": [1.5], "y": [1.0]}), right, rtol=0.1, atol=0)
        with pytest.raises(Mismatch):
            assert_frame_close(right, RIGHT)
    assert ratios == [pytest.approx(5.0), 0.0, np.inf]


def test_a_huge_table_is_refused_before_it_is_listed():
    begin = time.process_time()
    huge = pd.DataFrame({"x": np.zeros(8_000_000, np.int8)})
    assert (
        "yours has 8000000 rows, expected 3"
        in missed(huge, RIGHT[["n"]].set_axis(["x"], axis=1)).detail
    )
    assert time.process_time() - begin < 2


def test_an_expected_value_that_is_no_table_is_the_authors_mistake():
    with pytest.raises(TypeError, match="not a DataFrame or Series"):
        assert_frame_close(RIGHT, {"a": [1]})
    with pytest.raises(TypeError, match="an entry of type list"):
        assert_frame_close(RIGHT, pd.DataFrame({"a": [[1]]}))


class Lying(pd.DataFrame):
    @property
    def dtypes(self):
        return pd.Series({"city": "object", "mean": "float64", "n": "int64"})

    def __eq__(self, other):
        return True

    def equals(self, other):
        return True


def test_a_subclass_that_lies_is_read_by_its_data():
    assert_frame_close(Lying(RIGHT), RIGHT)
    assert missed(Lying(RIGHT.assign(n=["1", "2", "3"]))).kind == "dtype"
