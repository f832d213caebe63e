from collections import OrderedDict, defaultdict, namedtuple
from enum import IntEnum, StrEnum

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.testing import Mismatch, assert_equal, assert_one_of

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "b"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", 1, True, None]), inner, max_size=3)
    ),
    max_leaves=6,
)


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
        (True, 1, "type", "yours is the truth value True, expected the integer 1."),
        (1, True, "type", "yours is the integer 1, expected the truth value True."),
        (1.5, 1, "type", "yours is the floating-point number 1.5, expected the integer 1."),
        (1j, 1, "type", "yours is the complex number 1j, expected the integer 1."),
        (
            np.float64(1),
            1,
            "type",
            "yours is the floating-point number 1.0, expected the integer 1.",
        ),
        ("a", None, "type", "yours is the string 'a', expected None."),
        (
            b"a",
            "a",
            "type",
            "yours is a `bytes`, expected the string 'a'. Return a string: convert it with `.decode()`.",
        ),
        (
            {1},
            [1],
            "type",
            "yours is a `set`, expected a list of 1 item. Return a list, for example `sorted(...)`.",
        ),
        (np.ones(2), 1, "type", "yours is an array of shape (2,), expected the integer 1."),
        (torch.ones(1), 1, "type", "yours is an array of shape (1,), expected the integer 1."),
        (
            np.array("a"),
            None,
            "type",
            "yours is an array of dtype str32, expected None. "
            "Return numbers, or convert it with `.tolist()` where strings are expected.",
        ),
        ([1], {"a": 1}, "type", "yours is a list of 1 item, expected a dict of 1 item."),
        ({"a": 1, "b": 2}, [1], "type", "yours is a dict of 2 items, expected a list of 1 item."),
        ("forward", "reverse", "value", "yours is 'forward', expected 'reverse'."),
        (2, 1, "value", "yours is 2, expected 1."),
        (False, True, "value", "yours is False, expected True."),
        ([1, 2], [1], "shape", "2 items, expected 1 item."),
        ({}, {"a": 1, "b": 2}, "value", "missing keys 'a', 'b'."),
        ({"a": 1, 2: 3}, {"a": 1}, "value", "unexpected key 2."),
        ({1: 2}, {True: 2}, "value", "missing key True.\n\nThe result: unexpected key 1."),
        ({(1, 2): 3}, {}, "value", "unexpected key a list of 2 items."),
    ],
)
def test_what_a_difference_says(actual, expected, kind, detail):
    assert refusal(actual, expected) == (kind, f"The result: {detail}")


@pytest.mark.parametrize(
    ("actual", "expected", "detail"),
    [
        ([1, [2, 3]], [1, [2, 4]], "The result[1][1]: yours is 3, expected 4."),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, "The result['a']['b']: yours is 1, expected 2."),
    ],
)
def test_the_place_of_a_difference_is_named(actual, expected, detail):
    assert refusal(actual, expected) == ("value", detail)


@pytest.mark.parametrize(
    ("what", "text"),
    [
        (
            "the result",
            "The result: None was returned. Is a `return` missing? Expected the integer 1.",
        ),
        ("`f`", "`f` returned None: is a `return` missing? Expected the integer 1."),
    ],
)
def test_a_forgotten_return_is_recognized(what, text):
    with pytest.raises(Mismatch) as found:
        assert_equal(None, 1, what=what)
    assert (found.value.detail, found.value.diff) == (text, text)
    assert found.value.hint == "None was returned: is a `return` missing?"
    assert refusal([None], [1]) == ("type", "The result[0]: yours is None. Expected the integer 1.")


def test_missing_extra_and_wrong_entries_are_all_named():
    kind, detail = refusal({"a": 1, "c": 2}, {"a": 2, "b": 1}, what="the table")
    assert kind == "value"
    assert detail.split("\n\n") == [
        "The table: missing key 'b'.",
        "The table: unexpected key 'c'.",
        "The table['a']: yours is 1, expected 2.",
    ]


def test_a_misspelt_key_is_recognized():
    detail = refusal({"memry": 1, "x": 2}, {"memory": 1, "y": 2})[1]
    assert "You have 'memry': is it meant to be 'memory'?" in detail
    assert "is it meant" not in refusal({"memry": 1}, {"cost": 1})[1]


def test_only_the_first_differences_are_named():
    assert refusal([0] * 5, [1] * 5)[1].count("expected") == 5
    assert "more" not in refusal([0] * 5, [1] * 5)[1]
    detail = refusal([0] * 100, [1] * 100)[1]
    assert detail.count("expected") == 5
    assert detail.endswith("There are more differences.")
    keys = refusal(dict.fromkeys(range(100)), {})[1]
    assert keys.endswith("keys 0, 1, 2, 3, 4 and 95 more.")


def test_long_and_dangerous_text_is_cut_and_quoted():
    detail = refusal("x" * 10**6, "a")[1]
    assert len(detail) < 200
    assert "…" in detail
    assert refusal("`\n![](http://x)\u202e\ud800", "a")[1].startswith(
        r"The result: yours is ''\n![](http://x)\u202e\ud800', expected 'a'."
    )
    assert refusal(10**5000, 1)[1] == "The result: yours is an integer of 16610 bits, expected 1."


def test_a_list_that_holds_itself_ends():
    value = [1]
    value.append(value)
    assert refusal(value, [1, [1, 2]])[1] == (
        "The result[1][1]: yours is a list of 2 items, expected the integer 2."
    )


@pytest.mark.parametrize(
    "expected", [1.0, {"a": 1.0}, [np.int64(1)], torch.tensor(1), {(1, 2): 1}, {1.5: 1}, {1}]
)
@pytest.mark.parametrize("actual", [None, 1.0, {"a": 1.0}])
def test_an_expected_value_of_another_kind_is_the_authors_fault(actual, expected):
    with pytest.raises(TypeError, match="the expected value"):
        assert_equal(actual, expected)


WORDS = ("instance", "amortized")


def outside(actual, choices=WORDS, what="`gap`"):
    with pytest.raises(Mismatch) as found:
        assert_one_of(actual, choices, what=what)
    return found.value


@pytest.mark.parametrize(
    ("actual", "detail"),
    [
        ("Amortized", "`gap` returned 'Amortized'; allowed: 'instance', 'amortized'."),
        (
            ["amortized"],
            "`gap` returned a list of 1 item; allowed: 'instance', 'amortized'.",
        ),
        (1, "`gap` returned the integer 1; allowed: 'instance', 'amortized'."),
        (
            None,
            "`gap` returned None: is a `return` missing? Allowed: 'instance', 'amortized'.",
        ),
        (
            len,
            "`gap` returned a `builtin_function_or_method`; allowed: 'instance', 'amortized'. "
            "Are the parentheses of a call missing?",
        ),
    ],
)
def test_a_wrong_word_is_shown_with_those_that_are_allowed(actual, detail):
    assert outside(actual).detail == detail


def test_every_allowed_value_passes_and_a_wrong_one_tells_none_of_them_apart():
    for word in WORDS:
        assert_one_of(word, WORDS)
    assert_one_of(2, (0, 1, 2, 3))
    assert outside(4, (0, 1, 2, 3)).detail == "`gap` returned 4; allowed: 0, 1, 2, 3."
    assert outside(2.0, (2,)).kind == "type"
    assert outside("x", what="the word").detail.startswith("The word: yours is 'x'; allowed:")
    assert outside("secret").diff == (
        "`gap` returned something else; allowed: 'instance', 'amortized'."
    )
    with pytest.raises(ValueError, match="at least one choice"):
        assert_one_of("x", ())


def test_words_under_keys_are_judged_key_by_key():
    choices = {"memory": WORDS}
    assert_one_of({"memory": "instance", "other": 3}, choices)
    assert outside({"memory": "x"}, choices).detail == (
        "`gap()['memory']`: yours is 'x'; allowed: 'instance', 'amortized'."
    )
    assert outside({"memry": "instance"}, choices).detail == (
        "`gap`: missing key 'memory'. You have 'memry': is it meant to be 'memory'?"
    )
    assert outside(["instance"], choices).detail == (
        "`gap`: yours is a list of 1 item, expected a dict with the key 'memory'."
    )
