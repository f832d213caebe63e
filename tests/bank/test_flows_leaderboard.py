"""The board of the flows: the likelihood of points nobody has seen is measured, and no trick gets past."""

import importlib
import math

import pytest
import torch

from autograder.grading.seeds import generator
from autograder.model import Outcome, StudentError
from autograder.testing import Mismatch
from reference.flows import flow_log_likelihood
from tests.support import handed_in


@pytest.fixture(scope="module")
def board():
    return handed_in.assignment().leaderboard


@pytest.fixture(scope="module")
def drivers(board):
    return importlib.import_module("drivers.flows")


def measured(board, fit):
    return board.measure({"fit_flow": fit, "rng": generator("test", "board")})


def layer(z0, alpha, beta):
    return torch.tensor(z0, dtype=torch.float64), torch.tensor(alpha), torch.tensor(beta)


def test_a_flow_without_layers_has_the_likelihood_of_the_standard_normal(board, drivers):
    # E log N(x; 0, I) = -log 2π - E|x|²/2, and E|x|² of the points is had from the definition: an
    # arc of radius 1 shifted by (1/2, 1/4), E cos = 0, E sin = 2/π, with noise of variance 0.15² twice.
    second_moment = 1 + 1 / 4 + 1 / 16 - 2 * (2 / math.pi) / 4 + 2 * 0.15**2
    expected = -math.log(2 * math.pi) - second_moment / 2
    points = drivers.two_moons(200_000, 5)
    assert float((points**2).sum(1).mean()) == pytest.approx(second_moment, rel=0.01)
    assert measured(board, lambda x: []) == pytest.approx(expected, rel=0.02)


def test_training_helps_and_does_not_beat_the_distribution_itself(board, drivers):
    fitted = measured(
        board, lambda x: drivers.fit_radial_flow(flow_log_likelihood, x, layers=4, steps=60)
    )
    assert fitted > measured(board, lambda x: []) + 0.3
    # Gibbs: no density has a greater mean log-likelihood than the true one. That one is at most the
    # density of its noise in the direction across the arc, over half the length of an arc along it.
    across = -math.log(0.15 * math.sqrt(2 * math.pi * math.e))
    assert fitted < across - math.log(2 * math.pi) + 0.5


def test_everyone_is_measured_on_the_same_points_and_not_on_those_they_have_seen(board):
    seen = []
    values = [measured(board, lambda x: seen.append(x) or []) for _ in range(2)]
    assert values[0] == values[1]
    assert torch.equal(*seen)
    assert tuple(seen[0].shape) == (500, 2)
    of_the_seen = float(flow_log_likelihood(seen[0], []).mean())
    assert values[0] != of_the_seen


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        (None, "list of layers"),
        ([layer([0.0, 0.0], 1.0, 0.0)] * 9, "at most 8"),
        ([(1.0, 2.0)], "a tuple of 3"),
        ([layer([0.0], 1.0, 0.0)], "shape"),
        ([layer([0.0, 0.0], 0.0, 1.0)], "alpha > 0"),
        ([layer([0.0, 0.0], 1.0, -1.001)], "beta >= -alpha"),
        ([layer([0.0, math.nan], 1.0, 1.0)], "finite"),
        ([layer([0.0, 0.0], math.inf, 1.0)], "finite"),
    ],
)
def test_what_is_no_flow_has_no_value(board, layers, words):
    with pytest.raises(Mismatch, match=words):
        measured(board, lambda x: layers)


def test_who_does_not_take_part_is_no_fault_of_the_board(board):
    def missing(_x):
        raise StudentError(Outcome.MISSING, "`fit_flow` is not defined")

    with pytest.raises(StudentError):
        measured(board, missing)
