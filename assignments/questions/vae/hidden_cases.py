"""Variational autoencoders: values, and the laws that densities, divergences and bounds obey.

Tolerances: with a noise variance of 1e-6 and W of size 0.3, a float64 solution that inverts
I + W'W/s^2 is off by up to 3e-8 of what rests on the posterior, which is compared to TINY there. One
that gets the log-evidence from Woodbury's identity is off by 2e-5: hence TINY_EVIDENCE.
"""

import itertools
import math

import torch
from drivers.vae import gradients
from otter.test_files import test_case

from autograder.testing import (
    as_tensor,
    assert_all,
    assert_close,
    assert_equal,
    normal,
    uniform,
    unpack,
    via,
)
from reference import vae as reference

OK_FORMAT = False

name = "vae"

TINY = {"rtol": 1e-6, "atol": 1e-8}
TINY_EVIDENCE = {"rtol": 1e-3, "atol": 1e-3}


def model(rng, n, d, k, scale=1.0, dtype=torch.float64):
    """Examples, W and b: (n, d), (d, k) and (d,)."""
    x = normal(rng, n, d, dtype=dtype) + 0.5
    return x, scale * normal(rng, d, k, dtype=dtype), normal(rng, d, dtype=dtype)


def log_gaussian(x, mean, covariance):
    """The log-density of N(mean, covariance). MultivariateNormal would import sympy: half a second."""
    deviation = x - mean
    distance = (deviation * torch.linalg.solve(covariance, deviation.T).T).sum(-1)
    return -0.5 * (distance + torch.logdet(2 * math.pi * covariance))


def approximation(rng, n, k, dtype=torch.float64):
    """Means and log-variances of q: (n, k) each."""
    return normal(rng, n, k, dtype=dtype), uniform(rng, -2, 1, n, k, dtype=dtype)


def bound_at(rng, n, d, k, noise_var, scale=1.0, dtype=torch.float64):
    """The arguments of the functions of a model and a q: x, mu, log_var, W, b, noise_var."""
    x, W, b = model(rng, n, d, k, scale, dtype)
    return (x, *approximation(rng, n, k, dtype), W, b, noise_var)


def extremes(rng, n, k):
    """Log-variances of 30 and -30, both in every row and in every column of an (n, k) tensor."""
    signs = 1 - 2 * ((torch.arange(n)[:, None] + torch.arange(k)) % 2)
    return 30.0 * signs.double() + uniform(rng, -0.5, 0.5, n, k)


def averaged(function, mu, log_var):
    """The expectation of a function of z that is quadratic: its average over all mu ± sigma."""
    sigma = (log_var / 2).exp()
    signs = list(itertools.product((-1.0, 1.0), repeat=mu.shape[1]))
    return sum(function(mu + sigma * mu.new_tensor(sign)) for sign in signs) / len(signs)


def log_joint(x, z, W, b, noise_var):
    """Log p(x|z) p(z), from the distributions of torch."""
    likelihood = torch.distributions.Normal(z @ W.T + b, noise_var**0.5).log_prob(x).sum(-1)
    return likelihood + torch.distributions.Normal(0.0, 1.0).log_prob(z).sum(-1)


def with_orthogonal_columns(rng, n, d, k):
    """Examples, W and b such that the posterior has a diagonal covariance."""
    x, W, b = model(rng, n, d, k)
    return x, torch.linalg.qr(W)[0] * uniform(rng, 0.5, 2.0, k), b


def diagonal_posterior(x, W, b, noise_var):
    """Means and log-variances of the posterior where its covariance is diagonal."""
    mean, covariance = reference.true_posterior(x, W, b, noise_var)
    return mean, covariance.diagonal().log().repeat(len(x), 1)


def check_gradients(found, expected, names):
    """Compare gradients one by one."""
    parts = unpack(found, len(names), "the gradients")
    for gradient, right, of in zip(parts, expected, names, strict=True):
        assert_close(gradient, right, what=f"the gradient in {of}")


# --- Densities ---------------------------------------------------------------------------------


@test_case(name="densities: Gaussian", points=2, hidden=True)
def gaussian(gaussian_log_density, rng):
    x, mean, log_var = normal(rng, 5, 3), normal(rng, 5, 3), uniform(rng, -2, 2, 5, 3)
    expected = reference.gaussian_log_density(x, mean, log_var)
    assert_close(gaussian_log_density(x, mean, log_var), expected, what="the log-density")


@test_case(name="densities: Gaussian, the density integrates to one", points=1, hidden=True)
def gaussian_integral(gaussian_log_density, rng):
    """Over a grid of 121 × 121 points that reaches 9 deviations from the mean in both directions."""
    mean, log_var = normal(rng, 2), uniform(rng, -2, 2, 2)
    steps = torch.linspace(-9, 9, 121, dtype=torch.float64)
    grid = torch.cartesian_prod(steps, steps)
    sigma = (log_var / 2).exp()
    found = gaussian_log_density(
        mean + sigma * grid, mean.repeat(len(grid), 1), log_var.repeat(len(grid), 1)
    )
    density = as_tensor(found, shape=(len(grid),), what="the log-density").exp()
    integral = density.sum() * sigma.prod() * (steps[1] - steps[0]) ** 2
    assert_close(integral, 1.0, what="the integral of the density")


@test_case(name="densities: Gaussian, log-variances of 30 and -30", points=0.5, hidden=True)
def gaussian_extremes(gaussian_log_density, rng):
    """A few deviations from the mean, and at ordinary distances, which are 1e6 deviations."""
    mean, log_var = normal(rng, 4, 3), extremes(rng, 4, 3)
    for x in (mean + (log_var / 2).exp() * normal(rng, 4, 3), normal(rng, 4, 3)):
        expected = reference.gaussian_log_density(x, mean, log_var)
        assert_close(gaussian_log_density(x, mean, log_var), expected, what="the log-density")


@test_case(name="densities: Bernoulli", points=2, hidden=True)
def bernoulli(bernoulli_log_density, rng):
    x = (normal(rng, 5, 7) > 0).double()
    logits = 2 * normal(rng, 5, 7)
    expected = reference.bernoulli_log_density(x, logits)
    assert_close(bernoulli_log_density(x, logits), expected, what="the log-probability")


@test_case(name="densities: Bernoulli, grey values", points=1, hidden=True)
def bernoulli_grey(bernoulli_log_density, rng):
    x, logits = uniform(rng, 0, 1, 4, 6), 2 * normal(rng, 4, 6)
    expected = reference.bernoulli_log_density(x, logits)
    assert_close(bernoulli_log_density(x, logits), expected, what="the log-probability")


@test_case(
    name="densities: Bernoulli, the probabilities of all images sum to one", points=1, hidden=True
)
def bernoulli_sum(bernoulli_log_density, rng):
    images = torch.tensor(list(itertools.product((0.0, 1.0), repeat=5)), dtype=torch.float64)
    logits = (2 * normal(rng, 5)).repeat(len(images), 1)
    found = bernoulli_log_density(images, logits)
    expected = reference.bernoulli_log_density(images, logits)
    assert_close(found, expected, what="the log-probability")
    probabilities = as_tensor(found, shape=(len(images),), what="the log-probability").exp()
    assert_close(probabilities.sum(), 1.0, what="the sum of the probabilities")


@test_case(name="densities: Bernoulli, logits of 200 and -200", points=0.5, hidden=True)
def bernoulli_extremes(bernoulli_log_density, rng):
    """Sure and right, sure and wrong, and grey, for both signs; and both signs in one row.

    So far out log sigmoid(l) is min(l, 0) to all digits: at what the prompt names, and nearer.
    """
    x = torch.tensor([[1.0], [0.0], [0.5], [0.0], [1.0], [0.25]], dtype=torch.float64)
    for far in (200.0, uniform(rng, 150, 199).item()):
        logits = torch.tensor([[far]] * 3 + [[-far]] * 3, dtype=torch.float64)
        found = bernoulli_log_density(x, logits)
        expected = torch.tensor([0.0, -1.0, -0.5, 0.0, -1.0, -0.25], dtype=torch.float64) * far
        assert_close(found, expected, what="the log-probability")
        found = bernoulli_log_density(x.reshape(2, 3), logits.reshape(2, 3))
        assert_close(found, [-1.5 * far, -1.25 * far], what="the log-probability")


@test_case(name="densities: Bernoulli, gradient in the logits", points=1, hidden=True)
def bernoulli_gradient(bernoulli_log_density, rng):
    """The first pixels have logits of 200 and -200, and are sure and right twice, then sure and wrong."""
    x, logits = uniform(rng, 0, 1, 4, 3), 2 * normal(rng, 4, 3)
    x[:, 0], logits[:, 0] = torch.tensor([1.0, 0, 0, 1]), torch.tensor([200.0, -200, 200, -200])
    direction = normal(rng, 4)
    found = via(gradients, bernoulli_log_density, [x, logits], [1], direction)
    expected = direction[:, None] * (x - torch.sigmoid(logits))
    assert_close(found[0], expected, what="the gradient in the logits")


@test_case(name="densities: one example with one dimension", points=0.5, hidden=True)
def densities_of_one(gaussian_log_density, bernoulli_log_density, rng):
    x, mean, log_var = normal(rng, 1, 1), normal(rng, 1, 1), normal(rng, 1, 1)
    expected = reference.gaussian_log_density(x, mean, log_var)
    assert_close(gaussian_log_density(x, mean, log_var), expected, what="the log-density")
    pixel = (x > 0).double()
    expected = reference.bernoulli_log_density(pixel, mean)
    assert_close(bernoulli_log_density(pixel, mean), expected, what="the log-probability")


@test_case(name="densities: float32", points=0.5, hidden=True)
def densities_single(gaussian_log_density, bernoulli_log_density, rng):
    x, mean = (normal(rng, 3, 5, dtype=torch.float32) for _ in range(2))
    log_var = uniform(rng, -1, 1, 3, 5, dtype=torch.float32)
    expected = reference.gaussian_log_density(x, mean, log_var)
    assert_close(gaussian_log_density(x, mean, log_var), expected, what="the log-density")
    pixels = (x > 0).float()
    expected = reference.bernoulli_log_density(pixels, mean)
    assert_close(bernoulli_log_density(pixels, mean), expected, what="the log-probability")


# --- Divergences -------------------------------------------------------------------------------


def pair(rng, n, k, dtype=torch.float64):
    """Means and log-variances of q and of p, (n, k) each."""
    return (*approximation(rng, n, k, dtype), *approximation(rng, n, k, dtype))


@test_case(name="kl: closed form", points=2, hidden=True)
def kl(kl_diagonal_gaussians, rng):
    given = pair(rng, 5, 3)
    expected = reference.kl_diagonal_gaussians(*given)
    assert_close(kl_diagonal_gaussians(*given), expected, what="the divergence")


@test_case(name="kl: closed form, zero from itself and else positive", points=1, hidden=True)
def kl_laws(kl_diagonal_gaussians, rng):
    mu, log_var, *other = pair(rng, 6, 4)
    itself = kl_diagonal_gaussians(mu, log_var, mu, log_var)
    assert_close(itself, [0.0] * 6, what="the divergence of q from itself")
    for given in ((mu, log_var, *other), (*other, mu, log_var)):
        found = as_tensor(kl_diagonal_gaussians(*given), shape=(6,), what="the divergence")
        assert_all(found > 0, "the divergence of different distributions is positive")


@test_case(name="kl: closed form, log-variances of 30 and -30", points=0.5, hidden=True)
def kl_extremes(kl_diagonal_gaussians, rng):
    """Of q, of p and of both; in the last the divergences are small numbers again."""
    mu_q, log_var_q, mu_p, log_var_p = pair(rng, 4, 3)
    far = extremes(rng, 4, 3)
    near = mu_q + 0.7 * (far / 2).exp()
    for given in (
        (mu_q, far, mu_p, log_var_p),
        (mu_q, log_var_q, mu_p, far),
        (mu_q, -far.abs(), mu_p, log_var_p),
        (mu_q, far, near, far + log_var_p),
    ):
        expected = reference.kl_diagonal_gaussians(*given)
        assert_close(kl_diagonal_gaussians(*given), expected, what="the divergence")


@test_case(name="kl: closed form, gradients", points=1, hidden=True)
def kl_gradients(kl_diagonal_gaussians, rng):
    given, direction = pair(rng, 4, 3), normal(rng, 4)
    found = via(gradients, kl_diagonal_gaussians, given, [0, 1, 2, 3], direction)
    expected = gradients(reference.kl_diagonal_gaussians, given, [0, 1, 2, 3], direction)
    check_gradients(found, expected, ("mu_q", "log_var_q", "mu_p", "log_var_p"))


@test_case(name="kl: Monte Carlo", points=2, hidden=True)
def monte_carlo(kl_monte_carlo, rng):
    given = (*pair(rng, 4, 3), normal(rng, 6, 4, 3))
    expected = reference.kl_monte_carlo(*given)
    assert_close(kl_monte_carlo(*given), expected, what="the estimate")


@test_case(name="kl: Monte Carlo, exact for noise of 1 and -1", points=1, hidden=True)
def monte_carlo_mirrored(kl_monte_carlo, rng):
    """Such noise has the mean and the variance of a standard normal, and log q - log p is quadratic."""
    mu_q, log_var_q, mu_p, log_var_p = pair(rng, 5, 2)
    half = normal(rng, 3, 5, 2).sign()
    found = kl_monte_carlo(mu_q, log_var_q, mu_p, log_var_p, torch.cat([half, -half]))
    q = torch.distributions.Normal(mu_q, (log_var_q / 2).exp())
    p = torch.distributions.Normal(mu_p, (log_var_p / 2).exp())
    expected = torch.distributions.kl_divergence(q, p).sum(-1)
    assert_close(found, expected, what="the estimate")


@test_case(name="kl: Monte Carlo, log-variances of 30 and -30", points=0.5, hidden=True)
def monte_carlo_extremes(kl_monte_carlo, rng):
    mu_q, log_var_q, mu_p, log_var_p = pair(rng, 4, 3)
    far, eps = extremes(rng, 4, 3), normal(rng, 5, 4, 3)
    for given in (
        (mu_q, far, mu_p, log_var_p, eps),
        (mu_q, log_var_q, mu_p, far, eps),
        (mu_q, -far.abs(), mu_p, log_var_p, eps),
    ):
        expected = reference.kl_monte_carlo(*given)
        assert_close(kl_monte_carlo(*given), expected, what="the estimate")


@test_case(name="kl: Monte Carlo, gradients through the samples", points=1, hidden=True)
def monte_carlo_gradients(kl_monte_carlo, rng):
    given, direction = (*pair(rng, 4, 2), normal(rng, 5, 4, 2)), normal(rng, 4)
    found = via(gradients, kl_monte_carlo, given, [0, 1, 2, 3], direction)
    expected = gradients(reference.kl_monte_carlo, given, [0, 1, 2, 3], direction)
    check_gradients(found, expected, ("mu_q", "log_var_q", "mu_p", "log_var_p"))


@test_case(name="kl: one example, one dimension, one sample", points=0.5, hidden=True)
def kl_of_one(kl_diagonal_gaussians, kl_monte_carlo, rng):
    given, eps = pair(rng, 1, 1), normal(rng, 1, 1, 1)
    expected = reference.kl_diagonal_gaussians(*given)
    assert_close(kl_diagonal_gaussians(*given), expected, what="the divergence")
    expected = reference.kl_monte_carlo(*given, eps)
    assert_close(kl_monte_carlo(*given, eps), expected, what="the estimate")


@test_case(name="kl: float32", points=0.5, hidden=True)
def kl_single(kl_diagonal_gaussians, kl_monte_carlo, rng):
    given, eps = pair(rng, 5, 3, torch.float32), normal(rng, 2, 5, 3, dtype=torch.float32)
    expected = reference.kl_diagonal_gaussians(*given)
    assert_close(kl_diagonal_gaussians(*given), expected, what="the divergence")
    expected = reference.kl_monte_carlo(*given, eps)
    # Half the terms of log q − log p cancel: an honest float32 sum is right to a few 1e-6.
    assert_close(kl_monte_carlo(*given, eps), expected, rtol=1e-4, atol=1e-4, what="the estimate")


# --- Evidence and posterior --------------------------------------------------------------------


def check_posterior(found, given, tolerance):
    """Compare the means and the covariance of a posterior."""
    mean, covariance = unpack(found, 2)
    right = reference.true_posterior(*given)
    assert_close(mean, right[0], what="the posterior mean", **tolerance)
    assert_close(covariance, right[1], what="the posterior covariance", **tolerance)


def model_far_away(rng, n, d, k):
    """A model whose data lie around an offset of more than a hundred, as pixels up to 255 do."""
    x, W, b = model(rng, n, d, k)
    shift = uniform(rng, 100, 200, d)
    return x + shift, W, b + shift


@test_case(name="evidence: log-evidence", points=2, hidden=True)
def evidence(log_marginal, rng):
    given = (*model_far_away(rng, 4, 5, 3), 0.3)
    expected = reference.log_marginal(*given)
    assert_close(log_marginal(*given), expected, what="the log-evidence")


@test_case(
    name="evidence: log-evidence, the moments of one pixel",
    points=1,
    hidden=True,
)
def evidence_moments(log_marginal, rng):
    """By the sum over 301 points within 9 deviations: the mass, the mean and the variance of p(x)."""
    W, b, noise_var = normal(rng, 1, 2), normal(rng, 1), 0.4
    variance = W.square().sum() + noise_var
    x = b + variance.sqrt() * torch.linspace(-9, 9, 301, dtype=torch.float64)[:, None]
    found = log_marginal(x, W, b, noise_var)
    mass = as_tensor(found, shape=(301,), what="the log-evidence").exp() * (x[1, 0] - x[0, 0])
    assert_close(mass.sum(), 1.0, what="the integral of the evidence")
    shifted = x[:, 0] - b
    moments = torch.stack([(mass * shifted).sum(), (mass * shifted.square()).sum()])
    expected = torch.stack([torch.zeros_like(variance), variance])
    assert_close(moments, expected, what="the mean (less b) and the variance of the evidence")


@test_case(name="evidence: posterior", points=2, hidden=True)
def posterior(true_posterior, rng):
    given = (*model_far_away(rng, 4, 5, 3), 0.3)
    check_posterior(true_posterior(*given), given, {})


@test_case(name="evidence: more latent dimensions than pixels", points=1, hidden=True)
def evidence_wide(log_marginal, true_posterior, rng):
    given = (*model(rng, 5, 2, 4), 0.6)
    expected = reference.log_marginal(*given)
    assert_close(log_marginal(*given), expected, what="the log-evidence")
    check_posterior(true_posterior(*given), given, {})


@test_case(name="evidence: Bayes' rule ties evidence and posterior together", points=1, hidden=True)
def bayes(log_marginal, true_posterior, rng):
    """At any z, prior times likelihood is evidence times posterior."""
    x, W, b = model(rng, 6, 4, 3)
    mean, covariance = unpack(true_posterior(x, W, b, 0.5), 2)
    mean = as_tensor(mean, shape=(6, 3), what="the posterior mean").double()
    covariance = as_tensor(covariance, shape=(3, 3), what="the posterior covariance").double()
    log_evidence = as_tensor(log_marginal(x, W, b, 0.5), shape=(6,), what="the log-evidence")
    assert_all(covariance.isfinite(), "the entries of a covariance are finite")
    sign, log_det = torch.linalg.slogdet(covariance)
    assert_all(sign > 0, "the determinant of a covariance is positive")
    z = normal(rng, 6, 3)
    away = z - mean
    square = (away * torch.linalg.solve(covariance, away.T).T).sum(-1)
    log_posterior = -0.5 * (3 * math.log(2 * math.pi) + log_det + square)
    expected = log_joint(x, z, W, b, 0.5)
    found = log_evidence + log_posterior
    assert_close(found, expected, what="log-evidence plus log-density of the posterior")


@test_case(name="evidence: noise variance 1e-6", points=0.5, hidden=True)
def evidence_tiny(log_marginal, true_posterior, rng):
    for n, d, k in ((4, 5, 3), (5, 2, 3)):
        given = (*model(rng, n, d, k, scale=0.3), 1e-6)
        expected = reference.log_marginal(*given)
        assert_close(log_marginal(*given), expected, what="the log-evidence", **TINY_EVIDENCE)
        check_posterior(true_posterior(*given), given, TINY)


@test_case(name="evidence: a hundred pixels with little noise", points=0.5, hidden=True)
def evidence_large(log_marginal, rng):
    """The determinant of the covariance is far below the least float64."""
    given = (*model(rng, 3, 100, 2, scale=0.3), 1e-6)
    expected = reference.log_marginal(*given)
    assert_close(log_marginal(*given), expected, what="the log-evidence", **TINY)


@test_case(name="evidence: one example, one pixel, one latent dimension", points=0.5, hidden=True)
def evidence_of_one(log_marginal, true_posterior, rng):
    given = (*model(rng, 1, 1, 1), 0.7)
    expected = reference.log_marginal(*given)
    assert_close(log_marginal(*given), expected, what="the log-evidence")
    check_posterior(true_posterior(*given), given, {})


@test_case(name="evidence: float32, the noise variance a 0-d tensor", points=0.5, hidden=True)
def evidence_single(log_marginal, true_posterior, rng):
    given = (*model(rng, 3, 4, 2, dtype=torch.float32), torch.tensor(0.5))
    expected = reference.log_marginal(*given)
    assert_close(log_marginal(*given), expected, what="the log-evidence")
    check_posterior(true_posterior(*given), given, {})


# --- The bound and its gap ---------------------------------------------------------------------


@test_case(name="bound: ELBO", points=2, hidden=True)
def bound(elbo, rng):
    given = bound_at(rng, 4, 5, 3, 0.3)
    assert_close(elbo(*given), reference.elbo(*given), what="the ELBO")


@test_case(name="bound: ELBO, the average of log p(x, z) - log q(z|x)", points=1, hidden=True)
def bound_averaged(elbo, rng):
    """More latent dimensions than pixels; the average is over z = mu ± sigma, which is exact."""
    x, mu, log_var, W, b, noise_var = bound_at(rng, 5, 2, 4, 0.6)
    q = torch.distributions.Normal(mu, (log_var / 2).exp())
    expected = averaged(
        lambda z: log_joint(x, z, W, b, noise_var) - q.log_prob(z).sum(-1), mu, log_var
    )
    assert_close(elbo(x, mu, log_var, W, b, noise_var), expected, what="the ELBO")


@test_case(name="bound: ELBO, gradients", points=1, hidden=True)
def bound_gradients(elbo, rng):
    given, direction = bound_at(rng, 4, 5, 2, 0.4), normal(rng, 4)
    found = via(gradients, elbo, given, [1, 2], direction)
    expected = gradients(reference.elbo, given, [1, 2], direction)
    check_gradients(found, expected, ("mu", "log_var"))


@test_case(name="bound: ELBO, log-variances of 30 and -30", points=0.5, hidden=True)
def bound_extremes(elbo, rng):
    """Both in every row, and rows with -30 only, where the bound is not a giant."""
    x, mu, _, W, b, _ = bound_at(rng, 4, 5, 3, 0.3)
    far = extremes(rng, 4, 3)
    for log_var in (far, -far.abs()):
        given = (x, mu, log_var, W, b, 0.3)
        assert_close(elbo(*given), reference.elbo(*given), what="the ELBO")


@test_case(name="bound: ELBO, noise variance 1e-6", points=0.5, hidden=True)
def bound_tiny(elbo, rng):
    for n, d, k in ((4, 5, 3), (5, 2, 3)):
        given = bound_at(rng, n, d, k, 1e-6, scale=0.3)
        assert_close(elbo(*given), reference.elbo(*given), what="the ELBO")


@test_case(name="bound: posterior KL", points=2, hidden=True)
def gap_to_posterior(posterior_kl, rng):
    for given in (bound_at(rng, 4, 5, 3, 0.3), bound_at(rng, 5, 2, 4, 0.6)):
        assert_close(posterior_kl(*given), reference.posterior_kl(*given), what="the divergence")


@test_case(
    name="bound: posterior KL, zero at the posterior and else positive", points=1, hidden=True
)
def gap_closes(posterior_kl, rng):
    """The columns of W are orthogonal here, so that the posterior is diagonal."""
    x, W, b = with_orthogonal_columns(rng, 5, 4, 3)
    mean, log_var = diagonal_posterior(x, W, b, 0.4)
    found = posterior_kl(x, mean, log_var, W, b, 0.4)
    assert_close(found, [0.0] * 5, what="the divergence of the posterior from itself")
    for other in ((mean + 0.1, log_var), (mean, log_var + 0.1), (mean, log_var - 0.1)):
        found = as_tensor(posterior_kl(x, *other, W, b, 0.4), shape=(5,), what="the divergence")
        expected = reference.posterior_kl(x, *other, W, b, 0.4)
        assert_close(found, expected, what="the divergence of different distributions")
        assert_all(found > 0, "the divergence of different distributions is positive")


@test_case(name="bound: posterior KL, log-variances of 30 and -30", points=0.5, hidden=True)
def gap_extremes(posterior_kl, rng):
    x, mu, _, W, b, _ = bound_at(rng, 4, 5, 3, 0.3)
    far = extremes(rng, 4, 3)
    for log_var in (far, -far.abs()):
        given = (x, mu, log_var, W, b, 0.3)
        assert_close(posterior_kl(*given), reference.posterior_kl(*given), what="the divergence")


@test_case(name="bound: posterior KL, noise variance 1e-6", points=0.5, hidden=True)
def gap_tiny(posterior_kl, rng):
    for n, d, k in ((4, 5, 3), (5, 2, 3)):
        given = bound_at(rng, n, d, k, 1e-6, scale=0.3)
        expected = reference.posterior_kl(*given)
        assert_close(posterior_kl(*given), expected, what="the divergence", **TINY)


@test_case(name="bound: together they are the log-evidence", points=1, hidden=True)
def decomposition(elbo, posterior_kl, rng):
    """For whatever q: what the bound misses of log p(x) is the divergence from the posterior."""
    x, mu, log_var, W, b, noise_var = bound_at(rng, 6, 4, 3, 0.5)
    lower = as_tensor(elbo(x, mu, log_var, W, b, noise_var), shape=(6,), what="the ELBO")
    gap = as_tensor(
        posterior_kl(x, mu, log_var, W, b, noise_var), shape=(6,), what="the divergence"
    )
    covariance = W @ W.T + noise_var * torch.eye(4, dtype=torch.float64)
    evidence = log_gaussian(x, b, covariance)
    assert_close(lower + gap, evidence, what="ELBO plus divergence from the posterior")
    assert_all(lower < evidence, "the ELBO is a lower bound of the log-evidence")


@test_case(name="bound: one example, one pixel, one latent dimension", points=0.5, hidden=True)
def bound_of_one(elbo, posterior_kl, rng):
    given = bound_at(rng, 1, 1, 1, 0.7)
    assert_close(elbo(*given), reference.elbo(*given), what="the ELBO")
    assert_close(posterior_kl(*given), reference.posterior_kl(*given), what="the divergence")


@test_case(name="bound: float32, the noise variance a 0-d tensor", points=0.5, hidden=True)
def bound_single(elbo, posterior_kl, rng):
    given = bound_at(rng, 3, 4, 2, torch.tensor(0.5), dtype=torch.float32)
    assert_close(elbo(*given), reference.elbo(*given), what="the ELBO")
    assert_close(posterior_kl(*given), reference.posterior_kl(*given), what="the divergence")


# --- The expected complete-data log-likelihood -------------------------------------------------


@test_case(name="ecll: four examples", points=2, hidden=True)
def ecll(expected_complete_log_likelihood, rng):
    given = bound_at(rng, 4, 5, 3, 0.3)
    expected = reference.expected_complete_log_likelihood(*given)
    assert_close(expected_complete_log_likelihood(*given), expected, what="the expectation")


@test_case(name="ecll: the average of log p(x, z)", points=1, hidden=True)
def ecll_averaged(expected_complete_log_likelihood, rng):
    """More latent dimensions than pixels; the average is over z = mu ± sigma, which is exact."""
    x, mu, log_var, W, b, noise_var = bound_at(rng, 5, 2, 4, 0.6)
    expected = averaged(lambda z: log_joint(x, z, W, b, noise_var), mu, log_var)
    found = expected_complete_log_likelihood(x, mu, log_var, W, b, noise_var)
    assert_close(found, expected, what="the expectation")


@test_case(
    name="ecll: at the posterior, below the log-evidence by its entropy", points=1, hidden=True
)
def ecll_at_the_posterior(expected_complete_log_likelihood, rng):
    """The columns of W are orthogonal here, so that the posterior is diagonal."""
    x, W, b = with_orthogonal_columns(rng, 6, 5, 2)
    mean, log_var = diagonal_posterior(x, W, b, 0.4)
    found = expected_complete_log_likelihood(x, mean, log_var, W, b, 0.4)
    entropy = 0.5 * (1 + math.log(2 * math.pi) + log_var).sum(-1)
    covariance = W @ W.T + 0.4 * torch.eye(5, dtype=torch.float64)
    evidence = log_gaussian(x, b, covariance)
    assert_close(found, evidence - entropy, what="the expectation")


@test_case(name="ecll: gradients in W and b", points=1, hidden=True)
def ecll_gradients(expected_complete_log_likelihood, rng):
    given, direction = bound_at(rng, 4, 3, 2, 0.4), normal(rng, 4)
    function = expected_complete_log_likelihood
    found = via(gradients, function, given, [3, 4], direction)
    expected = gradients(reference.expected_complete_log_likelihood, given, [3, 4], direction)
    check_gradients(found, expected, ("W", "b"))


@test_case(name="ecll: at the posterior, it climbs as the log-evidence does", points=1, hidden=True)
def ecll_climbs(expected_complete_log_likelihood, rng):
    """There the gradients in the parameters of the model agree, which is why EM works."""
    x, W, b = with_orthogonal_columns(rng, 5, 4, 2)
    given, direction = (x, *diagonal_posterior(x, W, b, 0.5), W, b, 0.5), normal(rng, 5)
    found = via(gradients, expected_complete_log_likelihood, given, [3, 4], direction)
    expected = gradients(reference.log_marginal, (x, W, b, 0.5), [1, 2], direction)
    check_gradients(found, expected, ("W", "b"))


@test_case(name="ecll: log-variances of 30 and -30", points=0.5, hidden=True)
def ecll_extremes(expected_complete_log_likelihood, rng):
    x, mu, _, W, b, _ = bound_at(rng, 4, 5, 3, 0.3)
    far = extremes(rng, 4, 3)
    for log_var in (far, -far.abs()):
        given = (x, mu, log_var, W, b, 0.3)
        expected = reference.expected_complete_log_likelihood(*given)
        assert_close(expected_complete_log_likelihood(*given), expected, what="the expectation")


@test_case(name="ecll: noise variance 1e-6", points=0.5, hidden=True)
def ecll_tiny(expected_complete_log_likelihood, rng):
    for n, d, k in ((4, 5, 3), (5, 2, 3)):
        given = bound_at(rng, n, d, k, 1e-6, scale=0.3)
        expected = reference.expected_complete_log_likelihood(*given)
        assert_close(expected_complete_log_likelihood(*given), expected, what="the expectation")


@test_case(name="ecll: one example, one pixel, one latent dimension", points=0.5, hidden=True)
def ecll_of_one(expected_complete_log_likelihood, rng):
    given = bound_at(rng, 1, 1, 1, 0.7)
    expected = reference.expected_complete_log_likelihood(*given)
    assert_close(expected_complete_log_likelihood(*given), expected, what="the expectation")


@test_case(name="ecll: float32, the noise variance a 0-d tensor", points=0.5, hidden=True)
def ecll_single(expected_complete_log_likelihood, rng):
    given = bound_at(rng, 3, 4, 2, torch.tensor(0.5), dtype=torch.float32)
    expected = reference.expected_complete_log_likelihood(*given)
    assert_close(expected_complete_log_likelihood(*given), expected, what="the expectation")


# --- The price of sharing q --------------------------------------------------------------------


def check_optimum(found, right, tolerance):
    """Compare the means and the log-variances of a q."""
    mu, log_var = unpack(found, 2)
    assert_close(mu, right[0], what="the mean", **tolerance)
    assert_close(log_var, right[1], what="the log-variances", **tolerance)


@test_case(name="gap: instance", points=2, hidden=True)
def instance(instance_optimal_q, rng):
    given = (*model(rng, 4, 5, 3), 0.3)
    check_optimum(instance_optimal_q(*given), reference.instance_optimal_q(*given), {})


@test_case(name="gap: instance, the ELBO is stationary", points=1, hidden=True)
def instance_stationary(instance_optimal_q, rng):
    """At the best q of an example no gradient is left; here with more latent dimensions than pixels."""
    x, W, b = model(rng, 5, 2, 4)
    mu, log_var = unpack(instance_optimal_q(x, W, b, 0.6), 2)
    mu = as_tensor(mu, shape=(5, 4), what="the means").double()
    log_var = as_tensor(log_var, shape=(5, 4), what="the log-variances").double()
    weights = torch.ones(5, dtype=torch.float64)
    slopes = gradients(reference.elbo, (x, mu, log_var, W, b, 0.6), [1, 2], weights)
    for slope, of in zip(slopes, ("means", "log-variances"), strict=True):
        assert_close(slope, torch.zeros_like(slope), what=f"the ELBO's gradient in the {of}")


@test_case(name="gap: amortized", points=2, hidden=True)
def amortized(amortized_optimal_q, rng):
    given = (*model(rng, 4, 5, 3), 0.3)
    check_optimum(amortized_optimal_q(*given), reference.amortized_optimal_q(*given), {})


@test_case(name="gap: amortized, the total ELBO is stationary", points=1, hidden=True)
def amortized_stationary(amortized_optimal_q, rng):
    """At the best shared q no gradient is left; here with more latent dimensions than pixels."""
    x, W, b = model(rng, 5, 2, 4)
    mu, log_var = unpack(amortized_optimal_q(x, W, b, 0.6), 2)
    shared = (
        as_tensor(mu, shape=(4,), what="the mean").double(),
        as_tensor(log_var, shape=(4,), what="the log-variances").double(),
    )
    given = (x, *(row.repeat(5, 1) for row in shared), W, b, 0.6)
    weights = torch.ones(5, dtype=torch.float64)
    for slope, of in zip(
        gradients(reference.elbo, given, [1, 2], weights), ("mean", "log-variances"), strict=True
    ):
        assert_close(
            slope.sum(0), torch.zeros(4).double(), what=f"the total ELBO's gradient in the {of}"
        )


@test_case(name="gap: what sharing costs is never negative", points=1, hidden=True)
def cost_of_sharing(instance_optimal_q, amortized_optimal_q, rng):
    """It is half the squared distance of the shared mean from the posterior's, in its precision."""
    x, W, b = model(rng, 6, 4, 3)
    gaps = []
    for optimal_q, shape in ((instance_optimal_q, (6, 3)), (amortized_optimal_q, (3,))):
        mu, log_var = optimal_q(x, W, b, 0.5)
        mu = as_tensor(mu, shape=shape, what="the mean").double()
        log_var = as_tensor(log_var, shape=shape, what="the log-variances").double()
        q = (mu.expand(6, 3), log_var.expand(6, 3))
        gaps.append(reference.posterior_kl(x, *q, W, b, 0.5))
    assert_all(gaps[1] >= gaps[0], "no example is served better by the shared q than by its own")
    mean, covariance = reference.true_posterior(x, W, b, 0.5)
    away = mean - mean.mean(0)
    expected = 0.5 * (away * torch.linalg.solve(covariance, away.T).T).sum(-1)
    assert_close(gaps[1] - gaps[0], expected, what="the divergence that sharing adds")


@test_case(name="gap: noise variance 1e-6", points=0.5, hidden=True)
def optima_tiny(instance_optimal_q, amortized_optimal_q, rng):
    for n, d, k in ((4, 5, 3), (5, 2, 3)):
        given = (*model(rng, n, d, k, scale=0.3), 1e-6)
        check_optimum(instance_optimal_q(*given), reference.instance_optimal_q(*given), TINY)
        check_optimum(amortized_optimal_q(*given), reference.amortized_optimal_q(*given), TINY)


@test_case(name="gap: one example, one pixel, one latent dimension", points=0.5, hidden=True)
def optima_of_one(instance_optimal_q, amortized_optimal_q, rng):
    given = (*model(rng, 1, 1, 1), 0.7)
    check_optimum(instance_optimal_q(*given), reference.instance_optimal_q(*given), {})
    check_optimum(amortized_optimal_q(*given), reference.amortized_optimal_q(*given), {})


@test_case(name="gap: float32, the noise variance a 0-d tensor", points=0.5, hidden=True)
def optima_single(instance_optimal_q, amortized_optimal_q, rng):
    given = (*model(rng, 3, 4, 2, dtype=torch.float32), torch.tensor(0.5))
    check_optimum(instance_optimal_q(*given), reference.instance_optimal_q(*given), {})
    check_optimum(amortized_optimal_q(*given), reference.amortized_optimal_q(*given), {})


# --- A latent with finitely many values --------------------------------------------------------

SIZES = (4, 6, 3)


def distribution(rng, size, dtype=torch.float64):
    """A distribution whose probabilities lie within a factor of six."""
    weights = uniform(rng, 0.3, 1.8, size)
    return (weights / weights.sum()).to(dtype)


def table(rng, size, dtype=torch.float64):
    """A joint table p(x, z), of which the sum is not 1, and a q."""
    return uniform(rng, 0.05, 0.6, size).to(dtype), distribution(rng, size, dtype)


def check_item(functions, place, what, given):
    """Compare one of the items that a function returns, whatever the others are.

    `functions` are the student's and the reference's.
    """
    found, right = (function(*given) for function in functions)
    assert_close(unpack(found, len(right))[place], right[place], what=what)


@test_case(name="decomposition: the ELBO of drawn tables", points=0.3, hidden=True)
def table_elbo(elbo_and_kl, rng):
    for size in SIZES:
        check_item((elbo_and_kl, reference.elbo_and_kl), 0, "the ELBO", table(rng, size))


@test_case(name="decomposition: the divergence of drawn tables", points=0.3, hidden=True)
def table_divergence(elbo_and_kl, rng):
    for size in SIZES:
        check_item((elbo_and_kl, reference.elbo_and_kl), 1, "the divergence", table(rng, size))


@test_case(name="decomposition: one value of z", points=0.2, hidden=True)
def decomposition_of_one(elbo_and_kl, rng):
    """The bound is tight there."""
    joint = uniform(rng, 0.05, 0.6, 1)
    bound, divergence = unpack(elbo_and_kl(joint, torch.ones(1, dtype=torch.float64)), 2)
    assert_close(bound, joint.log()[0], what="the ELBO")
    assert_close(divergence, 0.0, what="the divergence")


@test_case(name="decomposition: float32", points=0.2, hidden=True)
def decomposition_single(elbo_and_kl, rng):
    given = table(rng, 5, torch.float32)
    for place, what in enumerate(("the ELBO", "the divergence")):
        check_item((elbo_and_kl, reference.elbo_and_kl), place, what, given)


def gradient_tables(rng):
    """Joint tables and logits; in the last one q is nearly the posterior, and the gradients small."""
    given = [(uniform(rng, 0.05, 0.6, size), normal(rng, size)) for size in SIZES]
    joint = uniform(rng, 0.05, 0.6, 5)
    return [*given, (joint, joint.log() + 0.01 * normal(rng, 5))]


@test_case(name="maximizing: the gradient of the ELBO, drawn tables", points=0.75, hidden=True)
def bound_gradient(elbo_gradient, rng):
    for given in gradient_tables(rng):
        expected = reference.elbo_gradient(*given)
        assert_close(elbo_gradient(*given), expected, what="the gradient of the ELBO")


@test_case(
    name="maximizing: the gradient of the divergence, drawn tables", points=0.75, hidden=True
)
def divergence_gradient(kl_gradient, rng):
    for given in gradient_tables(rng):
        expected = reference.kl_gradient(*given)
        assert_close(kl_gradient(*given), expected, what="the gradient of the divergence")


@test_case(name="maximizing: one value of z", points=0.2, hidden=True)
def gradients_of_one(elbo_gradient, kl_gradient, rng):
    """One value leaves nothing to choose: the gradients are 0. Two tables more hold the signs."""
    for size in (1, 2, 5):
        given = uniform(rng, 0.05, 0.6, size), normal(rng, size)
        expected = reference.elbo_gradient(*given)
        assert_close(elbo_gradient(*given), expected, what="the gradient of the ELBO")
        assert_close(kl_gradient(*given), -expected, what="the gradient of the divergence")


@test_case(name="maximizing: logits of 200 and -200", points=0.2, hidden=True)
def gradients_far_out(elbo_gradient, kl_gradient, rng):
    """Two logits of 200 share q between them; at -200 it is 1e-174."""
    logits = torch.tensor([200.0, -200.0, 200.0, -200.0], dtype=torch.float64)
    given = uniform(rng, 0.05, 0.6, 4), logits + normal(rng, 4)
    expected = reference.elbo_gradient(*given)
    assert_close(elbo_gradient(*given), expected, what="the gradient of the ELBO")
    assert_close(kl_gradient(*given), -expected, what="the gradient of the divergence")


@test_case(name="maximizing: float32", points=0.2, hidden=True)
def gradients_single(elbo_gradient, kl_gradient, rng):
    given = uniform(rng, 0.05, 0.6, 4).float(), normal(rng, 4, dtype=torch.float32)
    expected = reference.elbo_gradient(*given)
    assert_close(elbo_gradient(*given), expected, what="the gradient of the ELBO")
    assert_close(kl_gradient(*given), -expected, what="the gradient of the divergence")


@test_case(name="complete_data: the expectation of drawn tables", points=0.9, hidden=True)
def table_ecll(ecll, rng):
    for size in SIZES:
        given = table(rng, size)
        assert_close(ecll(*given), reference.ecll(*given), what="the expectation")


@test_case(name="complete_data: the log-evidence of drawn tables", points=0.6, hidden=True)
def evidence_term(ecll_terms, rng):
    for size in SIZES:
        check_item((ecll_terms, reference.ecll_terms), 0, "the log-evidence", table(rng, size))


@test_case(name="complete_data: the divergence of drawn tables", points=0.6, hidden=True)
def divergence_term(ecll_terms, rng):
    for size in SIZES:
        check_item((ecll_terms, reference.ecll_terms), 1, "the divergence", table(rng, size))


@test_case(name="complete_data: the third term of drawn tables", points=0.6, hidden=True)
def third_term(ecll_terms, rng):
    for size in SIZES:
        check_item((ecll_terms, reference.ecll_terms), 2, "the third term", table(rng, size))


@test_case(name="complete_data: one value of z", points=0.3, hidden=True)
def complete_data_of_one(ecll, ecll_terms, rng):
    """All is log p(x) there."""
    joint, one = uniform(rng, 0.05, 0.6, 1), torch.ones(1, dtype=torch.float64)
    evidence = joint.log()[0]
    assert_close(ecll(joint, one), evidence, what="the expectation")
    for found, right in zip(unpack(ecll_terms(joint, one), 3), (evidence, 0.0, 0.0), strict=True):
        assert_close(found, right, what="a term")


@test_case(name="complete_data: float32", points=0.3, hidden=True)
def complete_data_single(ecll, ecll_terms, rng):
    given = table(rng, 5, torch.float32)
    assert_close(ecll(*given), reference.ecll(*given), what="the expectation")
    for place, what in enumerate(("the log-evidence", "the divergence", "the third term")):
        check_item((ecll_terms, reference.ecll_terms), place, what, given)


# --- Amortized and instance-dependent inference ------------------------------------------------


def training_set(rng, examples, values):
    """Joint tables of examples whose posteriors lie apart, and two candidates more than examples.

    Example i has its greatest posterior probability at the value i, and a candidate near to it; so
    no candidate suits them all. The candidates come in any order.
    """
    posteriors = (2.5 * torch.eye(examples, values) + 0.4 * normal(rng, examples, values)).softmax(
        1
    )
    evidence = uniform(rng, 0.1, 0.9, examples)
    others = torch.stack([distribution(rng, values) for _ in range(examples + 2)])
    near = torch.cat([posteriors, posteriors.mean(0, keepdim=True).repeat(2, 1)])
    family = 0.8 * near + 0.2 * others
    order = torch.from_numpy(rng.permutation(examples + 2))
    return evidence[:, None] * posteriors, family[order]


TRAINING_SETS = ((3, 4), (4, 6), (3, 5))


def check_choices(function, place, what, rng):
    """Compare one of the two rows of divergences, in several training sets."""
    for examples, values in TRAINING_SETS:
        given = training_set(rng, examples, values)
        check_item((function, reference.amortized_and_instance_kl), place, what, given)


@test_case(name="amortization: one q for all", points=0.75, hidden=True)
def shared_choice(amortized_and_instance_kl, rng):
    check_choices(amortized_and_instance_kl, 0, "the divergences of the shared q", rng)


@test_case(name="amortization: a q for each", points=0.75, hidden=True)
def own_choice(amortized_and_instance_kl, rng):
    check_choices(amortized_and_instance_kl, 1, "the divergences of each example's own q", rng)


@test_case(name="amortization: one example, one candidate, one value of z", points=0.2, hidden=True)
def choices_of_one(amortized_and_instance_kl, rng):
    joints, family = training_set(rng, 3, 4)
    ones = torch.ones(1, 1, dtype=torch.float64)
    for given in ((joints[:1], family), (joints, family[:1]), (joints[:, :1], ones)):
        for place, what in enumerate(("the shared q", "each example's own q")):
            functions = amortized_and_instance_kl, reference.amortized_and_instance_kl
            check_item(functions, place, f"the divergences of {what}", given)


@test_case(name="amortization: float32", points=0.2, hidden=True)
def choices_single(amortized_and_instance_kl, rng):
    given = tuple(tensor.float() for tensor in training_set(rng, 3, 5))
    for place, what in enumerate(("the shared q", "each example's own q")):
        functions = amortized_and_instance_kl, reference.amortized_and_instance_kl
        check_item(functions, place, f"the divergences of {what}", given)


@test_case(name="amortization: which divergence is bigger", points=1, hidden=True)
def bigger(bigger_gap):
    assert_equal(bigger_gap(), reference.bigger_gap(), what="the answer")


# --- Which approach is better ------------------------------------------------------------------


def check_criterion(answers, criterion):
    """Judge the answer under one key, whatever stands under the others."""
    right = reference.better_approach()
    if not isinstance(answers, dict):
        return assert_equal(answers, right, what="better_approach()")
    word = dict.get(answers, criterion)
    return assert_equal(word, right[criterion], what=f"better_approach()[{criterion!r}]")


@test_case(name="comparison: marginal likelihood", points=1, hidden=True)
def better_likelihood(better_approach):
    check_criterion(better_approach(), "marginal_likelihood")


@test_case(name="comparison: computation", points=1, hidden=True)
def better_computation(better_approach):
    check_criterion(better_approach(), "computation")


@test_case(name="comparison: memory", points=1, hidden=True)
def better_memory(better_approach):
    check_criterion(better_approach(), "memory")
