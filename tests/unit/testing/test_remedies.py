"""What to return instead of a value that the grader cannot read."""

import array
import collections
import decimal
import fractions

import numpy as np
import pytest
import torch

from autograder.testing import Mismatch, assert_close


def series():
    """A value of the class that pandas calls so; pandas itself is not needed to be told apart."""
    return type("Series", (), {})()


@pytest.mark.parametrize(
    ("value", "what", "instead"),
    [
        (type("DataFrame", (), {})(), "a `DataFrame`", "`.to_numpy()`"),
        (series(), "a `Series`", "`.to_numpy()`"),
        ((number for number in [1]), "a `generator`", "`list(...)`"),
        (map(abs, [1]), "a `map`", "`list(...)`"),
        ({1: 2}.values(), "a `dict_values`", "`list(...)`"),
        (collections.deque([1.0]), "a `deque`", "`list(...)`"),
        ({1.0}, "a `set`", "`sorted(...)`"),
        (torch.eye(2).to_sparse(), "a sparse tensor", "`.to_dense()`"),
        (torch.eye(3).to_sparse(1), "a sparse tensor", "`.to_dense()`"),
        ([torch.eye(2).to_sparse()], "a sparse tensor", "`.to_dense()`"),
        (torch.empty(2, device="meta"), "a tensor on the device meta", "`.cpu()`"),
        (np.ma.array([1.0]), "a masked array", "`.filled(...)`"),
        (np.array([[1], [1, 2]], dtype=object), "dtype object", "unequal lengths"),
        ([[1.0], [1.0, 2.0]], "items of unequal shapes", "equally long"),
        (fractions.Fraction(1, 2), "a `Fraction`", "`float(...)`"),
        (decimal.Decimal(1), "a `Decimal`", "`float(...)`"),
        (array.array("d", [1.0]), "an `array`", "`np.asarray(...)`"),
        (len, "a `builtin_function_or_method`", "parentheses of a call"),
        (series, "a `function`", "parentheses of a call"),
        (..., "an `ellipsis`", "still to be filled in"),
    ],
)
def test_what_a_value_is_and_what_to_return_instead(value, what, instead):
    with pytest.raises(Mismatch) as found:
        assert_close(value, np.eye(2), what="the mean")
    said = found.value.detail
    assert said.startswith("The mean: yours ")
    assert what in said
    assert instead in said.partition(". ")[2]
    assert what not in found.value.diff, "a type's name is the submission's to choose"


def test_other_values_are_told_what_is_expected():
    with pytest.raises(Mismatch) as found:
        assert_close(object(), 1.0)
    assert found.value.detail == (
        "The result: yours is an `object`, expected numbers "
        "(a tensor, an array, a number or nested lists)."
    )
