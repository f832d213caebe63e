from collections import OrderedDict, defaultdict, namedtuple
from enum import IntEnum, StrEnum

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.testing import Mismatch, assert_equal

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "b"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", 1, True, None]), inner, max_size=3)
    ),
    max_leaves=6,
)
FLOAT = "a floating-point number"
EXTRA = "the result has a key that is not asked for"


def refusal(actual, expected, **options):
    with pytest.raises(Mismatch) as caught:
        assert_equal(actual, expected, **options)
    return caught.value.kind, caught.value.detail


def typed(value):
    """A form in which Python's own equality tells True from 1."""
    if isinstance(value, list):
        return [typed(item) for item in value]
    if isinstance(value, dict):
        return {(type(key), key): typed(item) for key, item in value.items()}
    return (type(value), value)


@settings(deadline=None, max_examples=150)
@given(first=PLAIN, second=PLAIN)
def test_it_passes_if_and_only_if_values_and_kinds_are_the_same(first, second):
    assert_equal(first, first)
    if typed(first) == typed(second):
        assert_equal(first, second)
        assert_equal(second, first)
    else:
        refusal(first, second)
        refusal(second, first)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (np.bool_(True), True),
        (np.array(False), False),
        (torch.tensor(True), True),
        (np.int32(3), 3),
        (torch.tensor(3), 3),
        (np.str_("a"), "a"),
        (StrEnum("E", "a").a, "a"),
        (IntEnum("E", "a").a, 1),
        ((1, 2), [1, 2]),
        ([1, 2], (1, 2)),
        (namedtuple("P", "x y")(1, 2), [1, 2]),
        (OrderedDict(b=1, a=2), {"a": 2, "b": 1}),
        (defaultdict(int, a=1), {"a": 1}),
        ({np.str_("a"): np.int64(1)}, {"a": 1}),
        (10**400, 10**400),
    ],
)
def test_what_counts_as_the_plain_value(actual, expected):
    assert_equal(actual, expected)


@pytest.mark.parametrize(
    ("actual", "expected", "kind", "detail"),
    [
        (True, 1, "type", "the result is a boolean, `True`, expected an integer, `1`."),
        (1, True, "type", "the result is an integer, `1`, expected a boolean, `True`."),
        (1.5, 1, "type", f"the result is {FLOAT}, `1.5`, expected an integer, `1`."),
        (1j, 1, "type", "the result is a complex number, `1j`, expected an integer, `1`."),
        (np.float64(1), 1, "type", f"the result is {FLOAT}, `1.0`, expected an integer, `1`."),
        (None, "a", "type", "the result is None, expected a string, `'a'`."),
        ("a", None, "type", "the result is a string, `'a'`, expected None."),
        (b"a", "a", "type", "the result is a value of type `bytes`, expected a string, `'a'`."),
        ({1}, [1], "type", "the result is a value of type `set`, expected a list of 1 items."),
        (np.ones(2), 1, "type", "the result is an array of shape (2,), expected an integer, `1`."),
        (
            torch.ones(1),
            1,
            "type",
            "the result is an array of shape (1,), expected an integer, `1`.",
        ),
        (np.array("a"), None, "type", "the result is an array of dtype str32, expected None."),
        ([1], {"a": 1}, "type", "the result is a list of 1 items, expected a dict of 1 items."),
        ({"a": 1}, [1], "type", "the result is a dict of 1 items, expected a list of 1 items."),
        ("forward", "reverse", "value", "the result is `'forward'`, expected `'reverse'`."),
        (2, 1, "value", "the result is `2`, expected `1`."),
        (False, True, "value", "the result is `False`, expected `True`."),
        ([1, 2], [1], "shape", "the result has 2 items, expected 1."),
        ([1, [2, 3]], [1, [2, 4]], "value", "the result[1][1] is `3`, expected `4`."),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, "value", "the result['a']['b'] is `1`, expected `2`."),
        ({}, {"a": 1, "b": 2}, "value", "the result lacks `'a'`, `'b'`."),
        ({"a": 1, 2: 3}, {"a": 1}, "value", f"{EXTRA}: an integer, `2`."),
        ({1: 2}, {True: 2}, "value", f"the result lacks `True`.\n\n{EXTRA}: an integer, `1`."),
        ({(1, 2): 3}, {}, "value", f"{EXTRA}: a list of 2 items."),
    ],
)
def test_what_a_difference_says(actual, expected, kind, detail):
    assert refusal(actual, expected) == (kind, detail)


def test_missing_extra_and_wrong_entries_are_all_named():
    kind, detail = refusal({"a": 1, "c": 2}, {"a": 2, "b": 1}, what="the table")
    assert kind == "value"
    assert detail.split("\n\n") == [
        "the table lacks `'b'`.",
        "the table has a key that is not asked for: a string, `'c'`.",
        "the table['a'] is `1`, expected `2`.",
    ]


def test_only_the_first_differences_are_named():
    assert refusal([0] * 5, [1] * 5)[1].count("expected") == 5
    assert "more" not in refusal([0] * 5, [1] * 5)[1]
    detail = refusal([0] * 100, [1] * 100)[1]
    assert detail.count("expected") == 5
    assert detail.endswith("There are more differences.")
    keys = refusal(dict.fromkeys(range(100)), {})[1]
    assert keys.endswith("an integer, `4` and 95 more.")


def test_long_and_dangerous_text_is_cut_and_quoted():
    detail = refusal("x" * 10**6, "a")[1]
    assert len(detail) < 200
    assert "…" in detail
    assert refusal("`\n![](http://x)\u202e\ud800", "a")[1].startswith(
        r"the result is `''\n![](http://x)\u202e\ud800'`"
    )
    assert refusal(10**5000, 1)[1] == "the result is `an integer of 16610 bits`, expected `1`."


def test_a_list_that_holds_itself_ends():
    value = [1]
    value.append(value)
    assert refusal(value, [1, [1, 2]])[1] == (
        "the result[1][1] is a list of 2 items, expected an integer, `2`."
    )


@pytest.mark.parametrize(
    "expected", [1.0, {"a": 1.0}, [np.int64(1)], torch.tensor(1), {(1, 2): 1}, {1.5: 1}, {1}]
)
@pytest.mark.parametrize("actual", [None, 1.0, {"a": 1.0}])
def test_an_expected_value_of_another_kind_is_the_authors_fault(actual, expected):
    with pytest.raises(TypeError, match="the expected value"):
        assert_equal(actual, expected)
