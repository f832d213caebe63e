"""Variational autoencoders: small cases that can be checked by hand."""

from math import log

import torch
from otter.test_files import test_case

from autograder.testing import assert_close, unpack

OK_FORMAT = False

name = "3.9"


def rows(*values):
    """A float64 tensor of these rows."""
    return torch.tensor(values, dtype=torch.float64)


def wide_model():
    """The same examples and b; two latent dimensions. The posterior has the precision [[3, 2], [2, 5]]."""
    return rows((1, -1), (2, -1), (2, 1)), rows((1, 1), (0, 1)), rows(1, -1), 0.5


@test_case(name="gap: a q for each example", points=0.01)
def instance_by_hand(instance_optimal_q):
    """The posterior's covariance is [[5, -2], [-2, 3]] / 11, its mean 2/11 (3 r_1 - 2 r_2, r_1 + 3 r_2)."""
    mu, log_var = unpack(instance_optimal_q(*wide_model()), 2)
    expected = [[0.0, 0.0], [6 / 11, 2 / 11], [-2 / 11, 14 / 11]]
    assert_close(mu, expected, what="the means")
    assert_close(log_var, [[-log(3), -log(5)]] * 3, what="the log-variances")


@test_case(name="gap: one q for all examples", points=0.01)
def amortized_by_hand(amortized_optimal_q):
    """The sum of the three ELBOs is quadratic in the mean, and greatest at (4/33, 16/33)."""
    mu, log_var = unpack(amortized_optimal_q(*wide_model()), 2)
    assert_close(mu, [4 / 33, 16 / 33], what="the mean")
    assert_close(log_var, [-log(3), -log(5)], what="the log-variances")
