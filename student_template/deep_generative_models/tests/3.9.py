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
    """The same examples and b; two latent dimensions. The posterior's precision: [[13, 10], [10, 23]]/3."""
    return rows((1, -1), (2, -1), (2, 1)), rows((1, 1), (0, 1)), rows(1, -1), 0.3


@test_case(name="gap: a q for each example", points=0.01)
def instance_by_hand(instance_optimal_q):
    """The posterior's mean is 10/199 (13 r_1 - 10 r_2, 3 r_1 + 13 r_2)."""
    mu, log_var = unpack(instance_optimal_q(*wide_model()), 2)
    expected = [[0.0, 0.0], [130 / 199, 30 / 199], [-70 / 199, 290 / 199]]
    assert_close(mu, expected, what="the means")
    assert_close(log_var, [[-log(13 / 3), -log(23 / 3)]] * 3, what="the log-variances")


@test_case(name="gap: one q for all examples", points=0.01)
def amortized_by_hand(amortized_optimal_q):
    """The sum of the three ELBOs is quadratic in the mean, and greatest at (20/199, 320/597)."""
    mu, log_var = unpack(amortized_optimal_q(*wide_model()), 2)
    assert_close(mu, [20 / 199, 320 / 597], what="the mean")
    assert_close(log_var, [-log(13 / 3), -log(23 / 3)], what="the log-variances")
