"""Hidden cases of the functions of a VAE: against the reference in float64, and by distribution."""

import torch
from drivers.vae_functions import estimates
from otter.test_files import test_case

from autograder.testing import (
    assert_close,
    assert_same_distribution,
    integers,
    normal,
    uniform,
    via,
)
from reference import vae_functions as reference

OK_FORMAT = False

name = "vae_functions"

STANDS = {
    "kl_mc: one example": "a batch of one row is the smallest input there is",
    "normal: one number an example": "the smallest example there is",
    "bernoulli: one example": "a batch of one row is the smallest input there is",
    "kl_analytic: one example": "a batch of one row is the smallest input there is",
}

ESTIMATES = 6_000


def single(*values):
    """The same in float32, as the course's files have it."""
    return [value.float() for value in values]


def right(function, *values):
    """The right answer in float64, rounded to float32, whose tolerance it is then compared at."""
    return function(*(value.double() for value in values)).float()


def gaussians(rng, *shape):
    return single(
        normal(rng, *shape),
        uniform(rng, -1.0, 1.0, *shape),
        normal(rng, *shape),
        uniform(rng, -1.0, 1.0, *shape),
    )


@test_case(name="bernoulli: rows of five", points=1, hidden=True)
def bernoulli(log_likelihood_bernoulli, rng):
    given = single(uniform(rng, 0.1, 0.9, 3, 5), integers(rng, 0, 1, 3, 5))
    assert_close(
        log_likelihood_bernoulli(*given), right(reference.log_likelihood_bernoulli, *given)
    )


@test_case(name="bernoulli: images", points=1, hidden=True)
def bernoulli_images(log_likelihood_bernoulli, rng):
    given = single(uniform(rng, 0.1, 0.9, 3, 1, 4, 5), integers(rng, 0, 1, 3, 1, 4, 5))
    assert_close(
        log_likelihood_bernoulli(*given), right(reference.log_likelihood_bernoulli, *given)
    )


@test_case(name="bernoulli: one example", points=0.5, hidden=True)
def bernoulli_one(log_likelihood_bernoulli, rng):
    given = single(uniform(rng, 0.1, 0.9, 1, 4), integers(rng, 0, 1, 1, 4))
    assert_close(
        log_likelihood_bernoulli(*given), right(reference.log_likelihood_bernoulli, *given)
    )


@test_case(name="bernoulli: means of 0 and 1", points=0.1, hidden=True)
def bernoulli_sure(log_likelihood_bernoulli, rng):
    mu = uniform(rng, 0.1, 0.9, 3, 5)
    mu[:, 0], mu[:, 1] = 0.0, 1.0
    target = integers(rng, 0, 1, 3, 5)
    target[:, 0], target[:, 1] = 0, 1
    given = single(mu, target)
    expected = right(reference.log_likelihood_bernoulli, *given)
    assert_close(log_likelihood_bernoulli(*given), expected)


@test_case(name="normal: rows of five", points=1, hidden=True)
def gaussian(log_likelihood_normal, rng):
    given = single(normal(rng, 3, 5), uniform(rng, -1.0, 1.0, 3, 5), normal(rng, 3, 5))
    assert_close(log_likelihood_normal(*given), right(reference.log_likelihood_normal, *given))


@test_case(name="normal: images", points=1, hidden=True)
def gaussian_images(log_likelihood_normal, rng):
    shape = 3, 2, 4, 5
    given = single(normal(rng, *shape), uniform(rng, -1.0, 1.0, *shape), normal(rng, *shape))
    assert_close(log_likelihood_normal(*given), right(reference.log_likelihood_normal, *given))


@test_case(name="normal: one number an example", points=0.5, hidden=True)
def gaussian_one(log_likelihood_normal, rng):
    for shape in ((1, 1), (4, 1), (1, 3)):
        given = single(normal(rng, *shape), uniform(rng, -1.0, 1.0, *shape), normal(rng, *shape))
        assert_close(log_likelihood_normal(*given), right(reference.log_likelihood_normal, *given))


@test_case(name="log_mean_exp: three rows", points=1, hidden=True)
def means(log_mean_exp, rng):
    (y,) = single(normal(rng, 3, 5))
    assert_close(log_mean_exp(y), right(reference.log_mean_exp, y))


@test_case(name="log_mean_exp: as many rows as columns", points=0.5, hidden=True)
def square(log_mean_exp, rng):
    (y,) = single(normal(rng, 4, 4))
    assert_close(log_mean_exp(y), right(reference.log_mean_exp, y))


@test_case(name="log_mean_exp: beyond the exponential", points=1, hidden=True)
def large(log_mean_exp, rng):
    (y,) = single(normal(rng, 3, 5) + torch.tensor([[1000.0], [-1000.0], [0.0]]))
    assert_close(log_mean_exp(y), right(reference.log_mean_exp, y))


@test_case(name="log_mean_exp: one row or one column", points=0.5, hidden=True)
def lone(log_mean_exp, rng):
    for shape in ((1, 5), (4, 1), (1, 1)):
        (y,) = single(normal(rng, *shape))
        assert_close(log_mean_exp(y), right(reference.log_mean_exp, y))


@test_case(name="kl_analytic: rows of five", points=1, hidden=True)
def analytic(kl_gaussian_gaussian_analytic, rng):
    given = gaussians(rng, 3, 5)
    expected = right(reference.kl_gaussian_gaussian_analytic, *given)
    assert_close(kl_gaussian_gaussian_analytic(*given), expected)


@test_case(name="kl_analytic: images", points=1, hidden=True)
def analytic_images(kl_gaussian_gaussian_analytic, rng):
    given = gaussians(rng, 3, 2, 4, 5)
    expected = right(reference.kl_gaussian_gaussian_analytic, *given)
    assert_close(kl_gaussian_gaussian_analytic(*given), expected)


@test_case(name="kl_analytic: one example", points=0.5, hidden=True)
def analytic_one(kl_gaussian_gaussian_analytic, rng):
    for shape in ((1, 5), (1, 1)):
        given = gaussians(rng, *shape)
        expected = right(reference.kl_gaussian_gaussian_analytic, *given)
        assert_close(kl_gaussian_gaussian_analytic(*given), expected)


def check_estimates(function, rng, *shape, count=ESTIMATES, num_samples=()):
    """Compare the estimates for two examples with ours."""
    for _ in range(2):
        given = gaussians(rng, 1, *shape), count, *num_samples
        ours = estimates(reference.kl_gaussian_gaussian_mc, *given)
        assert_same_distribution(via(estimates, function, *given), ours.numpy())


@test_case(name="kl_mc: one sample of five numbers", points=1, hidden=True)
def sampled(kl_gaussian_gaussian_mc, rng):
    check_estimates(kl_gaussian_gaussian_mc, rng, 5)


@test_case(name="kl_mc: ten samples", points=1, hidden=True)
def averaged(kl_gaussian_gaussian_mc, rng):
    # fewer of them: some answers go through every sample of every example
    check_estimates(kl_gaussian_gaussian_mc, rng, 5, count=2_000, num_samples=(10,))


@test_case(name="kl_mc: images", points=0.5, hidden=True)
def sampled_images(kl_gaussian_gaussian_mc, rng):
    check_estimates(kl_gaussian_gaussian_mc, rng, 2, 3, num_samples=(2,))


@test_case(name="kl_mc: one example", points=0.03, hidden=True)
def sampled_one(kl_gaussian_gaussian_mc, rng):
    mu, logvar = single(normal(rng, 1, 3), uniform(rng, -1.0, 1.0, 1, 3))
    # log q - log p does not depend on z where the variances and means are the same
    found = kl_gaussian_gaussian_mc(mu, logvar, mu, logvar, 4)
    assert_close(found, torch.zeros(1), rtol=0.0, atol=1e-4)
