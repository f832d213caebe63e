"""The reparameterization trick: laws that tie samples, Jacobians and densities together, and extremes."""

import math

import numpy as np
import torch
from drivers.reparameterization import exponent, gradients, samples_and_jacobians
from otter.test_files import test_case

from autograder.testing import as_tensor, assert_all, assert_close, normal, uniform, unpack, via
from reference import reparameterization as reference

OK_FORMAT = False

name = "reparameterization"

SYMMETRIC = {
    "mean_over_dimensions: diagonal_density: the standard normal in two dimensions": (
        "with deviations of 1 the mean of two dimensions is half of their sum, as the pattern says"
    )
}

# Up to their signs the singular values of S: none is 1, and their product, det S, is negative.
VALUES = (0.5, -0.7, 0.9, 1.6)


def diagonal_data(rng, n, k, dtype=torch.float64):
    """A shift (K,), deviations (K,), and points or noise (N, K).

    Deviations lie on both sides of 1, and their product is at most 0.9: its logarithm is not near 0.
    """
    sigma = torch.cat([uniform(rng, 0.2, 0.5, (k + 1) // 2), uniform(rng, 1.2, 1.8, k // 2)])
    return normal(rng, k, dtype=dtype), sigma.to(dtype), normal(rng, n, k, dtype=dtype)


def dense(rng, values, dtype=torch.float64):
    """A dense matrix Q₁ diag(values) Q₂ with reflections Q: its condition is that of the values."""
    S = torch.diag(torch.as_tensor(values, dtype=torch.float64))
    for _ in range(2):
        v = normal(rng, len(S))
        S = (S - 2 / (v @ v) * torch.outer(v, v @ S)).T
    return S.contiguous().to(dtype)


def linear_data(rng, n, dtype=torch.float64):
    """A shift (4,), a matrix (4, 4) that is not symmetric, and points or noise (N, 4)."""
    return normal(rng, 4, dtype=dtype), dense(rng, VALUES, dtype), normal(rng, n, 4, dtype=dtype)


def triangular(rng, diagonal, dtype=torch.float64):
    """A lower triangular matrix whose columns are ruled by their diagonal entries."""
    k = len(diagonal)
    S = torch.eye(k, dtype=torch.float64) + normal(rng, k, k).tril(-1) / k
    return (S * torch.as_tensor(diagonal, dtype=torch.float64)).to(dtype)


def spread_out(rng, low, high, k):
    """K numbers from low to high in a random order, evenly spaced on a logarithmic scale."""
    return torch.from_numpy(rng.permutation(np.geomspace(low, high, k)))


def standard(z0):
    """The log-density of N(0, I) in every row."""
    return -0.5 * (z0.square().sum(-1) + z0.shape[-1] * math.log(2 * math.pi))


def check_gradients(function, right, inputs, direction):
    """Compare the gradients in all inputs, given by name, with those of the right function."""
    tensors = list(inputs.values())
    found = unpack(via(gradients, function, tensors, direction), len(tensors), "the gradients")
    expected = gradients(right, tensors, direction)
    for of, gradient, exact in zip(inputs, found, expected, strict=True):
        assert_close(gradient, exact, what=f"the gradient in {of}")


def check_change_of_variables(sample, log_density, mu, spread, z0):
    """At each of the student's samples: log q(z) + log |det ∂z/∂z0| = log N(z0; 0, I)."""
    n, k = z0.shape
    found, jacobians = unpack(via(samples_and_jacobians, sample, mu, spread, z0), 2)
    z = as_tensor(found, shape=(n, k), what="the samples")
    jacobians = as_tensor(jacobians, shape=(n, k, k), what="the Jacobians")
    densities = as_tensor(log_density(z, mu, spread), shape=(n,), what="the log-densities")
    what = "the log-densities at the samples plus the log-determinants of the Jacobians"
    assert_close(densities + torch.linalg.slogdet(jacobians).logabsdet, standard(z0), what=what)


def check_moments(log_density, right, mu, spread, matrix):
    """Sum a density of two dimensions over a grid: mass one, covariance that of the matrix.

    A sum over a grid with steps of 0.6 deviations is the integral to rounding where the function is
    normal: the error falls like exp(−2π²/0.36), and what lies beyond 9 deviations is no more.
    """
    axis = torch.arange(-15, 16, dtype=torch.float64) * 0.6
    offset = torch.cartesian_prod(axis, axis) @ matrix.T
    cell = 0.36 * torch.linalg.det(matrix).abs()
    found = log_density(mu + offset, mu, spread)
    assert_close(found, right(mu + offset, mu, spread), what="the log-densities")
    weights = as_tensor(found, shape=(len(offset),), what="the log-densities").exp() * cell
    assert_close(weights.sum(), 1.0, what="the integral of the density")
    covariance = (offset * weights[:, None]).T @ offset
    assert_close(covariance, matrix @ matrix.T, what="the covariance under the density")


@test_case(name="diagonal_density: samples", points=2, hidden=True)
def diagonal_samples(diagonal_sample, rng):
    mu, sigma, z0 = diagonal_data(rng, 5, 3)
    found = diagonal_sample(mu, sigma, z0)
    assert_close(found, reference.diagonal_sample(mu, sigma, z0), what="the samples")


@test_case(name="diagonal_density: gradients of samples", points=1, hidden=True)
def diagonal_sample_gradients(diagonal_sample, rng):
    mu, sigma, z0 = diagonal_data(rng, 5, 3)
    inputs = {"mu": mu, "sigma": sigma, "z0": z0}
    check_gradients(diagonal_sample, reference.diagonal_sample, inputs, normal(rng, 5, 3))


@test_case(name="diagonal_density: densities", points=2, hidden=True)
def diagonal_densities(diagonal_log_density, rng):
    mu, sigma, z = diagonal_data(rng, 3, 5)
    expected = reference.diagonal_log_density(z, mu, sigma)
    assert_close(diagonal_log_density(z, mu, sigma), expected, what="the log-densities")


@test_case(name="diagonal_density: gradients of densities", points=1, hidden=True)
def diagonal_density_gradients(diagonal_log_density, rng):
    mu, sigma, z = diagonal_data(rng, 3, 5)
    inputs = {"z": z, "mu": mu, "sigma": sigma}
    check_gradients(diagonal_log_density, reference.diagonal_log_density, inputs, normal(rng, 3))


@test_case(name="diagonal_density: mass and variances", points=1, hidden=True)
def diagonal_moments(diagonal_log_density, rng):
    mu, sigma, _ = diagonal_data(rng, 3, 2)
    right = reference.diagonal_log_density
    check_moments(diagonal_log_density, right, mu, sigma, torch.diag(sigma))


@test_case(name="diagonal_density: the change of variables", points=1, hidden=True)
def diagonal_change_of_variables(diagonal_sample, diagonal_log_density, rng):
    mu, sigma, z0 = diagonal_data(rng, 3, 6)
    check_change_of_variables(diagonal_sample, diagonal_log_density, mu, sigma, z0)


@test_case(name="diagonal_density: 2000 dimensions", points=1, hidden=True)
def diagonal_many_dimensions(diagonal_log_density, rng):
    """The log-densities come out near 150 ± 32, so that an error of 3e-5 in them shows.

    That is what 2000 constants in float32 add up to.
    """
    mu, sigma = normal(rng, 2000), spread_out(rng, 1e-3, 50, 2000)
    z = mu + sigma * normal(rng, 3, 2000)
    expected = reference.diagonal_log_density(z, mu, sigma)
    assert_close(diagonal_log_density(z, mu, sigma), expected, what="the log-densities")


@test_case(name="diagonal_density: float32", points=0.5, hidden=True)
def diagonal_single_precision(diagonal_sample, diagonal_log_density, rng):
    mu, sigma, z0 = diagonal_data(rng, 3, 4, torch.float32)
    z = reference.diagonal_sample(mu, sigma, z0)
    assert_close(diagonal_sample(mu, sigma, z0), z, what="the samples")
    expected = reference.diagonal_log_density(z, mu, sigma)
    assert_close(diagonal_log_density(z, mu, sigma), expected, what="the log-densities")


@test_case(name="diagonal_density: one row, one dimension", points=0.5, hidden=True)
def diagonal_smallest_sizes(diagonal_sample, diagonal_log_density, rng):
    for n, k in ((1, 3), (4, 1)):
        mu, sigma, z = diagonal_data(rng, n, k)
        expected = reference.diagonal_sample(mu, sigma, z)
        assert_close(diagonal_sample(mu, sigma, z), expected, what=f"the {n} × {k} samples")
        expected = reference.diagonal_log_density(z, mu, sigma)
        found = diagonal_log_density(z, mu, sigma)
        assert_close(found, expected, what=f"the log-densities of {n} × {k} points")


@test_case(name="diagonal_cost: the Jacobian of a sample", points=2, hidden=True)
def diagonal_jacobian(diagonal_log_abs_det, rng):
    mu, sigma, z0 = diagonal_data(rng, 3, 7)
    _, jacobians = samples_and_jacobians(reference.diagonal_sample, mu, sigma, z0)
    found = as_tensor(diagonal_log_abs_det(sigma), shape=(), what="the log-determinant")
    expected = torch.linalg.slogdet(jacobians).logabsdet
    assert_close(found.expand(3), expected, what="the log-determinant, beside every row's")


@test_case(name="diagonal_cost: gradients", points=1, hidden=True)
def diagonal_cost_gradients(diagonal_log_abs_det, rng):
    _, sigma, _ = diagonal_data(rng, 3, 5)
    right = reference.diagonal_log_abs_det
    check_gradients(diagonal_log_abs_det, right, {"sigma": sigma}, normal(rng))


@test_case(name="diagonal_cost: 2000 dimensions", points=1, hidden=True)
def diagonal_cost_extremes(diagonal_log_abs_det, rng):
    """The determinant is 1e-3000; and that of the inverse map, with 1/σ for σ, its reciprocal."""
    sigma = spread_out(rng, 1e-3, 1, 2000)
    small = diagonal_log_abs_det(sigma)
    assert_close(small, reference.diagonal_log_abs_det(sigma), what="the log-determinant")
    large = as_tensor(diagonal_log_abs_det(1 / sigma), shape=(), what="the log-determinant of 1/σ")
    assert_close(-large, as_tensor(small), what="minus the log-determinant of 1/σ")


@test_case(name="diagonal_cost: float32", points=0.5, hidden=True)
def diagonal_cost_single_precision(diagonal_log_abs_det, rng):
    _, sigma, _ = diagonal_data(rng, 3, 9, torch.float32)
    expected = reference.diagonal_log_abs_det(sigma)
    assert_close(diagonal_log_abs_det(sigma), expected, what="the log-determinant")


@test_case(name="diagonal_cost: one dimension", points=0.5, hidden=True)
def diagonal_cost_of_one(diagonal_log_abs_det, rng):
    _, sigma, _ = diagonal_data(rng, 1, 1)
    expected = reference.diagonal_log_abs_det(sigma)
    assert_close(diagonal_log_abs_det(sigma), expected, what="the log-determinant")


@test_case(name="diagonal_cost: the exponent", points=2, hidden=True)
def diagonal_exponent(determinant_cost):
    found = via(exponent, determinant_cost, "diagonal")
    assert_close(found, reference.determinant_cost()["diagonal"], what='the entry "diagonal"')


@test_case(name="linear_density: samples", points=2, hidden=True)
def linear_samples(linear_sample, rng):
    mu, S, z0 = linear_data(rng, 5)
    assert_close(linear_sample(mu, S, z0), reference.linear_sample(mu, S, z0), what="the samples")


@test_case(name="linear_density: gradients of samples", points=1, hidden=True)
def linear_sample_gradients(linear_sample, rng):
    mu, S, z0 = linear_data(rng, 5)
    inputs = {"mu": mu, "S": S, "z0": z0}
    check_gradients(linear_sample, reference.linear_sample, inputs, normal(rng, 5, 4))


@test_case(name="linear_density: densities", points=2, hidden=True)
def linear_densities(linear_log_density, rng):
    mu, S, z = linear_data(rng, 3)
    expected = reference.linear_log_density(z, mu, S)
    assert_close(linear_log_density(z, mu, S), expected, what="the log-densities")


@test_case(name="linear_density: gradients of densities", points=1, hidden=True)
def linear_density_gradients(linear_log_density, rng):
    mu, S, z = linear_data(rng, 3)
    inputs = {"z": z, "mu": mu, "S": S}
    check_gradients(linear_log_density, reference.linear_log_density, inputs, normal(rng, 3))


@test_case(name="linear_density: mass and covariance", points=1, hidden=True)
def linear_moments(linear_log_density, rng):
    values = torch.stack([uniform(rng, 0.5, 0.8), -uniform(rng, 1.4, 1.9)])
    mu, S = normal(rng, 2), dense(rng, values)
    check_moments(linear_log_density, reference.linear_log_density, mu, S, S)


@test_case(name="linear_density: the change of variables", points=1, hidden=True)
def linear_change_of_variables(linear_sample, linear_log_density, rng):
    mu, S, z0 = linear_data(rng, 3)
    check_change_of_variables(linear_sample, linear_log_density, mu, S, z0)


@test_case(name="linear_density: noise that is turned first", points=1, hidden=True)
def linear_turned(linear_log_density, rng):
    """Turned or mirrored, standard normal noise is standard normal noise: S and S Q are alike."""
    mu, S, z = linear_data(rng, 3)
    found = linear_log_density(z, mu, S)
    plain = as_tensor(found, shape=(3,), what="the log-densities")
    assert_close(plain, reference.linear_log_density(z, mu, S), what="the log-densities")
    turned = linear_log_density(z, mu, S @ dense(rng, (1.0, 1.0, -1.0, 1.0)))
    assert_close(turned, plain, what="the log-densities after the noise was turned")


@test_case(name="linear_density: determinants of 1e-600", points=1, hidden=True)
def linear_extremes(linear_log_density, rng):
    for matrix in (dense, triangular):
        S = matrix(rng, spread_out(rng, 1e-4, 1e-2, 200))
        mu = normal(rng, 200)
        z = mu + normal(rng, 3, 200) @ S.T
        expected = reference.linear_log_density(z, mu, S)
        what = f"the log-densities, S {matrix.__name__}"
        assert_close(linear_log_density(z, mu, S), expected, what=what)


@test_case(name="linear_density: float32", points=0.5, hidden=True)
def linear_single_precision(linear_sample, linear_log_density, rng):
    mu, S, z0 = linear_data(rng, 3, torch.float32)
    z = reference.linear_sample(mu, S, z0)
    assert_close(linear_sample(mu, S, z0), z, what="the samples")
    expected = reference.linear_log_density(z, mu, S)
    assert_close(linear_log_density(z, mu, S), expected, what="the log-densities")


@test_case(name="linear_density: one row, one dimension", points=0.5, hidden=True)
def linear_smallest_sizes(linear_sample, linear_log_density, rng):
    for n, values in ((1, (0.7, -1.2, 1.6)), (5, (-0.4,))):
        k = len(values)
        mu, S, z = normal(rng, k), dense(rng, values), normal(rng, n, k)
        expected = reference.linear_sample(mu, S, z)
        assert_close(linear_sample(mu, S, z), expected, what=f"the {n} × {k} samples")
        expected = reference.linear_log_density(z, mu, S)
        found = linear_log_density(z, mu, S)
        assert_close(found, expected, what=f"the log-densities of {n} × {k} points")


@test_case(name="triangular_cost: the Jacobian of a sample", points=2, hidden=True)
def triangular_jacobian(triangular_log_abs_det, rng):
    mu, diagonal, z0 = diagonal_data(rng, 3, 5)
    S = triangular(rng, diagonal)
    _, jacobians = samples_and_jacobians(reference.linear_sample, mu, S, z0)
    found = as_tensor(triangular_log_abs_det(S), shape=(), what="the log-determinant")
    expected = torch.linalg.slogdet(jacobians).logabsdet
    assert_close(found.expand(3), expected, what="the log-determinant, beside every row's")


@test_case(name="triangular_cost: gradients", points=1, hidden=True)
def triangular_gradients(triangular_log_abs_det, rng):
    """Of the gradient the lower triangle is compared: above it S has nowhere to go."""
    _, diagonal, _ = diagonal_data(rng, 3, 6)
    inputs, direction = (triangular(rng, diagonal),), normal(rng)
    (found,) = unpack(via(gradients, triangular_log_abs_det, inputs, direction), 1)
    lower = as_tensor(found, shape=(6, 6), what="the gradient in S").tril()
    (expected,) = gradients(reference.triangular_log_abs_det, inputs, direction)
    assert_close(lower, expected, what="the lower triangle of the gradient in S")


@test_case(name="triangular_cost: one map after the other", points=1, hidden=True)
def triangular_products(triangular_log_abs_det, rng):
    """Volumes multiply, so log-determinants add up."""
    factors = [triangular(rng, diagonal_data(rng, 3, 6)[1]) for _ in range(2)]
    logs = [
        as_tensor(triangular_log_abs_det(S), shape=(), what="the log-determinant")
        for S in (*factors, factors[0] @ factors[1])
    ]
    assert_all(torch.stack(logs).isfinite(), "log-determinants are finite")
    assert_close(logs[0], reference.triangular_log_abs_det(factors[0]), what="the log-determinant")
    assert_close(logs[2], logs[0] + logs[1], what="the log-determinant of a product")


@test_case(name="triangular_cost: determinants of 1e-600 and 1e600", points=1, hidden=True)
def triangular_extremes(triangular_log_abs_det, rng):
    for low, high in ((1e-4, 1e-2), (1e2, 1e4)):
        S = triangular(rng, spread_out(rng, low, high, 200))
        expected = reference.triangular_log_abs_det(S)
        assert_close(triangular_log_abs_det(S), expected, what="the log-determinant")


@test_case(name="triangular_cost: float32", points=0.5, hidden=True)
def triangular_single_precision(triangular_log_abs_det, rng):
    _, diagonal, _ = diagonal_data(rng, 3, 7)
    S = triangular(rng, diagonal, torch.float32)
    expected = reference.triangular_log_abs_det(S)
    assert_close(triangular_log_abs_det(S), expected, what="the log-determinant")


@test_case(name="triangular_cost: one dimension", points=0.5, hidden=True)
def triangular_cost_of_one(triangular_log_abs_det, rng):
    S = triangular(rng, uniform(rng, 0.2, 0.5, 1))
    expected = reference.triangular_log_abs_det(S)
    assert_close(triangular_log_abs_det(S), expected, what="the log-determinant")


@test_case(name="triangular_cost: the exponent", points=2, hidden=True)
def triangular_exponent(determinant_cost):
    found = via(exponent, determinant_cost, "triangular")
    assert_close(found, reference.determinant_cost()["triangular"], what='the entry "triangular"')
