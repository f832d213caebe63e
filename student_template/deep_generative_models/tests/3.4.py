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
    """Three examples of two pixels, W, b and the noise variance 1/2; one latent dimension.

    The rows of x are b plus (0, 0), (1, 0) and (1, 2). The covariance of x is [[9/2, 2], [2, 3/2]] with
    the determinant 11/4, and the posterior has the precision 1 + 2 * 5 = 11.
    """
    return rows((1, -1), (2, -1), (2, 1)), rows((2,), (1,)), rows(1, -1), 0.5


def small_q():
    """Means and log-variances: N(0, 1), N(1, 1) and N(0, 1/4)."""
    return rows((0,), (1,), (0,)), rows((0,), (0,), (-log(4),))


@test_case(name="bound: ELBO by hand", points=0.01)
def elbo_by_hand(elbo):
    """E log p(x|z) = -log pi - |r - W mu|^2 - 5 var, and KL(q || p(z)) is 0, 1/2, log 2 - 3/8."""
    x, *model = small_model()
    expected = [-log(pi) - 5, -log(pi) - 7 - 1 / 2, -log(pi) - 6.25 - log(2) + 3 / 8]
    assert_close(elbo(x, *small_q(), *model), expected, what="the ELBO")


@test_case(name="bound: posterior KL by hand", points=0.01)
def posterior_kl_by_hand(posterior_kl):
    """From N(0, 1), N(1, 1), N(0, 1/4) to the posteriors N(m, 1/11), m = 0, 4/11 and 8/11."""
    x, *model = small_model()
    expected = [
        (11 - 1 - log(11)) / 2,
        (11 - 1 - log(11) + 49 / 11) / 2,
        (11 / 4 - 1 - log(11 / 4) + 64 / 11) / 2,
    ]
    assert_close(posterior_kl(x, *small_q(), *model), expected, what="the divergence")
