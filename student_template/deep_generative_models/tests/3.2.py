"""Variational autoencoders: small cases that can be checked by hand."""

from math import log

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "3.2"


def rows(*values):
    """A float64 tensor of these rows."""
    return torch.tensor(values, dtype=torch.float64)


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
