"""Variational autoencoders: small cases that can be checked by hand."""

from math import log, pi

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "3.1"


def rows(*values):
    """A float64 tensor of these rows."""
    return torch.tensor(values, dtype=torch.float64)


@test_case(name="densities: three Gaussians with two dimensions", points=0.01)
def gaussian_by_hand(gaussian_log_density):
    """Each dimension gives -1/2 (log 2 pi + log-variance + square over variance).

    At the mean of standard normals; one deviation from it in one dimension; and at the distances 2
    and 3 under the variances 4 and 1.
    """
    x = rows((1, -1), (2, 0), (3, 3))
    mean = rows((1, -1), (1, 0), (1, 0))
    log_var = rows((0, 0), (0, 0), (log(4), 0))
    expected = [-log(2 * pi), -log(2 * pi) - 1 / 2, -log(2 * pi) - log(2) - 1 / 2 - 9 / 2]
    assert_close(gaussian_log_density(x, mean, log_var), expected, what="the log-density")


@test_case(name="densities: Bernoulli variables, one of them grey", points=0.01)
def bernoulli_by_hand(bernoulli_log_density):
    """A logit of 0 is a probability of 1/2, a logit of log 3 is a probability of 3/4."""
    x = rows((1, 1), (0, 0), (1, 0.25))
    logits = rows((0, log(3)), (0, log(3)), (log(3), log(3)))
    grey = 0.25 * log(3 / 4) + 0.75 * log(1 / 4)
    expected = [log(1 / 2) + log(3 / 4), log(1 / 2) + log(1 / 4), log(3 / 4) + grey]
    assert_close(bernoulli_log_density(x, logits), expected, what="the log-probability")
