"""Variational autoencoders: small cases that can be checked by hand."""

from math import log, pi

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "3.7"


def rows(*values):
    """A float64 tensor of these rows."""
    return torch.tensor(values, dtype=torch.float64)


def small_model():
    """Three examples of two pixels, W, b and the noise variance 0.3; one latent dimension.

    The rows of x are b plus (0, 0), (1, 0) and (1, 2). The covariance of x is [[4.3, 2], [2, 1.3]] with
    the determinant 1.59, and the posterior has the precision 1 + 5/0.3 = 53/3.
    """
    return rows((1, -1), (2, -1), (2, 1)), rows((2,), (1,)), rows(1, -1), 0.3


def small_q():
    """Means and log-variances: N(0, 1), N(1, 1) and N(0, 1/4)."""
    return rows((0,), (1,), (0,)), rows((0,), (0,), (-log(4),))


@test_case(name="ecll: three examples by hand", points=0.01)
def ecll_by_hand(expected_complete_log_likelihood):
    """E log p(x|z) is as in the ELBO, E log p(z) = -1/2 (log 2 pi + mu^2 + var)."""
    x, *model = small_model()
    constant = -log(0.6 * pi) - log(2 * pi) / 2
    expected = [constant - 25 / 3 - 1 / 2, constant - 35 / 3 - 1, constant - 125 / 12 - 1 / 8]
    found = expected_complete_log_likelihood(x, *small_q(), *model)
    assert_close(found, expected, what="the expectation")
