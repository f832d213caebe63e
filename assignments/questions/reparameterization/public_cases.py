"""The reparameterization trick: small cases that can be checked by hand."""

import torch
from drivers.reparameterization import exponent
from otter.test_files import test_case

from autograder.testing import as_tensor, assert_all, assert_close, via

OK_FORMAT = False

name = "reparameterization"


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


@test_case(name="diagonal_cost: a volume of three and a half", points=0.01, hidden=False)
def diagonal_volume(diagonal_log_abs_det):
    """A box with the sides 2.5, 0.5 and 2.8 has the volume 3.5, and log 3.5 = 1.252762968495368."""
    found = diagonal_log_abs_det(tensor(2.5, 0.5, 2.8))
    assert_close(found, 1.252762968495368, what="the log-determinant")


def check_form(determinant_cost, kind):
    """Only the form is checked: one whole number that could be an exponent."""
    what = f'the entry "{kind}"'
    found = as_tensor(via(exponent, determinant_cost, kind), shape=(), what=what)
    assert_all((found == 0) | (found == 1) | (found == 2) | (found == 3), f"{what} is 0, 1, 2 or 3")


@test_case(name="diagonal_cost: form of the answer", points=0, hidden=False)
def diagonal_form(determinant_cost):
    check_form(determinant_cost, "diagonal")


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


@test_case(name="triangular_cost: a determinant of three and a half", points=0.01, hidden=False)
def triangular_volume(triangular_log_abs_det):
    """Expanded along its first row, and again, the determinant is 2 times 0.5 times 3.5."""
    S = tensor([2, 0, 0], [5, 0.5, 0], [-7, 4, 3.5])
    assert_close(triangular_log_abs_det(S), 1.252762968495368, what="the log-determinant")


@test_case(name="triangular_cost: form of the answer", points=0, hidden=False)
def triangular_form(determinant_cost):
    check_form(determinant_cost, "triangular")
