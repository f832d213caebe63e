"""The reparameterization trick: small cases that can be checked by hand."""

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "2.3"


def tensor(*values):
    return torch.tensor(values, dtype=torch.float64)


@test_case(name="linear_density: three samples by hand", points=0.01, hidden=False)
def linear_samples_by_hand(linear_sample):
    """Noise of (1, 0) picks the first column of S, and (0, 1) the second."""
    S = tensor([1, 0.7], [0, 3])
    found = linear_sample(tensor(0.1, 20), S, tensor([1, 0], [0, 1], [1, -1]))
    assert_close(found, [[1.1, 20.0], [0.8, 23.0], [0.4, 17.0]], what="the samples")


@test_case(name="linear_density: a positive determinant", points=0.01, hidden=False)
def positive_determinant(linear_log_density):
    """The points come from the noise (0, 0), (1, 0) and (1, -1), and det S = 3.5.

    log(2 pi) + log 3.5 = 3.0906400349047133.
    """
    S = tensor([1, 2], [0, 3.5])
    z = tensor([10, 20], [11, 20], [9, 16.5])
    found = linear_log_density(z, tensor(10, 20), S)
    expected = [-3.0906400349047133, -3.5906400349047133, -4.090640034904713]
    assert_close(found, expected, what="the log-densities")


@test_case(name="linear_density: a negative determinant", points=0.01, hidden=False)
def negative_determinant(linear_log_density):
    """S sends (a, b) to (2.5 b, a), and det S = -2.5. The points come from (0, 0), (0, 1) and (3, 0).

    log(2 pi) + log 2.5 = 2.7541677982835004.
    """
    S = tensor([0, 2.5], [1, 0])
    found = linear_log_density(tensor([3, -1], [5.5, -1], [3, 2]), tensor(3, -1), S)
    expected = [-2.7541677982835004, -3.2541677982835004, -7.2541677982835004]
    assert_close(found, expected, what="the log-densities")
