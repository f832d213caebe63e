"""Variational autoencoders: small cases that can be checked by hand."""

from math import log, pi

import torch
from otter.test_files import test_case

from autograder.testing import assert_close, unpack

OK_FORMAT = False

name = "3.3"


def rows(*values):
    """A float64 tensor of these rows."""
    return torch.tensor(values, dtype=torch.float64)


def small_model():
    """Three examples of two pixels, W, b and the noise variance 0.3; one latent dimension.

    The rows of x are b plus (0, 0), (1, 0) and (1, 2). The covariance of x is [[4.3, 2], [2, 1.3]] with
    the determinant 1.59, and the posterior has the precision 1 + 5/0.3 = 53/3.
    """
    return rows((1, -1), (2, -1), (2, 1)), rows((2,), (1,)), rows(1, -1), 0.3


@test_case(name="evidence: the log-evidence of three examples", points=0.01)
def evidence_by_hand(log_marginal):
    """The inverse covariance of x is [[1.3, -2], [-2, 4.3]] / 1.59."""
    constant = -log(2 * pi) - log(1.59) / 2
    expected = [constant, constant - 65 / 159, constant - 175 / 53]
    assert_close(log_marginal(*small_model()), expected, what="the log-evidence")


@test_case(name="evidence: the posterior of three examples", points=0.01)
def posterior_by_hand(true_posterior):
    """The precision is 53/3; the means are 10 (2 r_1 + r_2) / 53 for x = b + r."""
    mean, covariance = unpack(true_posterior(*small_model()), 2)
    assert_close(mean, [[0.0], [20 / 53], [40 / 53]], what="the posterior mean")
    assert_close(covariance, [[3 / 53]], what="the posterior covariance")
