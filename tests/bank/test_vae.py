"""The VAE reference against quadrature, enumeration, torch.distributions and mpmath.

Three roads lead to the linear-Gaussian quantities without their formulas. Expectations under q of
functions quadratic in z are sums over the 2ᴷ points μ ± σ, exactly. The posterior is the joint
Gaussian of (x, z) conditioned on x. And at the extremes mpmath does the same with 60 digits.
"""

import itertools
import math

import mpmath
import numpy as np
import pytest
import torch
from torch.autograd import gradcheck, gradgradcheck
from torch.distributions import Bernoulli, MultivariateNormal, Normal, kl_divergence

from reference import vae
from tests.bank.tensors import close, randn, refused

SIZES = [(4, 5, 3), (3, 2, 4), (5, 4, 1), (3, 1, 2), (1, 3, 2), (1, 1, 1)]
OF_MODEL = ["log_marginal", "true_posterior", "instance_optimal_q", "amortized_optimal_q"]
OF_Q = ["elbo", "posterior_kl", "expected_complete_log_likelihood"]
LN_2PI = 1.8378770664093454836


def model(sizes, seed=0, scale=1.0, dtype=torch.float64):
    n, d, k = sizes
    rows = randn(seed, n + k + 1, d, dtype=dtype)
    return rows[:n] + 0.5, scale * rows[n : n + k].T.contiguous(), rows[-1]


def approximation(sizes, seed=10, dtype=torch.float64):
    n, _, k = sizes
    return randn(seed, n, k, dtype=dtype), 0.7 * randn(seed + 1, n, k, dtype=dtype) - 0.4


# --- The model by other roads ------------------------------------------------------------------


def conditioned(x, W, b, noise_var):
    """Condition the joint Gaussian of (z, x) on x, by the blocks of its precision matrix."""
    k, d = W.shape[1], W.shape[0]
    root = torch.cat(
        [
            torch.cat([torch.eye(k), torch.zeros(k, d)], 1).double(),
            torch.cat([W, noise_var**0.5 * torch.eye(d).double()], 1),
        ]
    )  # (z, x − b) = root · standard normal
    precision = torch.linalg.inv(root @ root.T)
    covariance = torch.linalg.inv(precision[:k, :k])
    return -(x - b) @ (covariance @ precision[:k, k:]).T, covariance


def log_joint(x, z, W, b, noise_var):
    likelihood = Normal(z @ W.T + b, noise_var**0.5).log_prob(x).sum(-1)
    return likelihood + Normal(0.0, 1.0).log_prob(z).sum(-1)


def log_q(z, mu, log_var):
    return Normal(mu, log_var.exp().sqrt()).log_prob(z).sum(-1)


def expectation(function, mu, log_var):
    """Average over the points μ ± σ: exact for polynomials of degree at most 3 in each z_k."""
    signs = itertools.product((-1.0, 1.0), repeat=mu.shape[-1])
    points = [mu + log_var.exp().sqrt() * mu.new_tensor(sign) for sign in signs]
    return sum(function(z) for z in points) / len(points)


def brute_elbo(x, mu, log_var, W, b, noise_var):
    return expectation(
        lambda z: log_joint(x, z, W, b, noise_var) - log_q(z, mu, log_var), mu, log_var
    )


def exact(tensor):
    return mpmath.matrix(tensor.double().tolist())


def mp_model(x, W, b, noise_var):
    """Return the evidences, the posterior's means and its covariance with 60 digits."""
    with mpmath.workdps(60):
        loading, noise = exact(W), mpmath.mpf(noise_var)
        C = loading * loading.T + noise * mpmath.eye(len(W))
        gain = loading.T * C**-1
        covariance = mpmath.eye(W.shape[1]) - gain * loading
        evidences, means = [], []
        for row in x:
            r = exact(row) - exact(b)
            quadratic = (r.T * C**-1 * r)[0]
            log_det = mpmath.log(mpmath.det(C))
            evidences.append(-(quadratic + log_det + len(W) * mpmath.log(2 * mpmath.pi)) / 2)
            means.append(gain * r)
        return evidences, means, covariance


def mp_bounds(x, mu, log_var, W, b, noise_var):
    """Return ELBO, KL(q‖posterior) and ECLL with 60 digits, each from evidence and KL."""
    evidences, means, covariance = mp_model(x, W, b, noise_var)
    with mpmath.workdps(60):
        precision = covariance**-1
        k = W.shape[1]
        rows = []
        for n in range(len(x)):
            logs = [mpmath.mpf(v) for v in log_var[n].tolist()]
            S = mpmath.diag([mpmath.exp(v) for v in logs])
            shift = means[n] - exact(mu[n])
            trace = sum((precision * S)[i, i] for i in range(k))
            quadratic = (shift.T * precision * shift)[0]
            log_dets = mpmath.log(mpmath.det(covariance)) - sum(logs)
            kl = (trace + quadratic - k + log_dets) / 2
            entropy = sum(1 + mpmath.log(2 * mpmath.pi) + v for v in logs) / 2
            rows.append((evidences[n] - kl, kl, evidences[n] - kl - entropy))
        return torch.tensor([[float(v) for v in row] for row in rows], dtype=torch.float64).T


# --- Densities ---------------------------------------------------------------------------------


def test_gaussian_log_density_by_hand():
    x = torch.tensor([[1.0, -1.0, 3.0], [0.0, 0.0, 0.0]], dtype=torch.float64)
    mean = torch.tensor([[0.0, -1.0, 1.0], [0.0, 0.0, 0.0]], dtype=torch.float64)
    log_var = torch.tensor([[0.0, 2.0, math.log(4.0)], [0.0, 0.0, 0.0]], dtype=torch.float64)
    # Squares over variances: 1 + 0 + 4/4; log-variances: 0 + 2 + log 4.
    close(
        vae.gaussian_log_density(x, mean, log_var),
        [-0.5 * (3 * LN_2PI + 2 + math.log(4) + 2), -1.5 * LN_2PI],
    )


def test_gaussian_log_density_agrees_with_distributions_in_every_layout():
    x, mean, log_var = randn(0, 4, 3), randn(1, 4, 3), randn(2, 4, 3)
    close(vae.gaussian_log_density(x, mean, log_var), log_q(x, mean, log_var))
    close(vae.gaussian_log_density(x, mean[0], log_var[0]), log_q(x, mean[0], log_var[0]))
    close(vae.gaussian_log_density(x[0], mean[0], log_var[0]), log_q(x, mean, log_var)[0])
    deep = randn(3, 5, 4, 3)
    close(vae.gaussian_log_density(deep, mean, log_var), log_q(deep, mean, log_var))


def test_gaussian_density_integrates_to_one():
    x = torch.linspace(-20, 20, 4001, dtype=torch.float64)[:, None]
    density = vae.gaussian_log_density(x, randn(0, 1), randn(1, 1)).exp()
    close(torch.trapezoid(density, x[:, 0]), 1.0)


@pytest.mark.parametrize(
    ("dtype", "rtol"), [(torch.float64, 1e-13), (torch.float32, 5e-6)], ids=["64", "32"]
)
@pytest.mark.parametrize(("log_var", "size"), [(30.0, 1.0), (-30.0, 1.0), (-100.0, 1e-8)])
def test_gaussian_log_density_at_extreme_variances(log_var, size, dtype, rtol):
    """The last case has no precision e^{−λ} in float32, but a log-density."""
    x = size * torch.tensor([[1.5, -2.25], [1e-3, 0.5]], dtype=dtype)
    mean = size * torch.tensor([[1.25, -2.0], [0.0, 0.5]], dtype=dtype)
    variance = mpmath.exp(log_var)
    expected = [
        float(-sum(mpmath.log(2 * mpmath.pi) + log_var + d**2 / variance for d in row) / 2)
        for row in (x.double() - mean.double()).tolist()
    ]
    actual = vae.gaussian_log_density(x, mean, torch.full((2,), log_var, dtype=dtype))
    close(actual, expected, rtol=rtol, atol=0)


def test_bernoulli_agrees_with_distributions():
    x = (randn(0, 4, 6) > 0).double()
    logits = 3 * randn(1, 4, 6)
    close(vae.bernoulli_log_density(x, logits), Bernoulli(logits=logits).log_prob(x).sum(-1))
    close(vae.bernoulli_log_density(x, logits[0]), Bernoulli(logits=logits[0]).log_prob(x).sum(-1))


def test_bernoulli_probabilities_sum_to_one():
    logits = 2 * randn(0, 5)
    corners = torch.tensor(list(itertools.product((0.0, 1.0), repeat=5)), dtype=torch.float64)
    close(vae.bernoulli_log_density(corners, logits).exp().sum(), 1.0)


def test_bernoulli_is_linear_in_grey_values():
    """Between the corners: the average over binary images with these means."""
    grey = torch.sigmoid(randn(0, 4, 3))
    logits = 2 * randn(1, 4, 3)
    expected = torch.zeros(4, dtype=torch.float64)
    for corner in itertools.product((0.0, 1.0), repeat=3):
        image = grey.new_tensor(corner)
        weight = (image * grey + (1 - image) * (1 - grey)).prod(-1)
        expected += weight * Bernoulli(logits=logits).log_prob(image).sum(-1)
    close(vae.bernoulli_log_density(grey, logits), expected)


@pytest.mark.parametrize(
    ("dtype", "rtol"), [(torch.float64, 1e-13), (torch.float32, 1e-5)], ids=["64", "32"]
)
@pytest.mark.parametrize("size", [25.0, 60.0, 200.0])
def test_bernoulli_at_extreme_logits(size, dtype, rtol):
    """Also where the answer is −e^{−l}, which the usual l x − softplus(l) rounds to 0."""
    x = torch.tensor([[1.0], [0.0], [1.0], [0.0], [0.25]], dtype=dtype)
    logits = torch.tensor([[size], [-size], [-size], [size], [size]], dtype=dtype)
    with mpmath.workdps(150):
        expected = []
        for p, logit in zip(x[:, 0].tolist(), logits[:, 0].tolist(), strict=True):
            odds = mpmath.exp(logit)
            on, off = -mpmath.log1p(1 / odds), -mpmath.log1p(odds)
            expected.append(float(p * on + (1 - p) * off))
    close(vae.bernoulli_log_density(x, logits), expected, rtol=rtol, atol=0)


def test_bernoulli_gradients_at_extreme_logits():
    x = torch.tensor([[0.0, 1.0, 0.5, 1.0, 0.0]], dtype=torch.float64, requires_grad=True)
    logits = torch.tensor([[200.0, 200.0, -200.0, -200.0, 0.0]], dtype=torch.float64)
    logits.requires_grad_()
    by_x, by_logits = torch.autograd.grad(vae.bernoulli_log_density(x, logits).sum(), (x, logits))
    close(by_x, logits.detach())
    # x − sigmoid(l)
    close(by_logits, [[-1.0, 0.0, 0.5, 1.0, -0.5]])


# --- Divergences -------------------------------------------------------------------------------


def pair(seed, *shape):
    return tuple(randn(seed + i, *shape) for i in range(4))


def test_kl_by_hand():
    """N(1, 4) from N(0, 1): ½(4 + 1 − 1 − log 4); the reverse: ½(¼ + ¼ − 1 + log 4)."""
    one, zero = torch.ones(1, 1).double(), torch.zeros(1, 1).double()
    log_4 = torch.tensor([[math.log(4)]], dtype=torch.float64)
    close(vae.kl_diagonal_gaussians(one, log_4, zero, zero), [0.5 * (4 - math.log(4))])
    close(vae.kl_diagonal_gaussians(zero, zero, one, log_4), [0.5 * (math.log(4) - 0.5)])


def test_kl_by_quadrature():
    """∫ q log(q/p) by Gauss–Legendre over ±14 deviations of q, summed over independent axes."""
    nodes, weights = np.polynomial.legendre.leggauss(120)
    nodes, weights = torch.tensor(14 * nodes), torch.tensor(14 * weights)
    mu_q, log_var_q, mu_p, log_var_p = pair(0, 4, 3)
    q = Normal(mu_q, (log_var_q / 2).exp())
    p = Normal(mu_p, (log_var_p / 2).exp())
    z = mu_q + q.stddev * nodes[:, None, None]
    integrand = q.log_prob(z).exp() * (q.log_prob(z) - p.log_prob(z))
    integral = (weights[:, None, None] * integrand * q.stddev).sum(0).sum(-1)
    actual = vae.kl_diagonal_gaussians(mu_q, log_var_q, mu_p, log_var_p)
    close(actual, integral)
    close(actual, kl_divergence(q, p).sum(-1))


def test_kl_against_one_prior_for_all():
    mu_q, log_var_q, mu_p, log_var_p = pair(4, 5, 2)
    rows = [
        kl_divergence(*normals(mu_q[n], log_var_q[n], mu_p[0], log_var_p[0])).sum()
        for n in range(5)
    ]
    close(vae.kl_diagonal_gaussians(mu_q, log_var_q, mu_p[0], log_var_p[0]), torch.stack(rows))


def normals(mu_q, log_var_q, mu_p, log_var_p):
    return Normal(mu_q, (log_var_q / 2).exp()), Normal(mu_p, (log_var_p / 2).exp())


def mp_kl(mu_q, log_var_q, mu_p, log_var_p):
    with mpmath.workdps(60):
        total = mpmath.mpf(0)
        for a, s, c, t in zip(mu_q, log_var_q, mu_p, log_var_p, strict=True):
            a, s, c, t = (mpmath.mpf(v) for v in (a, s, c, t))
            total += (t - s + (mpmath.exp(s) + (a - c) ** 2) * mpmath.exp(-t) - 1) / 2
        return float(total)


@pytest.mark.parametrize(
    ("dtype", "rtol"), [(torch.float64, 1e-13), (torch.float32, 1e-5)], ids=["64", "32"]
)
def test_kl_at_extreme_variances(dtype, rtol):
    signs = torch.tensor(list(itertools.product((-30.0, 30.0), repeat=4)), dtype=dtype)
    log_var_q, log_var_p = signs[:, :2], signs[:, 2:]
    mu_q, mu_p = randn(0, 16, 2, dtype=dtype), randn(1, 16, 2, dtype=dtype)
    arguments = mu_q, log_var_q, mu_p, log_var_p
    expected = [mp_kl(*rows) for rows in zip(*(a.tolist() for a in arguments), strict=True)]
    close(vae.kl_diagonal_gaussians(*arguments), expected, rtol=rtol, atol=0)


def test_kl_of_neighbours_keeps_its_digits():
    """At λ_q = λ_p + δ the divergence is about δ²/4, far below the terms that it is made of."""
    delta = torch.tensor([[1e-3], [1e-5], [1e-7]], dtype=torch.float64)
    zero = torch.zeros(3, 1, dtype=torch.float64)
    expected = [mp_kl([0.0], [d], [0.0], [0.0]) for d in delta[:, 0].tolist()]
    close(vae.kl_diagonal_gaussians(zero, delta, zero, zero), expected, rtol=1e-8, atol=0)
    same = pair(5, 3, 4)[:2]
    close(vae.kl_diagonal_gaussians(*same, *same), [0.0] * 3, atol=0)


def test_kl_monte_carlo_is_the_mean_over_the_samples():
    arguments = pair(1, 4, 3)
    eps = randn(9, 5, 4, 3)
    q, p = normals(*arguments)
    expected = torch.zeros(4, dtype=torch.float64)
    for s, n, k in np.ndindex(5, 4, 3):
        z = arguments[0][n, k] + torch.exp(0.5 * arguments[1][n, k]) * eps[s, n, k]
        expected[n] += (q.log_prob(z)[n, k] - p.log_prob(z)[n, k]) / 5
    close(vae.kl_monte_carlo(*arguments, eps), expected)


def test_kl_monte_carlo_of_two_mirrored_samples_is_exact():
    """ε = ±1 has the mean and the variance of a standard normal, and log q − log p is quadratic."""
    arguments = pair(2, 4, 3)
    ones = torch.ones(1, 4, 3, dtype=torch.float64)
    expected = kl_divergence(*normals(*arguments)).sum(-1)
    close(vae.kl_monte_carlo(*arguments, torch.cat([ones, -ones])), expected)


def test_kl_monte_carlo_from_one_prior_for_all():
    mu_q, log_var_q, mu_p, log_var_p = pair(3, 4, 3)
    eps = randn(9, 2, 4, 3)
    z = mu_q + (log_var_q / 2).exp() * eps
    expected = (log_q(z, mu_q, log_var_q) - log_q(z, mu_p[0], log_var_p[0])).mean(0)
    close(vae.kl_monte_carlo(mu_q, log_var_q, mu_p[0], log_var_p[0], eps), expected)


@pytest.mark.parametrize(
    ("dtype", "rtol"), [(torch.float64, 1e-12), (torch.float32, 1e-5)], ids=["64", "32"]
)
def test_kl_monte_carlo_at_extreme_variances(dtype, rtol):
    """Each combination with its own means, 1 apart or equal: then only ε tells z from μ."""
    signs = [(a, c, m) for a in (-30.0, 30.0) for c in (-30.0, 30.0) for m in (0.0, 1.0)]
    log_var_q = torch.tensor([[a] for a, _, _ in signs], dtype=dtype)
    log_var_p = torch.tensor([[c] for _, c, _ in signs], dtype=dtype)
    mu_p = torch.full((8, 1), 1.375, dtype=dtype)
    mu_q = mu_p + torch.tensor([[m] for _, _, m in signs], dtype=dtype)
    eps = randn(7, 3, 8, 1, dtype=dtype)
    expected = []
    with mpmath.workdps(60):
        for n, (a, c, m) in enumerate(signs):
            logs = 0
            for e in eps[:, n, 0].tolist():
                z = m + mpmath.exp(mpmath.mpf(a) / 2) * mpmath.mpf(e)
                logs += (c - a - mpmath.mpf(e) ** 2 + z**2 * mpmath.exp(-c)) / 2
            expected.append(float(logs / 3))
    actual = vae.kl_monte_carlo(mu_q, log_var_q, mu_p, log_var_p, eps)
    close(actual, expected, rtol=rtol, atol=1e-50)


def test_kl_monte_carlo_of_neighbours_keeps_its_digits():
    """At equal means ½ Σ_s [(e^δ − 1) ε² − δ]/S, here with the same ε throughout."""
    delta = torch.tensor([[1e-3], [1e-6], [-1e-9], [0.0]], dtype=torch.float64)
    zero = torch.zeros(4, 1, dtype=torch.float64)
    eps = torch.full((2, 4, 1), 1.75, dtype=torch.float64)
    expected = [float((mpmath.expm1(d) * 1.75**2 - d) / 2) for d in delta[:, 0].tolist()]
    close(vae.kl_monte_carlo(zero, delta, zero, zero, eps), expected, rtol=1e-12, atol=0)


# --- The linear-Gaussian model -----------------------------------------------------------------


def test_log_marginal_by_hand():
    """W = 2, s² = 1: x − b = 3 under variance 5."""
    one = torch.ones(1, dtype=torch.float64)
    actual = vae.log_marginal(4 * one[None], 2 * one[None], one, 1.0)
    close(actual, [-0.5 * (LN_2PI + math.log(5) + 9 / 5)])


def test_log_marginal_by_quadrature_over_the_latent():
    x, W, b = model((4, 3, 1))
    z = torch.linspace(-12, 12, 4001, dtype=torch.float64)
    values = log_joint(x, z[:, None, None], W, b, 0.3).exp()
    close(vae.log_marginal(x, W, b, 0.3), torch.trapezoid(values, z, dim=0).log())


@pytest.mark.parametrize("sizes", SIZES)
def test_log_marginal_is_the_density_of_x(sizes):
    x, W, b = model(sizes)
    covariance = W @ W.T + 0.3 * torch.eye(len(W)).double()
    close(vae.log_marginal(x, W, b, 0.3), MultivariateNormal(b, covariance).log_prob(x))


@pytest.mark.parametrize("sizes", SIZES)
def test_true_posterior_is_the_joint_conditioned(sizes):
    x, W, b = model(sizes)
    mean, covariance = conditioned(x, W, b, 0.3)
    actual = vae.true_posterior(x, W, b, 0.3)
    close(actual[0], mean)
    close(actual[1], covariance)


@pytest.mark.parametrize("sizes", SIZES)
def test_true_posterior_is_the_mode_and_the_curvature_of_the_joint(sizes):
    x, W, b = model(sizes, seed=3)
    mean, covariance = vae.true_posterior(x, W, b, 0.2)
    for n in range(len(x)):

        def log_density(z, row=x[n]):
            return log_joint(row, z, W, b, 0.2)

        slope = torch.autograd.functional.jacobian(log_density, mean[n])
        close(slope, torch.zeros_like(slope), atol=1e-12)
        curvature = torch.autograd.functional.hessian(log_density, mean[n])
        close(-curvature @ covariance, torch.eye(len(slope)).double(), atol=1e-12)


@pytest.mark.parametrize("sizes", SIZES)
def test_bounds_are_expectations_under_q(sizes):
    x, W, b = model(sizes)
    mu, log_var = approximation(sizes)
    arguments = x, mu, log_var, W, b, 0.3
    close(vae.elbo(*arguments), brute_elbo(*arguments))
    complete = expectation(lambda z: log_joint(x, z, W, b, 0.3), mu, log_var)
    close(vae.expected_complete_log_likelihood(*arguments), complete)
    mean, covariance = conditioned(x, W, b, 0.3)
    posterior = MultivariateNormal(mean, (covariance + covariance.T) / 2)
    gap = expectation(lambda z: log_q(z, mu, log_var) - posterior.log_prob(z), mu, log_var)
    close(vae.posterior_kl(*arguments), gap)


@pytest.mark.parametrize("noise_var", [1e-6, 0.3, 1e4])
@pytest.mark.parametrize("sizes", SIZES)
def test_evidence_is_elbo_and_gap(sizes, noise_var):
    x, W, b = model(sizes)
    arguments = (x, *approximation(sizes), W, b, noise_var)
    bound, gap = vae.elbo(*arguments), vae.posterior_kl(*arguments)
    scale = float(gap.max())
    close(bound + gap, vae.log_marginal(x, W, b, noise_var), atol=1e-13 * max(scale, 10))
    assert (gap > 0).all()


@pytest.mark.parametrize("sizes", SIZES)
def test_instance_optimum_is_stationary_and_the_greatest(sizes):
    x, W, b = model(sizes)
    optimum = [p.requires_grad_() for p in vae.instance_optimal_q(x, W, b, 0.3)]
    bounds = brute_elbo(x, *optimum, W, b, 0.3)
    for slope in torch.autograd.grad(bounds.sum(), optimum):
        close(slope, torch.zeros_like(slope), atol=1e-12)
    for seed in range(5):
        moved = [p.detach() + 0.1 * randn(seed, *p.shape) for p in optimum]
        assert (brute_elbo(x, *moved, W, b, 0.3) < bounds).all()


@pytest.mark.parametrize("sizes", SIZES)
def test_amortized_optimum_is_stationary_for_the_sum(sizes):
    x, W, b = model(sizes)
    shared = [p.requires_grad_() for p in vae.amortized_optimal_q(x, W, b, 0.3)]
    assert [p.shape for p in shared] == [(sizes[2],)] * 2
    total = brute_elbo(x, *(p.expand(len(x), -1) for p in shared), W, b, 0.3).sum()
    for slope in torch.autograd.grad(total, shared):
        close(slope, torch.zeros_like(slope), atol=1e-12)


def test_amortization_costs_what_the_means_differ_by():
    sizes = (4, 5, 3)
    x, W, b = model(sizes)
    mean, covariance = conditioned(x, W, b, 0.3)
    mu, log_var = vae.amortized_optimal_q(x, W, b, 0.3)
    shared = vae.posterior_kl(x, mu.expand(4, 3), log_var.expand(4, 3), W, b, 0.3)
    own = vae.posterior_kl(x, *vae.instance_optimal_q(x, W, b, 0.3), W, b, 0.3)
    shift = mean - mean.mean(0)
    gap = 0.5 * torch.einsum("nk,kl,nl->n", shift, torch.linalg.inv(covariance), shift)
    assert (gap > 0.01).all()
    close(shared - own, gap)


def test_names_of_the_approaches():
    assert vae.bigger_gap() == "amortized"
    assert vae.better_approach() == {
        "marginal_likelihood": "instance",
        "computation": "amortized",
        "memory": "amortized",
    }


# --- The model's extremes ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dtype", "rtol"), [(torch.float64, 1e-10), (torch.float32, 2e-7)], ids=["64", "32"]
)
@pytest.mark.parametrize("scale", [0.01, 10.0])
@pytest.mark.parametrize("sizes", [(3, 5, 2), (3, 2, 5), (3, 4, 1), (1, 1, 3)])
def test_model_at_tiny_noise(sizes, scale, dtype, rtol):
    x, W, b = model(sizes, scale=scale, dtype=dtype)
    evidences, means, covariance = mp_model(x, W, b, 1e-6)
    close(vae.log_marginal(x, W, b, 1e-6), [float(v) for v in evidences], rtol=rtol, atol=0)
    mean, posterior = vae.true_posterior(x, W, b, 1e-6)
    expected = torch.tensor([[float(v) for v in m] for m in means], dtype=torch.float64)
    close(mean, expected, rtol=rtol, atol=1e-12)
    spread = torch.tensor(covariance.tolist(), dtype=torch.float64).reshape(posterior.shape)
    close(posterior, spread, rtol=rtol, atol=1e-12)
    with mpmath.workdps(60):
        precision = covariance**-1
        log_vars = [-float(mpmath.log(precision[k, k])) for k in range(sizes[2])]
    own, shared = vae.instance_optimal_q(x, W, b, 1e-6), vae.amortized_optimal_q(x, W, b, 1e-6)
    close(own[0], expected, rtol=rtol, atol=1e-12)
    close(own[1], [log_vars] * sizes[0], rtol=rtol)
    close(shared[0], expected.mean(0), rtol=rtol, atol=1e-12)
    close(shared[1], log_vars, rtol=rtol)


def test_log_marginal_where_the_model_explains_x_entirely():
    """x − b = Wz: the residual of 10³ deviations must vanish without a trace."""
    _, W, b = model((3, 6, 2), scale=3.0)
    x = randn(5, 3, 2) @ W.T + b
    expected = [float(v) for v in mp_model(x, W, b, 1e-6)[0]]
    close(vae.log_marginal(x, W, b, 1e-6), expected, rtol=1e-10, atol=0)


@pytest.mark.parametrize(
    ("dtype", "rtol"), [(torch.float64, 1e-10), (torch.float32, 2e-7)], ids=["64", "32"]
)
@pytest.mark.parametrize("log_var", [-30.0, 30.0])
@pytest.mark.parametrize("noise_var", [1e-6, 0.5])
@pytest.mark.parametrize("sizes", [(3, 5, 2), (3, 2, 4)])
def test_bounds_at_extremes(sizes, noise_var, log_var, dtype, rtol):
    x, W, b = model(sizes, dtype=dtype)
    mu, moved = approximation(sizes, dtype=dtype)
    arguments = x, mu, log_var + moved, W, b, noise_var
    elbo, gap, complete = mp_bounds(*arguments)
    close(vae.elbo(*arguments), elbo.to(dtype), rtol=rtol, atol=0)
    close(vae.posterior_kl(*arguments), gap.to(dtype), rtol=rtol, atol=0)
    actual = vae.expected_complete_log_likelihood(*arguments)
    close(actual, complete.to(dtype), rtol=rtol, atol=0)


def test_gap_closes_where_the_posterior_is_diagonal():
    """Orthogonal columns: a diagonal q is the posterior, to the last digit even at s² = 1e-6."""
    W = torch.linalg.qr(randn(0, 5, 3))[0] * torch.tensor([0.1, 1.0, 7.0]).double()
    x, b = randn(1, 4, 5), randn(2, 5)
    for noise_var in (1e-6, 0.4):
        own = vae.instance_optimal_q(x, W, b, noise_var)
        gap = vae.posterior_kl(x, *own, W, b, noise_var)
        close(gap, torch.zeros_like(gap), atol=1e-11)


@pytest.mark.parametrize("sizes", [(3, 4, 2), (3, 2, 4)])
def test_gap_of_the_optimum_keeps_its_digits(sizes):
    """Loadings far below the noise: all that q misses are correlations of 1e-6."""
    x, W, b = model(sizes, scale=1e-3)
    own = vae.instance_optimal_q(x, W, b, 1.0)
    _, gap, _ = mp_bounds(x, *own, W, b, 1.0)
    assert (gap < 1e-10).all()
    close(vae.posterior_kl(x, *own, W, b, 1.0), gap, rtol=1e-8, atol=0)


# --- Differentiability, dtypes, domain ---------------------------------------------------------


def test_densities_and_divergences_are_differentiable():
    tensors = [t.requires_grad_() for t in pair(0, 3, 2)]
    eps = randn(8, 4, 3, 2).requires_grad_()
    grey = torch.sigmoid(randn(9, 3, 2)).requires_grad_()
    assert gradcheck(vae.gaussian_log_density, tensors[:3])
    assert gradcheck(vae.bernoulli_log_density, (grey, tensors[0]))
    assert gradcheck(vae.kl_diagonal_gaussians, tensors)
    assert gradcheck(vae.kl_monte_carlo, (*tensors, eps))


@pytest.mark.parametrize("sizes", [(3, 4, 2), (3, 1, 2)])
def test_model_is_differentiable_in_all_arguments(sizes):
    tensors = [t.requires_grad_() for t in (*model(sizes), torch.tensor(0.4).double())]
    q = [t.requires_grad_() for t in approximation(sizes)]
    for name in OF_MODEL:
        assert gradcheck(getattr(vae, name), tensors, fast_mode=True)
    for name in OF_Q:
        assert gradcheck(getattr(vae, name), (tensors[0], *q, *tensors[1:]), fast_mode=True)
    assert gradgradcheck(vae.log_marginal, tensors, fast_mode=True)


def test_gradients_of_the_evidence_at_tiny_noise():
    """By x: −C⁻¹(x − b); by W: (C⁻¹rrᵀC⁻¹ − C⁻¹)W, summed over the examples; with 60 digits."""
    x, W, b = (t.requires_grad_() for t in model((3, 4, 2)))
    by_x, by_W = torch.autograd.grad(vae.log_marginal(x, W, b, 1e-6).sum(), (x, W))
    with mpmath.workdps(60):
        loading = exact(W)
        inverse = (loading * loading.T + mpmath.mpf(1e-6) * mpmath.eye(4)) ** -1
        scores = [inverse * (exact(row) - exact(b)) for row in x]
        slope = sum((s * s.T - inverse for s in scores), mpmath.zeros(4)) * loading
        expected_W = torch.tensor([float(v) for v in slope], dtype=torch.float64)
        expected_x = torch.tensor([[-float(v) for v in s] for s in scores], dtype=torch.float64)
    close(by_x, expected_x, rtol=1e-9, atol=0)
    close(by_W, expected_W.reshape(4, 2), rtol=1e-8, atol=1e-10 * float(expected_W.abs().max()))


@pytest.mark.parametrize("kind", ["zero", "orthogonal", "repeated", "wide"])
def test_gradients_are_finite_whatever_the_loadings(kind):
    """Where singular values vanish or coincide, and at the extremes of the variances."""
    W = (
        {
            "zero": torch.zeros(4, 2),
            "orthogonal": 2 * torch.eye(4)[:, :2],
            "repeated": torch.ones(4, 2),
            "wide": torch.ones(2, 5),
        }[kind]
        .double()
        .requires_grad_()
    )
    x, b = randn(0, 3, len(W)).requires_grad_(), randn(1, len(W)).requires_grad_()
    noise_var = torch.tensor(1e-6, dtype=torch.float64, requires_grad=True)
    mu = randn(2, 3, W.shape[1]).requires_grad_()
    log_var = torch.tensor([-30.0, 30.0, 0.0]).double()[:, None].repeat(1, W.shape[1])
    log_var.requires_grad_()
    calls = [(getattr(vae, name), (x, W, b, noise_var)) for name in OF_MODEL]
    calls += [(getattr(vae, name), (x, mu, log_var, W, b, noise_var)) for name in OF_Q]
    for function, arguments in calls:
        result = function(*arguments)
        results = result if isinstance(result, tuple) else (result,)
        for gradient in torch.autograd.grad(
            sum(r.sum() for r in results), arguments, allow_unused=True
        ):
            assert gradient is None or gradient.isfinite().all()


def every_call(dtype, sizes=(4, 5, 3)):
    """Yield the name and the arguments of a call of every function, all tensors of ``dtype``."""
    x, W, b = model(sizes, dtype=dtype)
    q = approximation(sizes, dtype=dtype)
    p = approximation(sizes, seed=20, dtype=dtype)
    yield "gaussian_log_density", (x, b.expand_as(x), x.flip(0))
    yield "bernoulli_log_density", (x.sigmoid(), x.flip(0))
    yield "kl_diagonal_gaussians", (*q, *p)
    yield "kl_monte_carlo", (*q, *p, randn(30, 2, 4, 3, dtype=dtype))
    for name in OF_MODEL:
        yield name, (x, W, b, 0.3)
    for name in OF_Q:
        yield name, (x, *q, W, b, 0.3)


def outputs(name, arguments):
    result = getattr(vae, name)(*arguments)
    return result if isinstance(result, tuple) else (result,)


def test_float32_in_float32_out():
    for name, arguments in every_call(torch.float32):
        doubles = [a.double() if isinstance(a, torch.Tensor) else a for a in arguments]
        for single, double in zip(outputs(name, arguments), outputs(name, doubles), strict=True):
            assert single.dtype == torch.float32, name
            assert double.dtype == torch.float64, name
            close(single, double.float(), rtol=2e-6, atol=2e-6)


def test_results_have_the_dtype_of_the_data_alone():
    """The first argument is the data; the rest may be of another precision."""
    for data, other in [(torch.float32, torch.float64), (torch.float64, torch.float32)]:
        for name, arguments in every_call(data):
            mixed = [a.to(other) if isinstance(a, torch.Tensor) else a for a in arguments[1:]]
            for result in outputs(name, (arguments[0], *mixed)):
                assert result.dtype == data, name


def test_noise_var_may_be_a_0d_tensor_of_any_dtype():
    x, W, b = model((3, 4, 2))
    expected = vae.log_marginal(x, W, b, 2.0)
    for noise_var in (2, torch.tensor(2), torch.tensor(2.0), torch.tensor(2.0).double()):
        close(vae.log_marginal(x, W, b, noise_var), expected, rtol=0, atol=0)


def test_shapes_and_untouched_arguments():
    n, k = 4, 3
    shapes = {
        "true_posterior": [(n, k), (k, k)],
        "instance_optimal_q": [(n, k), (n, k)],
        "amortized_optimal_q": [(k,), (k,)],
    }
    for name, arguments in every_call(torch.float64):
        before = [a.clone() if isinstance(a, torch.Tensor) else a for a in arguments]
        results = outputs(name, arguments)
        assert [r.shape for r in results] == shapes.get(name, [(n,)]), name
        for result in results:
            result.zero_()  # a result that shares memory with an argument would change it
        for was, now in zip(before, arguments, strict=True):
            assert torch.equal(torch.as_tensor(was), torch.as_tensor(now)), name


def test_densities_refuse_what_does_not_fit():
    x = torch.full((4, 3), 0.5, dtype=torch.float64)
    for function in (vae.gaussian_log_density, vae.kl_diagonal_gaussians):
        first = "x" if function is vae.gaussian_log_density else "mu_q"
        rest = 2 if function is vae.gaussian_log_density else 3
        refused(first, function, x[0, 0], *[x] * rest)
        refused(first, function, x.long(), *[x] * rest)
    refused("mean", vae.gaussian_log_density, x, x.T, x)
    refused("log_var", vae.gaussian_log_density, x, x, x[:, :2])
    refused("mean", vae.gaussian_log_density, x[0], x, x)
    refused("x", vae.bernoulli_log_density, x + 0.6, x)
    refused("x", vae.bernoulli_log_density, x - 0.6, x)
    refused("x", vae.bernoulli_log_density, x * math.nan, x)
    refused("x", vae.bernoulli_log_density, x.long(), x)
    refused("logits", vae.bernoulli_log_density, x, x[:2])
    for place, name in enumerate(["log_var_q", "mu_p", "log_var_p"], start=1):
        arguments = [x] * 4
        arguments[place] = x[:3]
        refused(name, vae.kl_diagonal_gaussians, *arguments)
        refused(name, vae.kl_monte_carlo, *arguments, x[None])
    for eps in (x, x[None, :2], x[None][:0]):
        refused("eps", vae.kl_monte_carlo, x, x, x, x, eps)


@pytest.mark.parametrize("name", OF_MODEL + OF_Q)
def test_model_refuses_what_does_not_fit(name):
    x, W, b = model((4, 5, 3))
    mu, log_var = approximation((4, 5, 3))

    def call(x=x, mu=mu, log_var=log_var, W=W, b=b, noise_var=0.3):
        q = (mu, log_var) if name in OF_Q else ()
        return getattr(vae, name)(x, *q, W, b, noise_var)

    def fails(argument, **changed):
        with pytest.raises(ValueError, match=rf"^{argument} must "):
            call(**changed)

    fails("x", x=x[0])
    fails("x", x=x.long())
    fails("W", W=W.T)
    fails("W", W=W[:, 0])
    fails("b", b=b[:4])
    fails("b", b=b[None])
    for noise_var in (0.0, -1.0, math.nan, math.inf, torch.ones(1)):
        fails("noise_var", noise_var=noise_var)
    if name in OF_Q:
        fails("mu", mu=mu[0])
        fails("mu", mu=mu.T)
        fails("log_var", log_var=log_var[:, :2])


def test_amortized_optimum_needs_an_example():
    x, W, b = model((4, 5, 3))
    refused("x", vae.amortized_optimal_q, x[:0], W, b, 0.3)
