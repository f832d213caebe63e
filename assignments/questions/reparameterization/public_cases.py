"""The reparameterization trick: small cases that can be checked by hand.

log 2 = 0.6931471805599453, log 3 = 1.0986122886681098, log 2π = 1.8378770664093453.
"""

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
    """The deviations are 3 and 0.5: noise of (1, 2) moves the mean (1, -2) by (3, 1)."""
    z0 = tensor([0, 0], [1, 2], [-1, 4])
    found = diagonal_sample(tensor(1, -2), tensor(3, 0.5), z0)
    assert_close(found, [[1.0, -2.0], [4.0, -1.0], [-2.0, 0.0]], what="the samples")


@test_case(
    name="diagonal_density: the standard normal in two dimensions", points=0.01, hidden=False
)
def standard_normal(diagonal_log_density):
    """At its mean the density is 1/2π. Its logarithm falls by half the squared distance: 1/2, 5/2."""
    z = tensor([0, 0], [1, 0], [1, 2])
    found = diagonal_log_density(z, tensor(0, 0), tensor(1, 1))
    expected = [-1.8378770664093453, -2.3378770664093453, -4.337877066409345]
    assert_close(found, expected, what="the log-densities")


@test_case(name="diagonal_density: two deviations", points=0.01, hidden=False)
def two_deviations(diagonal_log_density):
    """With deviations 2 and 4 the volume grows by 8: log 2π + 3 log 2 = 3.917318608089181.

    The points lie 0 and 0, 1 and 0, 1 and 2 deviations from the mean (1, 2).
    """
    z = tensor([1, 2], [3, 2], [-1, 10])
    found = diagonal_log_density(z, tensor(1, 2), tensor(2, 4))
    expected = [-3.917318608089181, -4.417318608089181, -6.417318608089181]
    assert_close(found, expected, what="the log-densities")


@test_case(name="diagonal_cost: a volume of four", points=0.01, hidden=False)
def diagonal_volume(diagonal_log_abs_det):
    """A box with the sides 2, 0.5 and 4 has the volume 4, and log 4 = 2 log 2."""
    found = diagonal_log_abs_det(tensor(2, 0.5, 4))
    assert_close(found, 1.3862943611198906, what="the log-determinant")


def check_form(determinant_cost, kind):
    """Only the form is checked here: one whole number that could be an exponent."""
    what = f'the entry "{kind}"'
    found = as_tensor(via(exponent, determinant_cost, kind), shape=(), what=what)
    assert_all((found == 0) | (found == 1) | (found == 2) | (found == 3), f"{what} is 0, 1, 2 or 3")


@test_case(name="diagonal_cost: form of the answer", points=0, hidden=False)
def diagonal_form(determinant_cost):
    check_form(determinant_cost, "diagonal")


@test_case(name="linear_density: three samples by hand", points=0.01, hidden=False)
def linear_samples_by_hand(linear_sample):
    """Noise of (1, 0) picks the first column of S, and (0, 1) the second."""
    S = tensor([1, 2], [0, 3])
    found = linear_sample(tensor(10, 20), S, tensor([1, 0], [0, 1], [1, -1]))
    assert_close(found, [[11.0, 20.0], [12.0, 23.0], [9.0, 17.0]], what="the samples")


@test_case(name="linear_density: a determinant of three", points=0.01, hidden=False)
def determinant_of_three(linear_log_density):
    """The points come from the noise (0, 0), (1, 0) and (1, -1), and det S = 3."""
    S = tensor([1, 2], [0, 3])
    z = tensor([10, 20], [11, 20], [9, 17])
    found = linear_log_density(z, tensor(10, 20), S)
    expected = [-2.936489355077455, -3.436489355077455, -3.936489355077455]
    assert_close(found, expected, what="the log-densities")


@test_case(name="linear_density: a negative determinant", points=0.01, hidden=False)
def negative_determinant(linear_log_density):
    """S sends (a, b) to (2b, a), and det S = -2. The points come from (0, 0), (0, 1) and (2, 0)."""
    S = tensor([0, 2], [1, 0])
    found = linear_log_density(tensor([3, -1], [5, -1], [3, 1]), tensor(3, -1), S)
    expected = [-2.5310242469692907, -3.0310242469692907, -4.531024246969291]
    assert_close(found, expected, what="the log-densities")


@test_case(name="triangular_cost: a determinant of three", points=0.01, hidden=False)
def triangular_volume(triangular_log_abs_det):
    """Expanded along its first row, and again, the determinant is 2 · 0.5 · 3 = 3."""
    S = tensor([2, 0, 0], [5, 0.5, 0], [-7, 4, 3])
    assert_close(triangular_log_abs_det(S), 1.0986122886681098, what="the log-determinant")


@test_case(name="triangular_cost: form of the answer", points=0, hidden=False)
def triangular_form(determinant_cost):
    check_form(determinant_cost, "triangular")
