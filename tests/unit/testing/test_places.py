"""Where wrong entries are: named if that is exact, and only then."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as hnp

from autograder.testing import Mismatch, assert_close
from autograder.testing.places import place_of


def mask(shape, *places):
    wrong = np.zeros(shape, bool)
    for place in places:
        wrong[place] = True
    return wrong


ALL = slice(None)
EYE = np.eye(5, dtype=bool)
ABOVE = np.triu(np.ones((5, 5), bool), 1)
PLACES = {
    "the last column": mask((4, 3), (ALL, -1)),
    "the first row": mask((4, 3), 0),
    "all rows but the first": ~mask((4, 3), 0),
    "all entries but the last": ~mask(9, -1),
    "rows 2 and 3": mask((6, 3), 2, 3),
    "row 2": mask((6, 3), 2),
    "all columns but 1 and 4": ~mask((3, 9), (ALL, 1), (ALL, 4)),
    "columns 1, 2 and 5": mask((3, 9), (ALL, 1), (ALL, 2), (ALL, 5)),
    "entries 5 to 14": mask(20, slice(5, 15)),
    "the entries of odd index": mask(20, slice(1, None, 2)),
    "the rows of even index": mask((21, 2), slice(0, None, 2)),
    "the last place along axis 2": mask((2, 3, 4), (ALL, ALL, -1)),
    "all places but 1 along axis 1": ~mask((2, 7, 4), (ALL, 1)),
    "the diagonal": EYE,
    "all but the diagonal": ~EYE,
    "what is above the diagonal": ABOVE,
    "what is below the diagonal": ABOVE.T,
    "the diagonal and what is above it": ABOVE | EYE,
    "the diagonal and what is below it": ABOVE.T | EYE,
    "the border": ~mask((4, 5), (slice(1, -1), slice(1, -1))),
    "what is inside the border": mask((4, 5), (slice(1, -1), slice(1, -1))),
    "the border in the axes 1 and 2": ~mask((3, 4, 5), (ALL, slice(1, -1), slice(1, -1))),
}


@pytest.mark.parametrize("words", PLACES)
def test_a_place_is_named(words):
    assert place_of(PLACES[words]) == words


@pytest.mark.parametrize("words", PLACES)
def test_a_place_is_not_named_where_one_entry_is_not_in_it(words):
    """Another name may fit then, where the place is made of single entries."""
    for index in np.ndindex(PLACES[words].shape):
        other = PLACES[words].copy()
        other[index] ^= True
        assert place_of(other) != words


def test_all_entries_and_single_ones_and_small_arrays_have_no_place():
    assert place_of(np.ones((4, 4), bool)) == place_of(mask(9, 0)) == place_of(mask(5, 0, 1)) == ""
    assert place_of(np.zeros(0, bool)) == place_of(np.ones((), bool)) == ""


@given(hnp.arrays(bool, hnp.array_shapes(max_dims=4, max_side=5)))
def test_whatever_the_mask_nothing_breaks(wrong):
    assert isinstance(place_of(wrong), str)


def test_the_place_stands_in_the_message():
    right = np.random.default_rng(0).normal(size=(40, 30))
    wrong = right.copy()
    wrong[:, -1] += right[:, 0]
    with pytest.raises(Mismatch) as caught:
        assert_close(wrong, right)
    assert "40 of 1200 entries are wrong: the last column." in caught.value.detail
