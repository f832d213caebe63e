"""The reparameterization trick: small cases that can be checked by hand."""

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "2.1"


def tensor(*values):
    return torch.tensor(values, dtype=torch.float64)


@test_case(name="diagonal_density: three samples by hand", points=0.01, hidden=False)
def diagonal_samples_by_hand(diagonal_sample):
    """The deviations are 3 and 0.7: noise of (1, 2) moves the mean (0.1, -2) by (3, 1.4)."""
    z0 = tensor([0, 0], [1, 2], [-1, 4])
    found = diagonal_sample(tensor(0.1, -2), tensor(3, 0.7), z0)
    assert_close(found, [[0.1, -2.0], [3.1, -0.6], [-2.9, 0.8]], what="the samples")


@test_case(
    name="diagonal_density: the standard normal in two dimensions", points=0.01, hidden=False
)
def standard_normal(diagonal_log_density):
    """At its mean the density is 1/(2 pi). Its logarithm falls by half the squared distance: 1/2, 5/2."""
    z = tensor([0, 0], [1, 0], [1, 2])
    found = diagonal_log_density(z, tensor(0, 0), tensor(1, 1))
    expected = [-1.8378770664093453, -2.3378770664093453, -4.337877066409345]
    assert_close(found, expected, what="the log-densities")


@test_case(name="diagonal_density: two deviations", points=0.01, hidden=False)
def two_deviations(diagonal_log_density):
    """With deviations 2.5 and 3.5 the volume grows by 8.75; log(2 pi) + log 8.75 = 4.006930766778868.

    The points lie 0 and 0, 1 and 0, 1 and 2 deviations from the mean (1, 2).
    """
    z = tensor([1, 2], [3.5, 2], [-1.5, 9])
    found = diagonal_log_density(z, tensor(1, 2), tensor(2.5, 3.5))
    expected = [-4.006930766778868, -4.506930766778868, -6.506930766778868]
    assert_close(found, expected, what="the log-densities")
