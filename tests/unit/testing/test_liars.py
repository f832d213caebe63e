"""No value passes by what it says of itself, and none of its code is run to find out."""

import numpy as np
import pytest
import torch

from autograder.testing import (
    Mismatch,
    as_array,
    as_tensor,
    assert_all,
    assert_close,
    assert_equal,
    assert_same_set,
)
from testing import liars


def structures():
    """Subclasses of plain things, whose base data is 1, 2, 3."""
    yield "list", liars.subclass(list)([1.0, 2.0, 3.0])
    yield "tuple", liars.subclass(tuple)([1.0, 2.0, 3.0])
    yield "tensor", liars.tensor([1.0, 2.0, 3.0])
    yield "dispatch", liars.dispatched_tensor([1.0, 2.0, 3.0])
    yield "ndarray", liars.array([1.0, 2.0, 3.0])
    yield "floats", [liars.subclass(float)(k) for k in (1.0, 2.0, 3.0)]
    yield "numpy floats", [liars.scalar(k) for k in (1.0, 2.0, 3.0)]


STRUCTURES = [pytest.param(value, id=name) for name, value in structures()]


@pytest.fixture(autouse=True)
def nothing_ran():
    liars.RUN.clear()
    yield
    assert liars.RUN == []


@pytest.mark.parametrize("value", STRUCTURES)
def test_subclasses_are_judged_by_their_base_data(value):
    assert_close(value, [1.0, 2.0, 3.0])
    assert_same_set(value, [3.0, 1.0, 2.0])
    assert as_array(value).tolist() == as_tensor(value).tolist() == [1.0, 2.0, 3.0]
    for wrong in ([1.0, 2.0, 4.0], [7.0, 7.0, 7.0], [1.0, 1.0, 1.0]):
        with pytest.raises(Mismatch):
            assert_close(value, wrong)
        with pytest.raises(Mismatch):
            assert_same_set(value, wrong)


@pytest.mark.parametrize("expected", [0.0, 1.0, True, [1.0], torch.full((3,), 7.0), np.ones(())])
def test_an_object_that_claims_to_be_everything_is_nothing(expected):
    liar = liars.plain_object()
    liars.RUN.clear()
    for check in (assert_close, assert_same_set) if np.ndim(expected) else (assert_close,):
        with pytest.raises(Mismatch, match="yours is a `Liar`") as caught:
            check(liar, expected)
        assert caught.value.kind == "type"
    with pytest.raises(Mismatch, match="yours is a `Liar`"):
        as_tensor(liar)


@pytest.mark.parametrize(
    "expected", [None, True, 1, "a", [1], {"a": 1}], ids=["None", "True", "1", "a", "list", "dict"]
)
def test_no_liar_equals_anything(expected):
    liar = liars.plain_object()
    inside = {
        "a": liars.subclass(dict)({"a": liar}),
        "list": liars.subclass(list)([liar]),
        "dict of liars": {"a": liar},
        "str": liars.subclass(str)("b"),
        "int": liars.subclass(int)(2),
        "float": liars.subclass(float)(1.0),
        "number": liars.scalar(1.0),
        "tensor": liars.tensor(1.0),
        "array": liars.array(2.0),
    }
    liars.RUN.clear()
    for value in (liar, *inside.values()):
        with pytest.raises(Mismatch):
            assert_equal(value, expected)


def test_plain_subclasses_equal_their_base_data():
    word = liars.subclass(str)("a")
    table = liars.subclass(dict)({"a": liars.subclass(list)([liars.subclass(int)(1)])})
    liars.RUN.clear()
    assert_equal(word, "a")
    assert_equal(table, {"a": [1]})


def test_the_keys_of_a_dict_are_not_asked():
    class Key(str):
        def __eq__(self, other):
            liars.RUN.append("__eq__")
            return True

        def __hash__(self):
            liars.RUN.append("__hash__")
            return hash("a")

    twice = {Key("a"): 1, "b": 2}
    strange = {liars.plain_object(): 1}
    liars.RUN.clear()
    assert_equal(twice, {"a": 1, "b": 2})
    with pytest.raises(Mismatch, match="unexpected key a `Liar`"):
        assert_equal(strange, {"a": 1})


def test_two_keys_that_read_the_same_are_one_too_many():
    class Key(str):
        __slots__ = ()

        def __eq__(self, other):
            return False

        __hash__ = str.__hash__

    with pytest.raises(Mismatch, match="unexpected key 'a'"):
        assert_equal({Key("a"): 1, "a": 1}, {"a": 1})


def test_a_condition_that_claims_to_hold_is_refused():
    liar = liars.plain_object()
    liars.RUN.clear()
    with pytest.raises(TypeError, match="the condition is a value of type `Liar`, not booleans"):
        assert_all(liar, "it holds")
