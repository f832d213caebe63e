"""`Mismatch.diff`: of a hidden case no more is shown of what came than its size."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
import torch

from autograder.testing import (
    Mismatch,
    as_array,
    assert_all,
    assert_close,
    assert_equal,
    unpack,
)

INPUT = 0.12345678


def diff(check, *arguments, **options):
    with pytest.raises(Mismatch) as caught:
        check(*arguments, **options)
    return caught.value.diff


@pytest.mark.parametrize(
    "came",
    [
        INPUT,
        -INPUT,
        1e20 * INPUT,
        complex(INPUT, -INPUT),
        [INPUT] * 4,
        [[INPUT] * 3] * 3,
        [INPUT] * 100,
        12345678,
        [12345678] * 4,
        np.full(100, 12345678),
        f"the input is {INPUT}",
        type(f"of{12345678}", (), {})(),
        np.zeros(1, [(f"of{12345678}", "f8")]),
        np.zeros((0, 12345678)),
        torch.zeros(1234, 5678),
        (INPUT,) * 12345,
        {f"{INPUT}": INPUT},
        {INPUT: 12345678},
    ],
    ids=lambda came: type(came).__name__,
)
def test_a_number_that_comes_back_is_not_told(came):
    numbers = np.full(np.shape(came) if isinstance(came, list | int) else (), 1.0)
    texts = [
        diff(assert_close, came, numbers * (1 + 0j), what="it"),
        diff(assert_close, came, numbers + math.pi, what="it"),
        diff(assert_equal, came, {"a": [1, True, "text"]}),
        diff(assert_equal, came, "text"),
        diff(assert_equal, came, 7),
        diff(as_array, came, shape=(2, 7)),
        diff(unpack, came, 77),
    ]
    for text in texts:
        assert not re.search("1234|5678", text)
        assert text


def test_what_is_expected_is_told_in_full():
    text = diff(assert_close, [1.2345678, 2.0], [math.e, math.pi])
    assert "1.23 " in text and "1.234" not in text
    assert "2.71828" in text and "3.14159" in text
    assert diff(assert_equal, "unstable", "stable") == (
        "The result: yours is something else, expected 'stable'."
    )
    assert diff(assert_equal, [True, 5], [True, 7]) == "The result[1]: yours is 5, expected 7."


def test_a_difference_beyond_three_digits_is_still_seen():
    text = diff(assert_close, 0.7834512, 0.7834)
    assert text == "The result: yours 0.783, expected 0.7834."
    text = diff(assert_close, 0.78300001, 0.783)
    assert text.endswith("Yours 0.783, expected 0.783 (off by 1e-08, allowed 7.83e-09).")


def test_constants_are_named_and_factors_that_anyone_may_choose_are_not():
    right = np.random.default_rng(0).normal(size=5)
    assert "every entry is 2 times the expected one" in diff(assert_close, 2 * right, right)
    text = diff(assert_close, INPUT * right, right)
    assert "every value is off by the same factor." in text
    assert "times" not in text


@pytest.mark.parametrize("what", ["the loss for lam = x", "x of 3 rows", "the loss at t=T"])
def test_a_name_that_may_tell_an_input_is_left_out(what):
    assert diff(assert_close, 1.0, 2.0, what=what).startswith("The result: yours 1")
    assert diff(assert_equal, 1, 2, what=what).startswith("The result: yours is 1")
    assert diff(assert_close, 1.0, 2.0, what="the loss").startswith("The loss: yours 1")


def test_a_law_is_told_as_its_author_words_it():
    assert diff(assert_all, False, "it sums to 1") == "it sums to 1 (this does not hold)"
    assert Mismatch("law", "it sums to 1").diff == "it sums to 1"
