"""Variational autoencoders: small cases that can be checked by hand."""

from math import log, pi

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "3.4"


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


@test_case(name="bound: ELBO by hand", points=0.01)
def elbo_by_hand(elbo):
    """E log p(x|z) = -log(0.6 pi) - (|r - W mu|^2 + 5 var) / 0.6; KL(q || p(z)) is 0, 1/2, log 2 - 3/8."""
    x, *model = small_model()
    constant = -log(0.6 * pi)
    expected = [
        constant - 25 / 3,
        constant - 35 / 3 - 1 / 2,
        constant - 125 / 12 - log(2) + 3 / 8,
    ]
    assert_close(elbo(x, *small_q(), *model), expected, what="the ELBO")


@test_case(name="bound: posterior KL by hand", points=0.01)
def posterior_kl_by_hand(posterior_kl):
    """From N(0, 1), N(1, 1), N(0, 1/4) to the posteriors N(m, 3/53), m = 0, 20/53 and 40/53."""
    x, *model = small_model()
    expected = [
        (53 / 3 - 1 - log(53 / 3)) / 2,
        (53 / 3 - 1 - log(53 / 3) + 363 / 53) / 2,
        (53 / 12 - 1 - log(53 / 12) + 1600 / 159) / 2,
    ]
    assert_close(posterior_kl(x, *small_q(), *model), expected, what="the divergence")
