"""Importance-weighted bounds: small cases that can be checked by hand."""

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "4.1"


def tensor(*values):
    return torch.tensor(values, dtype=torch.float64)


@test_case(name="log_weights: the prior as the proposal", points=0.01, hidden=False)
def prior_as_proposal(log_importance_weights):
    """Where q is the prior, the two cancel and log p(x|z) is left.

    With a variance of 4 that is -log(2 pi)/2 - log 2 = -1.612085713764618, less r^2/8. The residuals
    r = x - 1 - 2z are 0, 2, 4 for the first samples and -2, 0, 0 for the second ones.
    """
    x, z = tensor([1], [3], [5]), tensor([[0], [0], [0]], [[1], [1], [2]])
    zeros = torch.zeros(3, 1, dtype=torch.float64)
    found = log_importance_weights(x, z, zeros, zeros, tensor([2]), tensor(1), 4.0)
    expected = [
        [-1.612085713764618, -2.112085713764618, -3.612085713764618],
        [-2.112085713764618, -1.612085713764618, -1.612085713764618],
    ]
    assert_close(found, expected, what="the log-weights")


@test_case(name="log_weights: a proposal of its own", points=0.01, hidden=False)
def proposal_of_its_own(log_importance_weights):
    """Every x is Wz + b, so that log p(x|z) = -log(2 pi)/2 = -0.9189385332046727 for s^2 = 1.

    The variances of q are 4 and 1, 1 and 1, 1 and 4. In log p(z) - log q(z|x) the constants with pi
    cancel, and half the log-variances, the squares over twice the variances and -|z|^2/2 are left:
    log 2 - 2, 1/2 and log 2.
    """
    x, z = tensor([-1], [0], [1]), tensor([[1, 2], [0, 0], [2, 1]])
    mu = tensor([3, 2], [0, 1], [0, 3])
    log_var = tensor([4, 1], [1, 1], [1, 4]).log()
    found = log_importance_weights(x, z, mu, log_var, tensor([1, -1]), tensor(0), 1.0)
    expected = [[-2.2257913526447273, -0.4189385332046727, -0.2257913526447274]]
    assert_close(found, expected, what="the log-weights")
