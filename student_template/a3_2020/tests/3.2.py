"""Variational autoencoders: small cases that can be checked by hand.

The cases of the model have two pixels and s^2 = 1/2. With one latent dimension W is (2, 1), so that the
covariance of x is [[9/2, 2], [2, 3/2]] with the determinant 11/4, and the posterior has the precision
1 + 2 * 5 = 11. With two latent dimensions the precision of the posterior is [[3, 2], [2, 5]]. The rows
of x are b plus (0, 0), (1, 0) and (1, 2).
"""

from itertools import product
from math import log, pi

import torch
from otter.test_files import test_case

from autograder.testing import Mismatch, assert_close, assert_equal

OK_FORMAT = False

name = "3.2"

APPROACHES = ("instance", "amortized")


def rows(*values):
    """A float64 tensor of these rows."""
    return torch.tensor(values, dtype=torch.float64)


def small_model():
    """Three examples, W, b and the noise variance; one latent dimension."""
    return rows((1, -1), (2, -1), (2, 1)), rows((2,), (1,)), rows(1, -1), 0.5


def small_q():
    """Means and log-variances: N(0, 1), N(1, 1) and N(0, 1/4)."""
    return rows((0,), (1,), (0,)), rows((0,), (0,), (-log(4),))


def wide_model():
    """Three examples, W, b and the noise variance; two latent dimensions."""
    return rows((1, -1), (2, -1), (2, 1)), rows((1, 1), (0, 1)), rows(1, -1), 0.5


def assert_one_of(value, choices, what):
    """Assert that a value equals one of the choices."""
    for choice in choices:
        try:
            return assert_equal(value, choice)
        except Mismatch:
            continue
    raise Mismatch("value", f"{what} is not of the form that the prompt describes.")


@test_case(name="gap: a q for each example", points=1)
def instance_by_hand(instance_optimal_q):
    """The posterior's covariance is [[5, -2], [-2, 3]] / 11, its mean 2/11 (3 r_1 - 2 r_2, r_1 + 3 r_2)."""
    mu, log_var = instance_optimal_q(*wide_model())
    expected = [[0.0, 0.0], [6 / 11, 2 / 11], [-2 / 11, 14 / 11]]
    assert_close(mu, expected, what="the means")
    assert_close(log_var, [[-log(3), -log(5)]] * 3, what="the log-variances")


@test_case(name="gap: one q for all examples", points=1)
def amortized_by_hand(amortized_optimal_q):
    """The sum of the three ELBOs is quadratic in the mean, and greatest at (4/33, 16/33)."""
    mu, log_var = amortized_optimal_q(*wide_model())
    assert_close(mu, [4 / 33, 16 / 33], what="the mean")
    assert_close(log_var, [-log(3), -log(5)], what="the log-variances")


@test_case(name="gap: the form of the answer", points=0.25)
def form_of_the_gap(bigger_gap):
    """One of the two words; whether it is the right one is not said here."""
    assert_one_of(bigger_gap(), APPROACHES, "the answer")
