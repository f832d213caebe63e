"""Variational autoencoders: small cases that can be checked by hand.

Cases whose name begins with "form" look at the form of an answer alone; the answer is for you to find.
"""

from math import log, pi

import torch
from otter.test_files import test_case

from autograder.testing import assert_close, assert_one_of, unpack

OK_FORMAT = False

name = "3.2"

APPROACHES = ("instance", "amortized")


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


def wide_model():
    """The same examples and b; two latent dimensions. The posterior has the precision [[3, 2], [2, 5]]."""
    return rows((1, -1), (2, -1), (2, 1)), rows((1, 1), (0, 1)), rows(1, -1), 0.5


def small_tables():
    """Two joint tables p(x, z), each with a q that is neither even nor the posterior.

    The evidence, which is the sum of a table, is 0.4 and 0.6.
    """
    return [
        (rows(0.3, 0.1), rows(0.6, 0.4)),
        (rows(0.1, 0.3, 0.2), rows(0.2, 0.5, 0.3)),
    ]


@test_case(name="kl: N(1.2, 4) and N(0, 1), both ways", points=0.01)
def kl_by_hand(kl_diagonal_gaussians):
    """KL(N(1.2, 4) || N(0, 1)) is 2.22 - log 2, the other way it is log 2 - 0.195; none from itself.

    The rows combine: first way and none, none and second way, first way twice.
    """
    mu_q, log_var_q = (
        rows((1.2, 0), (0, 0), (1.2, 1.2)),
        rows((log(4), 0), (0, 0), (log(4), log(4))),
    )
    mu_p, log_var_p = rows((0, 0), (0, 1.2), (0, 0)), rows((0, 0), (0, log(4)), (0, 0))
    found = kl_diagonal_gaussians(mu_q, log_var_q, mu_p, log_var_p)
    expected = [2.22 - log(2), log(2) - 0.195, 4.44 - 2 * log(2)]
    assert_close(found, expected, what="the divergence")


@test_case(name="kl: Monte Carlo from two samples", points=0.01)
def monte_carlo_by_hand(kl_monte_carlo):
    """From q = N(1.2, 4), the noise 0 gives z = 1.2, and the noise 1 gives z = 3.2.

    There log q - log p, p = N(0, 1), is 0.72 - log 2 and 4.62 - log 2. The second dimension has
    q = p and gives 0, whatever the noise.
    """
    mu_q, log_var_q = rows((1.2, 0), (1.2, 0), (1.2, 0)), rows(*[(log(4), 0)] * 3)
    zeros = torch.zeros(3, 2, dtype=torch.float64)
    eps = torch.tensor([[[0, 1], [0, 2], [1, 0]], [[0, 5], [1, 3], [1, -1]]], dtype=torch.float64)
    found = kl_monte_carlo(mu_q, log_var_q, zeros, zeros, eps)
    expected = [0.72 - log(2), 2.67 - log(2), 4.62 - log(2)]
    assert_close(found, expected, what="the estimate")


LOGITS = ((0.2, -0.3), (0.5, -1.0, 0.1))


def no_choice():
    """Joint tables and candidates that leave one choice only, and the divergences that come out.

    First three examples with one candidate, then one example with three candidates: that example
    has the posterior (1/4, 3/4), and the second candidate is the nearest to it.
    """
    of_three = [
        0.6 * log(0.6 * 4 / 3) + 0.4 * log(0.4 * 4),
        0.6 * log(0.6 * 5) + 0.4 * log(0.4 * 5 / 4),
        0.6 * log(0.6 * 3) + 0.4 * log(0.4 * 3 / 2),
    ]
    of_one = [0.3 * log(0.3 * 4) + 0.7 * log(0.7 * 4 / 3)]
    joints = rows((0.3, 0.1), (0.1, 0.4), (0.02, 0.04))
    candidates = rows((0.6, 0.4), (0.3, 0.7), (0.1, 0.9))
    return [(joints, rows((0.6, 0.4)), of_three), (rows((0.05, 0.15)), candidates, of_one)]


def check_word(answers, key):
    """Assert that the dict has a word of the two under a key, whatever stands under the others."""
    assert_one_of(answers, {key: APPROACHES}, what="`better_approach`")
