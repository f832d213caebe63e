"""`recording`: comparisons are measured in units of their bound, and a wrong value does not end a case."""

import math

import pytest
import torch

from autograder.testing import Mismatch, assert_all, assert_close
from autograder.testing.recording import recording


def test_ratios_are_differences_over_bounds():
    with recording() as ratios:
        assert_close(torch.tensor([1.0, 2.5]), torch.tensor([1.0, 2.0]), rtol=0, atol=0.25)
        assert_close(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 2.0]))
        assert_close(torch.tensor([1.5]), torch.tensor([1.0]), rtol=0, atol=0)
    assert ratios == [2.0, 0.0, math.inf]


def test_shapes_and_nan_are_infinitely_far_and_still_raise():
    with recording() as ratios:
        with pytest.raises(Mismatch):
            assert_close(torch.zeros(2), torch.zeros(3))
        with pytest.raises(Mismatch):
            assert_close(torch.tensor(math.nan), torch.tensor(0.0))
    assert ratios == [math.inf, math.inf]


def test_laws_are_all_or_nothing():
    with recording() as ratios:
        assert_all(torch.tensor([True]), "a law")
        assert_all(torch.tensor([False]), "a law")
    assert ratios == [0.0, math.inf]


def test_outside_a_recording_everything_is_judged():
    with recording():
        pass
    with pytest.raises(Mismatch):
        assert_close(1.0, 2.0)
    with pytest.raises(Mismatch):
        assert_all(torch.tensor([False]), "a law")
