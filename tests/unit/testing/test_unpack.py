"""`unpack`: a tuple of so many parts, or a mismatch; none of the value's own code runs."""

from collections import namedtuple

import numpy as np
import pytest
import torch

from autograder.testing import Mismatch, assert_close, unpack

Pair = namedtuple("Pair", "mean variance")


class Liar(tuple):
    """A tuple that claims other parts than it holds."""

    def __iter__(self):
        raise AssertionError("a hook of the value was run")

    def __len__(self):
        return 99


@pytest.mark.parametrize("value", [(1, 2), [1, 2], Pair(1, 2), Liar((1, 2))])
def test_tuples_and_lists_of_the_length_give_their_parts(value):
    assert unpack(value, 2) == (1, 2)


@pytest.mark.parametrize("value", [(1,), [1, 2, 3], ()])
def test_another_length_is_a_mismatch_that_counts(value):
    with pytest.raises(
        Mismatch, match=rf"The flow: yours has {len(value)} parts, expected a tuple of 2\."
    ) as found:
        unpack(value, 2, "the flow")
    assert found.value.kind == "type"


@pytest.mark.parametrize(
    "value", [None, 3.0, "ab", np.zeros(3), np.zeros(()), {"a": 1, "b": 2}, iter([1, 2])]
)
def test_what_is_no_tuple_is_a_mismatch(value):
    with pytest.raises(Mismatch, match="xpected a tuple of 2"):
        unpack(value, 2)


@pytest.mark.parametrize("make", [np.array, torch.tensor])
def test_a_stack_of_so_many_gives_its_rows(make):
    mean, deviation = unpack(make([[1.0, 2.0], [3.0, 4.0]]), 2)
    assert_close(mean, [1.0, 2.0])
    assert_close(deviation, [3.0, 4.0])
    assert unpack(make([5, 6, 7]), 3) == (5, 6, 7)


@pytest.mark.parametrize("make", [np.zeros, torch.zeros])
def test_a_stack_of_millions_is_not_taken_apart(make):
    with pytest.raises(Mismatch, match=r"expected a tuple of 2\."):
        unpack(make(4_000_000), 2)
