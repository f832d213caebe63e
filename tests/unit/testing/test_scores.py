"""`assert_score`: what a score earns, and what is said of one that is too low."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from autograder.testing import Mismatch, assert_score
from autograder.testing.recording import recording

ACCURACY = {0.8: 0.5, 0.9: 1}
LOSS = {0.5: 0.25, 0.3: 0.75, 0.1: 1}


def missed(*arguments, **keywords):
    with pytest.raises(Mismatch) as raised:
        assert_score(*arguments, **keywords)
    return raised.value


@pytest.mark.parametrize("score", [0.9, 0.95, 1, np.float32(0.9375), torch.tensor(0.9375)])
def test_the_best_threshold_passes(score):
    assert_score(score, ACCURACY)


@pytest.mark.parametrize(
    ("score", "share"), [(0.7999, 0.0), (0.8, 0.5), (0.8999, 0.5), (-5, 0.0), (0, 0.0)]
)
def test_the_highest_threshold_that_is_reached_gives_the_share(score, share):
    assert missed(score, ACCURACY).share == share


@pytest.mark.parametrize(("score", "share"), [(0.6, 0.0), (0.5, 0.25), (0.3, 0.75), (0.11, 0.75)])
def test_a_loss_reaches_a_threshold_from_above(score, share):
    assert missed(score, LOSS, lower_is_better=True).share == share
    assert_score(0.1, LOSS, lower_is_better=True)


def test_the_message_says_the_score_what_it_earns_and_how_far_it_is():
    found = missed(0.84, ACCURACY, what="the accuracy on new digits")
    assert found.detail == (
        "The accuracy on new digits is 0.84, 0.06 short of what is required. It earns 50% of the points "
        "of this case. At least 0.9 earns all points."
    )
    found = missed(0.7, LOSS, lower_is_better=True, what="the loss")
    assert found.detail == (
        "The loss is 0.7, 0.6 short of what is required. It earns no points. At most 0.5 earns 25% of "
        "the points; at most 0.3 earns 75% of the points; at most 0.1 earns all points."
    )


def test_of_a_hidden_case_the_score_itself_is_not_told():
    found = missed(0.8437, ACCURACY, what="the accuracy")
    assert "84" not in found.diff + found.public + found.hint
    assert "At least 0.9 earns all points" in found.diff


@pytest.mark.parametrize("score", [math.nan, math.inf, -math.inf, 0.95 + 0.1j])
def test_what_is_no_finite_number_earns_nothing(score):
    assert missed(score, ACCURACY).share == 0.0


@pytest.mark.parametrize("score", [None, "0.95", [0.95], np.array([0.95, 0.97])])
def test_what_is_no_number_is_a_mismatch(score):
    assert missed(score, ACCURACY).share is None


@pytest.mark.parametrize(
    "shares",
    [{}, {0.9: 0.5}, {0.8: 1, 0.9: 0.5}, {0.8: 0, 0.9: 1}, {0.8: 1, 0.9: 1}, {math.nan: 1}],
)
def test_senseless_shares_are_refused(shares):
    with pytest.raises(ValueError, match="shares must rise"):
        assert_score(0.5, shares)


def test_it_is_measured_as_a_law_is():
    with recording() as ratios:
        assert_score(0.95, ACCURACY)
        with pytest.raises(Mismatch):
            assert_score(0.85, ACCURACY)
    assert ratios == [0.0, math.inf]
