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
    """Three examples of two pixels, W, b and the noise variance 1/2; one latent dimension.

    The rows of x are b plus (0, 0), (1, 0) and (1, 2). The covariance of x is [[9/2, 2], [2, 3/2]] with
    the determinant 11/4, and the posterior has the precision 1 + 2 * 5 = 11.
    """
    return rows((1, -1), (2, -1), (2, 1)), rows((2,), (1,)), rows(1, -1), 0.5


@test_case(name="evidence: the log-evidence of three examples", points=0.01)
def evidence_by_hand(log_marginal):
    """The inverse covariance of x is [[6, -8], [-8, 18]] / 11, its determinant 4/11."""
    constant = -log(2 * pi) - log(11 / 4) / 2
    expected = [constant, constant - 6 / 22, constant - 46 / 22]
    assert_close(log_marginal(*small_model()), expected, what="the log-evidence")


@test_case(name="evidence: the posterior of three examples", points=0.01)
def posterior_by_hand(true_posterior):
    """The precision is 11; the means are 2 (2 r_1 + r_2) / 11 for x = b + r."""
    mean, covariance = unpack(true_posterior(*small_model()), 2)
    assert_close(mean, [[0.0], [4 / 11], [8 / 11]], what="the posterior mean")
    assert_close(covariance, [[1 / 11]], what="the posterior covariance")
