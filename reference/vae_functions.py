"""Log-likelihoods, a log-mean-exp and divergences of Gaussians, as a VAE needs them.

Source: D. P. Kingma & M. Welling, "Auto-Encoding Variational Bayes", 2014, https://arxiv.org/abs/1312.6114.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


def log_likelihood_bernoulli(mu: Tensor, target: Tensor) -> Tensor:
    """Log-likelihood of each example under independent Bernoulli variables.

        Σ_j target_j log mu_j + (1 − target_j) log(1 − mu_j), where 0·log 0 is 0

    Args:
        mu: means, ``(B, *)``.
        target: what was observed, 0 or 1, ``(B, *)``.

    Returns:
        ``(B,)``.

    Reference:
        Kingma & Welling 2014, appendix C.1.
    """
    p, x = mu.flatten(1), target.flatten(1)
    return (torch.xlogy(x, p) + torch.xlogy(1 - x, 1 - p)).sum(1)


def log_likelihood_normal(mu: Tensor, logvar: Tensor, z: Tensor) -> Tensor:
    """Log-density of each example under a Gaussian with a diagonal covariance.

    Args:
        mu: means, ``(B, *)``.
        logvar: logarithms of the variances, ``(B, *)``.
        z: where the density is asked for, ``(B, *)``.

    Returns:
        ``(B,)``.

    Reference:
        Kingma & Welling 2014, appendix C.2.
    """
    mu, logvar, z = mu.flatten(1), logvar.flatten(1), z.flatten(1)
    square = (z - mu) ** 2 * torch.exp(-logvar)
    return -0.5 * (math.log(2 * math.pi) + logvar + square).sum(1)


def log_mean_exp(y: Tensor) -> Tensor:
    """Logarithm of the mean exponential of each row, without overflow.

    Args:
        y: ``(B, S)``.

    Returns:
        ``(B,)``.

    Reference:
        Y. Burda, R. Grosse & R. Salakhutdinov 2016, https://arxiv.org/abs/1509.00519, equation 8.
    """
    return torch.logsumexp(y, 1) - math.log(y.shape[1])


def kl_gaussian_gaussian_analytic(
    mu_q: Tensor, logvar_q: Tensor, mu_p: Tensor, logvar_p: Tensor
) -> Tensor:
    """KL(q ‖ p) of Gaussians with diagonal covariances, in closed form.

    Args:
        mu_q: means of q, ``(B, *)``.
        logvar_q: logarithms of its variances, ``(B, *)``.
        mu_p: means of p, ``(B, *)``.
        logvar_p: logarithms of its variances, ``(B, *)``.

    Returns:
        ``(B,)``.

    Reference:
        Kingma & Welling 2014, appendix B.
    """
    mu_q, logvar_q, mu_p, logvar_p = (
        value.flatten(1) for value in (mu_q, logvar_q, mu_p, logvar_p)
    )
    ratio = torch.exp(logvar_q - logvar_p)
    distance = (mu_q - mu_p) ** 2 * torch.exp(-logvar_p)
    return 0.5 * (logvar_p - logvar_q + ratio + distance - 1).sum(1)


def kl_gaussian_gaussian_mc(
    mu_q: Tensor, logvar_q: Tensor, mu_p: Tensor, logvar_p: Tensor, num_samples: int = 1
) -> Tensor:
    """KL(q ‖ p) of the same Gaussians, estimated from samples of q.

        1/K Σ_k log q(z_k) − log p(z_k), z_k drawn from q

    Args:
        mu_q: means of q, ``(B, *)``.
        logvar_q: logarithms of its variances, ``(B, *)``.
        mu_p: means of p, ``(B, *)``.
        logvar_p: logarithms of its variances, ``(B, *)``.
        num_samples: K, how many samples each example gets.

    Returns:
        ``(B,)``.

    Reference:
        Kingma & Welling 2014, section 2.3.
    """
    total = torch.zeros(len(mu_q), dtype=mu_q.dtype)
    for _ in range(num_samples):
        z = mu_q + torch.exp(0.5 * logvar_q) * torch.randn_like(mu_q)
        total = total + log_likelihood_normal(mu_q, logvar_q, z)
        total = total - log_likelihood_normal(mu_p, logvar_p, z)
    return total / num_samples
