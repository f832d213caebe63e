"""Variational autoencoders: densities, divergences, and the linear-Gaussian model, exactly.

What is asked of a latent with finitely many values lies in ``reference._vae_tables``.

The model makes every quantity of variational inference exact: p(z) = N(0, I_K) and
p(x|z) = N(Wz + b, s² I_D) with W ``(D, K)``, b ``(D,)`` and s² = ``noise_var``; the approximate
posterior is q(z|x_n) = N(μ_n, diag exp λ_n), with one row of μ and of λ = ``log_var`` an example.

Sources:
    Kingma & Welling 2014, Auto-Encoding Variational Bayes, https://arxiv.org/abs/1312.6114
    Tipping & Bishop 1999, Probabilistic Principal Component Analysis,
        https://doi.org/10.1111/1467-9868.00196
    Bishop 2006, Pattern Recognition and Machine Learning
    Cremer, Li & Duvenaud 2018, Inference Suboptimality in Variational Autoencoders,
        https://arxiv.org/abs/1801.03558
"""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from reference._domain import require
from reference._vae_tables import (
    amortized_and_instance_kl,
    ecll,
    ecll_terms,
    elbo_and_kl,
    elbo_gradient,
    kl_gradient,
)

__all__ = [
    "amortized_and_instance_kl",
    "amortized_optimal_q",
    "bernoulli_log_density",
    "better_approach",
    "bigger_gap",
    "ecll",
    "ecll_terms",
    "elbo",
    "elbo_and_kl",
    "elbo_gradient",
    "expected_complete_log_likelihood",
    "gaussian_log_density",
    "instance_optimal_q",
    "kl_diagonal_gaussians",
    "kl_gradient",
    "kl_monte_carlo",
    "log_marginal",
    "posterior_kl",
    "true_posterior",
]

_LOG_2PI = math.log(2 * math.pi)


def gaussian_log_density(x: Tensor, mean: Tensor, log_var: Tensor) -> Tensor:
    """Return the log-density of a Gaussian with diagonal covariance.

    log N(x; m, diag e^λ) = −½ Σ_d [log 2π + λ_d + (x_d − m_d)² e^{−λ_d}]

    Args:
        x: points, ``(…, D)``.
        mean: means m, ``(…, D)`` or what broadcasts to the shape of ``x``.
        log_var: log-variances λ, likewise.

    Returns:
        The log-densities, ``(…)``.

    Raises:
        ValueError: where ``x`` is not a floating-point vector or a shape does not fit.

    Reference:
        Kingma & Welling 2014, appendix C.2.
    """
    _require_rows(x, "x")
    _require_fit(mean, "mean", x, "x")
    _require_fit(log_var, "log_var", x, "x")
    # The half exponent is squared last: e^{−λ} alone overflows where the product need not.
    standardized = (x - mean) * torch.exp(-log_var / 2)
    return -0.5 * (_LOG_2PI + log_var + standardized.square()).sum(-1).to(x.dtype)


def bernoulli_log_density(x: Tensor, logits: Tensor) -> Tensor:
    """Return the log-probability of independent Bernoulli variables.

    Σ_d x_d log σ(l_d) + (1 − x_d) log σ(−l_d),  σ the sigmoid

    Args:
        x: values in [0, 1], ``(…, D)``.
        logits: log-odds l, ``(…, D)`` or what broadcasts to the shape of ``x``.

    Returns:
        The log-probabilities, ``(…)``.

    Raises:
        ValueError: where ``x`` is not a floating-point vector or leaves [0, 1], or the shape of
            ``logits`` does not fit.

    Reference:
        Kingma & Welling 2014, appendix C.1.
    """
    _require_rows(x, "x")
    require(((x >= 0) & (x <= 1)).all(), "x", "lie in [0, 1]")
    _require_fit(logits, "logits", x, "x")
    # Not x l − softplus(l): its two terms cancel at large l, where the answer is −e^{−l}.
    terms = x * F.logsigmoid(logits) + (1 - x) * F.logsigmoid(-logits)
    return terms.sum(-1).to(x.dtype)


def kl_diagonal_gaussians(
    mu_q: Tensor, log_var_q: Tensor, mu_p: Tensor, log_var_p: Tensor
) -> Tensor:
    """Return the Kullback–Leibler divergence between two diagonal Gaussians.

    KL(q‖p) = ½ Σ_k [e^δ_k − 1 − δ_k + (μ_q − μ_p)²_k e^{−λ_p,k}],  δ = λ_q − λ_p

    Args:
        mu_q: means of q, ``(…, K)``.
        log_var_q: log-variances λ_q, ``(…, K)`` or what broadcasts to the shape of ``mu_q``.
        mu_p: means of p, likewise.
        log_var_p: log-variances λ_p, likewise.

    Returns:
        The divergences, ``(…)``.

    Raises:
        ValueError: where ``mu_q`` is not a floating-point vector or a shape does not fit.

    Reference:
        Kingma & Welling 2014, appendix B (there p is standard normal).
    """
    _require_pair(mu_q, log_var_q, mu_p, log_var_p)
    delta = log_var_q - log_var_p
    shift = (mu_q - mu_p) * torch.exp(-log_var_p / 2)
    return 0.5 * (torch.expm1(delta) - delta + shift.square()).sum(-1).to(mu_q.dtype)


def kl_monte_carlo(
    mu_q: Tensor, log_var_q: Tensor, mu_p: Tensor, log_var_p: Tensor, eps: Tensor
) -> Tensor:
    """Estimate the divergence between two diagonal Gaussians from reparameterized samples.

    (1/S) Σ_s [log q(z_s) − log p(z_s)],  z_s = μ_q + e^{λ_q/2} ε_s

    With u = (z − μ_p) e^{−λ_p/2}, one term is ½ Σ_k [λ_p − λ_q + u² − ε²]_k.

    Args:
        mu_q: means of q, ``(…, K)``.
        log_var_q: log-variances λ_q, ``(…, K)`` or what broadcasts to the shape of ``mu_q``.
        mu_p: means of p, likewise.
        log_var_p: log-variances λ_p, likewise.
        eps: standard normal draws ε, ``(S, …, K)`` with S ≥ 1.

    Returns:
        The estimates, ``(…)``.

    Raises:
        ValueError: where ``mu_q`` is not a floating-point vector or a shape does not fit.

    Reference:
        Kingma & Welling 2014, section 2.3.
    """
    _require_pair(mu_q, log_var_q, mu_p, log_var_p)
    require(
        eps.ndim == mu_q.ndim + 1 and eps.shape[1:] == mu_q.shape and len(eps) >= 1,
        "eps",
        "have the shape of mu_q after one leading axis of at least one sample",
    )
    delta = log_var_q - log_var_p
    # z itself is never formed: beside μ_q a small σ_q ε would lose its digits. Nor is u² − ε²
    # taken as a difference of squares; it is (u − ε)(u + ε), exactly 0 where q = p.
    u_minus_eps = (mu_q - mu_p) * torch.exp(-log_var_p / 2) + eps * torch.expm1(delta / 2)
    log_ratio = 0.5 * (u_minus_eps * (u_minus_eps + 2 * eps) - delta).sum(-1)
    return log_ratio.mean(0).to(mu_q.dtype)


def log_marginal(x: Tensor, W: Tensor, b: Tensor, noise_var: float | Tensor) -> Tensor:
    """Return the log-evidence of the linear-Gaussian model.

    log p(x) = log N(x; b, C),  C = WWᵀ + s² I

    With the posterior mean m and Λ = I + WᵀW/s², rᵀC⁻¹r = ‖r − Wm‖²/s² + ‖m‖² at r = x − b, and
    det C = s^{2D} det Λ.

    Args:
        x: examples, ``(N, D)``.
        W: loadings, ``(D, K)``.
        b: offset, ``(D,)``.
        noise_var: s² > 0.

    Returns:
        The log-evidences, ``(N,)``.

    Raises:
        ValueError: where a shape does not fit, ``x`` is not floating-point or s² not positive.

    Reference:
        Tipping & Bishop 1999, section 3; Bishop 2006, section 12.2.
    """
    residual, weight, variance = _model(x, W, b, noise_var)
    mean, R = _posterior(residual, weight, variance)
    quadratic = (residual - mean @ weight.T).square().sum(-1) / variance + mean.square().sum(-1)
    log_det = len(weight) * variance.log() + 2 * R.diagonal().abs().log().sum()
    return -0.5 * (len(weight) * _LOG_2PI + log_det + quadratic).to(x.dtype)


def true_posterior(
    x: Tensor, W: Tensor, b: Tensor, noise_var: float | Tensor
) -> tuple[Tensor, Tensor]:
    """Return the exact posterior of the linear-Gaussian model, p(z|x) = N(m, Σ).

    Σ = (I + WᵀW/s²)⁻¹,  m = Σ Wᵀ(x − b)/s²

    Args:
        x: examples, ``(N, D)``.
        W: loadings, ``(D, K)``.
        b: offset, ``(D,)``.
        noise_var: s² > 0.

    Returns:
        The means ``(N, K)`` and the one covariance of them all, ``(K, K)``.

    Raises:
        ValueError: where a shape does not fit, ``x`` is not floating-point or s² not positive.

    Reference:
        Tipping & Bishop 1999, section 3; Bishop 2006, section 2.3.3.
    """
    mean, R = _posterior(*_model(x, W, b, noise_var))
    identity = torch.eye(len(R), dtype=R.dtype, device=R.device)
    root = torch.linalg.solve_triangular(R, identity, upper=True)
    return mean.to(x.dtype), (root @ root.T).to(x.dtype)


def elbo(
    x: Tensor, mu: Tensor, log_var: Tensor, W: Tensor, b: Tensor, noise_var: float | Tensor
) -> Tensor:
    """Return the evidence lower bound of the linear-Gaussian model, exactly.

    E_q log p(x|z) − KL(q‖p(z))

    Args:
        x: examples, ``(N, D)``.
        mu: means μ of q, ``(N, K)``.
        log_var: log-variances λ of q, ``(N, K)``.
        W: loadings, ``(D, K)``.
        b: offset, ``(D,)``.
        noise_var: s² > 0.

    Returns:
        The bounds, ``(N,)``.

    Raises:
        ValueError: where a shape does not fit, ``x`` is not floating-point or s² not positive.

    Reference:
        Kingma & Welling 2014, section 2.2.
    """
    residual, weight, variance = _model(x, W, b, noise_var)
    mean, log_variance = _approximation(mu, log_var, x, W)
    prior = mean.new_zeros(())
    likelihood = _expected_log_likelihood(residual, mean, log_variance, weight, variance)
    return (likelihood - kl_diagonal_gaussians(mean, log_variance, prior, prior)).to(x.dtype)


def posterior_kl(
    x: Tensor, mu: Tensor, log_var: Tensor, W: Tensor, b: Tensor, noise_var: float | Tensor
) -> Tensor:
    """Return the divergence of q from the exact posterior, the gap between evidence and ELBO.

    KL(q‖p(z|x)) = ½ [Σ_k (Λ_kk e^λ_k − 1 − λ_k) − log det Λ + (m − μ)ᵀΛ(m − μ)],  Λ = I + WᵀW/s²

    Computed as a sum of three terms that are never negative: the variances against 1/Λ_kk, the
    correlations log(Π Λ_kk / det Λ) that no diagonal q has, and the means.

    Args:
        x: examples, ``(N, D)``.
        mu: means μ of q, ``(N, K)``.
        log_var: log-variances λ of q, ``(N, K)``.
        W: loadings, ``(D, K)``.
        b: offset, ``(D,)``.
        noise_var: s² > 0.

    Returns:
        The divergences, ``(N,)``.

    Raises:
        ValueError: where a shape does not fit, ``x`` is not floating-point or s² not positive.

    Reference:
        Kingma & Welling 2014, section 2.2; Cremer, Li & Duvenaud 2018 (the inference gap).
    """
    residual, weight, variance = _model(x, W, b, noise_var)
    mean, log_variance = _approximation(mu, log_var, x, W)
    posterior_mean, R = _posterior(residual, weight, variance)
    delta = log_variance + _log_precision(weight, variance)
    variances = (torch.expm1(delta) - delta).sum(-1)
    # Λ = RᵀR: Λ_kk is the squared length of a column of R, det Λ the product of the R_kk².
    correlations = torch.log1p(R.triu(1).square().sum(0) / R.diagonal().square()).sum()
    means = ((posterior_mean - mean) @ R.T).square().sum(-1)
    return 0.5 * (variances + correlations + means).to(x.dtype)


def expected_complete_log_likelihood(
    x: Tensor, mu: Tensor, log_var: Tensor, W: Tensor, b: Tensor, noise_var: float | Tensor
) -> Tensor:
    """Return the expectation under q of the complete-data log-likelihood.

    E_q log p(x|z) p(z) = log p(x) − KL(q‖p(z|x)) − H(q)

    Args:
        x: examples, ``(N, D)``.
        mu: means μ of q, ``(N, K)``.
        log_var: log-variances λ of q, ``(N, K)``.
        W: loadings, ``(D, K)``.
        b: offset, ``(D,)``.
        noise_var: s² > 0.

    Returns:
        The expectations, ``(N,)``.

    Raises:
        ValueError: where a shape does not fit, ``x`` is not floating-point or s² not positive.

    Reference:
        Tipping & Bishop 1999, section 3 (EM); Bishop 2006, section 12.2.2.
    """
    residual, weight, variance = _model(x, W, b, noise_var)
    mean, log_variance = _approximation(mu, log_var, x, W)
    likelihood = _expected_log_likelihood(residual, mean, log_variance, weight, variance)
    log_prior = -0.5 * (_LOG_2PI + mean.square() + log_variance.exp()).sum(-1)
    return (likelihood + log_prior).to(x.dtype)


def instance_optimal_q(
    x: Tensor, W: Tensor, b: Tensor, noise_var: float | Tensor
) -> tuple[Tensor, Tensor]:
    """Return the best diagonal Gaussian of every single example.

    μ_n = the posterior mean m_n,  λ_nk = −log Λ_kk,  Λ = I + WᵀW/s²

    Args:
        x: examples, ``(N, D)``.
        W: loadings, ``(D, K)``.
        b: offset, ``(D,)``.
        noise_var: s² > 0.

    Returns:
        The means and the log-variances, each ``(N, K)``.

    Raises:
        ValueError: where a shape does not fit, ``x`` is not floating-point or s² not positive.

    Reference:
        Bishop 2006, section 10.1.2; Cremer, Li & Duvenaud 2018 (the approximation gap).
    """
    residual, weight, variance = _model(x, W, b, noise_var)
    mean, _ = _posterior(residual, weight, variance)
    log_variance = -_log_precision(weight, variance).repeat(len(x), 1)
    return mean.to(x.dtype), log_variance.to(x.dtype)


def amortized_optimal_q(
    x: Tensor, W: Tensor, b: Tensor, noise_var: float | Tensor
) -> tuple[Tensor, Tensor]:
    """Return the one diagonal Gaussian, shared by all examples, of the greatest total ELBO.

    μ = (1/N) Σ_n m_n,  λ_k = −log Λ_kk; example n loses ½(m_n − μ)ᵀΛ(m_n − μ) by the sharing

    Args:
        x: examples, ``(N, D)`` with N ≥ 1.
        W: loadings, ``(D, K)``.
        b: offset, ``(D,)``.
        noise_var: s² > 0.

    Returns:
        The mean and the log-variance, each ``(K,)``.

    Raises:
        ValueError: where a shape does not fit, ``x`` is empty or not floating-point, or s² not
            positive.

    Reference:
        Cremer, Li & Duvenaud 2018 (the amortization gap).
    """
    residual, weight, variance = _model(x, W, b, noise_var)
    require(len(x) >= 1, "x", "hold at least one example")
    mean, _ = _posterior(residual, weight, variance)
    return mean.mean(0).to(x.dtype), -_log_precision(weight, variance).to(x.dtype)


def bigger_gap() -> str:
    """Name the approach with the larger gap between evidence and ELBO.

    Returns:
        ``"amortized"``: a shared q is one of those that the instance chooses the best from.

    Reference:
        Cremer, Li & Duvenaud 2018.
    """
    return "amortized"


def better_approach() -> dict[str, str]:
    """Name the better of the two approaches, ``"instance"`` or ``"amortized"``, by criterion.

    Returns:
        The approach under ``"marginal_likelihood"`` (tightness of the bound), ``"computation"``
        (cost of a new example) and ``"memory"`` (growth with the data).

    Reference:
        Cremer, Li & Duvenaud 2018.
    """
    return {
        "marginal_likelihood": "instance",
        "computation": "amortized",
        "memory": "amortized",
    }


def _posterior(residual: Tensor, weight: Tensor, variance: Tensor) -> tuple[Tensor, Tensor]:
    """Return the posterior means ``(N, K)`` and R ``(K, K)``, upper triangular, with RᵀR = Λ.

    m minimizes ‖r − Wz‖²/s² + ‖z‖², a least-squares problem with the matrix A = [W/s; I]. Its QR
    decomposition never forms Λ = AᵀA, whose condition is the square of A's; and since A has full
    rank whatever W is, the decomposition has a gradient everywhere, unlike an SVD of W.
    """
    scale = variance.sqrt()
    identity = torch.eye(weight.shape[1], dtype=weight.dtype, device=weight.device)
    Q, R = torch.linalg.qr(torch.cat([weight / scale, identity]))
    rotated = Q[: len(weight)].T @ residual.T / scale
    return torch.linalg.solve_triangular(R, rotated, upper=True).T, R


def _log_precision(weight: Tensor, variance: Tensor) -> Tensor:
    """Return log Λ_kk = log(1 + ‖W_·k‖²/s²), ``(K,)``."""
    return torch.log1p(weight.square().sum(0) / variance)


def _expected_log_likelihood(
    residual: Tensor, mean: Tensor, log_variance: Tensor, weight: Tensor, variance: Tensor
) -> Tensor:
    """Return E_q log N(r; Wz, s² I) = log N(r; Wμ, s² I) − ½ Σ_k e^λ_k ‖W_·k‖²/s², ``(N,)``."""
    at_mean = gaussian_log_density(residual, mean @ weight.T, variance.log())
    return at_mean - 0.5 * log_variance.exp() @ weight.square().sum(0) / variance


def _model(
    x: Tensor, W: Tensor, b: Tensor, noise_var: float | Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Check the model and return x − b ``(N, D)``, W and s² (0-d), all in float64.

    Division by a small s² magnifies the rounding of x − b − Wz, in float32 beyond the result's own.
    """
    require(x.ndim == 2 and x.is_floating_point(), "x", "be floating-point of shape (N, D)")
    require(W.ndim == 2 and len(W) == x.shape[1], "W", "have shape (D, K), D the columns of x")
    require(b.shape == x.shape[1:], "b", "have shape (D,), D the columns of x")
    variance = torch.as_tensor(noise_var, dtype=torch.float64, device=x.device)
    require(variance.ndim == 0, "noise_var", "be a number or a 0-d tensor")
    require(0 < variance < math.inf, "noise_var", "be positive and finite")
    return x.double() - b.double(), W.double(), variance


def _approximation(mu: Tensor, log_var: Tensor, x: Tensor, W: Tensor) -> tuple[Tensor, Tensor]:
    """Check the parameters of q against the model's shapes and return them in float64."""
    shape = (len(x), W.shape[1])
    require(mu.shape == shape, "mu", "have shape (N, K), N the rows of x and K the columns of W")
    require(
        log_var.shape == shape,
        "log_var",
        "have shape (N, K), N the rows of x and K the columns of W",
    )
    return mu.double(), log_var.double()


def _require_pair(mu_q: Tensor, log_var_q: Tensor, mu_p: Tensor, log_var_p: Tensor) -> None:
    _require_rows(mu_q, "mu_q")
    _require_fit(log_var_q, "log_var_q", mu_q, "mu_q")
    _require_fit(mu_p, "mu_p", mu_q, "mu_q")
    _require_fit(log_var_p, "log_var_p", mu_q, "mu_q")


def _require_rows(tensor: Tensor, argument: str) -> None:
    require(tensor.ndim >= 1, argument, "have at least one axis")
    require(tensor.is_floating_point(), argument, "be floating-point")


def _require_fit(tensor: Tensor, argument: str, target: Tensor, name: str) -> None:
    sizes = zip(reversed(tensor.shape), reversed(target.shape), strict=False)
    require(
        tensor.ndim <= target.ndim and all(size in (1, full) for size, full in sizes),
        argument,
        f"broadcast to the shape of {name}",
    )
