"""What is kept of values: reads back as it was, small, and as JSON."""

import json
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from autograder import wire
from autograder.grading.diagnose import equal_up_to_rounding, keep
from autograder.model import Call, Outcome

ARGUMENTS = wire.encode(((), {}))


def call(value, name="f", driver=None):
    return Call(name, driver, (name,), ARGUMENTS, wire.encode(value))


def kept(value):
    [answer] = json.loads(json.dumps(keep.answers([call(value)]), allow_nan=False))
    return answer["value"]


numbers = st.one_of(st.booleans(), st.integers(-(2**62), 2**62), st.floats(), st.complex_numbers())
values = st.recursive(
    st.one_of(st.none(), numbers, st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(values)
def test_data_read_back_alike(value):
    assert equal_up_to_rounding(keep.value_of(kept(value)), wire.decode(wire.encode(value)))


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6, dtype=np.float32).reshape(2, 3),
        torch.tensor([[1.5, math.nan], [math.inf, -math.inf]]),
        torch.tensor([1.0, 2.5], dtype=torch.bfloat16),
        np.zeros((0, 3)),
        torch.tensor(3),
        np.array([1 + 2j, complex(math.nan, 1)]),
    ],
)
def test_arrays_read_back_exactly(array):
    found = keep.value_of(kept(array))
    assert type(found) is type(array)
    assert (found.dtype, found.shape) == (array.dtype, array.shape)
    assert str(found.tolist()) == str(array.tolist())


def test_of_a_large_array_entries_are_kept_that_are_spread():
    array = np.arange(10_000.0).reshape(100, 100)
    node = kept(array)
    assert len(json.dumps(node)) < 8_000
    sample = keep.value_of(node)
    assert (sample.shape, sample.dtype) == ((100, 100), "float64")
    assert array.reshape(-1)[list(sample.places)].tolist() == sample.entries.tolist()
    assert (sample.places[0], sample.places[-1]) == (0, 9_999)


def test_what_gave_no_value_says_why():
    raised = Call("f", ("toy", "twice"), ("f",), ARGUMENTS, None, Outcome.RAISED, "ValueError: no")
    late = Call("f", None, ("f",), ARGUMENTS, None, Outcome.TIMED_OUT)
    assert keep.answers([raised, late]) == [
        {"function": "f", "driver": "toy.twice", "raised": "ValueError: no"},
        {"function": "f", "outcome": "timed_out"},
    ]


def test_no_more_than_there_is_room_for():
    calls = [call(np.ones(100))] * 10
    whole, used = keep.kept_answers(calls, 100_000)
    assert used == len(json.dumps(whole["calls"])) and len(whole["calls"]) == 10
    cut, none = keep.kept_answers(calls, used - 1)
    assert (cut["calls"], none) == ([], 0)
    assert cut["fingerprint"] == whole["fingerprint"]


def test_fingerprints_tell_values_and_not_rounding():
    base = np.array([[0.123456, 2.0]])
    same = [base * (1 + 1e-9), torch.tensor(base), base.tolist(), base.astype(np.float32)]
    other = [base * 1.001, base.T, base[0], [["0.1", "2"]], None, {"a": base}, -base]
    prints = {keep.fingerprint([call(value)]) for value in [base, *same]}
    assert len(prints) == 1
    assert len({keep.fingerprint([call(value)]) for value in other} | prints) == len(other) + 1


@pytest.mark.parametrize("node", [{}, {"shape": [2], "dtype": "float64"}, 3, [1], {"keys": 1}])
def test_what_was_not_written_here_is_refused(node):
    with pytest.raises(ValueError, match=r"kept value|reshape"):
        keep.value_of(node)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("growing", "growing", True),
        ("growing", "constant", False),
        (None, None, True),
        (None, 0.0, False),
        ((np.ones(3), 1.0), (torch.ones(3), 1.0), True),
        ((np.ones(3), 1.0), (torch.ones(3), 2.0), False),
        ((np.ones(3), 1.0), (torch.ones(3),), False),
        ({"a": [1.0]}, {"a": np.ones(1)}, True),
        ({"a": 1}, {"b": 1}, False),
        (np.ones((2, 1)), np.ones(2), False),
        (np.ones(2), np.ones(2) + 1e-6, False),
        (np.ones(2, np.float32), np.ones(2) + 1e-6, True),
        ([math.nan, 1], [math.nan, 1], True),
    ],
)
def test_alike(one, other, same):
    assert equal_up_to_rounding(one, other) is same
    assert equal_up_to_rounding(other, one) is same


def test_precision_can_be_demanded():
    assert not equal_up_to_rounding(np.ones(2, np.float32), np.ones(2) + 1e-6, strictly=True)


def test_endless_nesting_is_unlike():
    deep = "x"
    for _ in range(40):
        deep = [deep]
    assert not equal_up_to_rounding(deep, deep)
