"""`unpack`: a tuple of so many parts, or a mismatch; none of the value's own code runs."""

from collections import namedtuple

import numpy as np
import pytest

from autograder.testing import Mismatch, unpack

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


@pytest.mark.parametrize("value", [None, 3.0, "ab", np.zeros(2), {"a": 1, "b": 2}, iter([1, 2])])
def test_what_is_no_tuple_is_a_mismatch(value):
    with pytest.raises(Mismatch, match="xpected a tuple of 2"):
        unpack(value, 2)
