"""Variational autoencoders by their identities: through the covariance of x, and ELBO = log p(x) - KL."""

import math

import torch
import torch.nn.functional as F


def gaussian_log_density(x, mean, log_var):
    logs = log_var + math.log(2 * math.pi)
    return -0.5 * torch.einsum("nd->n", logs + (x - mean) ** 2 * torch.exp(-log_var))


def bernoulli_log_density(x, logits):
    return -(x * F.softplus(-logits) + (1 - x) * F.softplus(logits)).sum(-1)


def kl_diagonal_gaussians(mu_q, log_var_q, mu_p, log_var_p):
    variances = torch.exp(log_var_q - log_var_p) - (log_var_q - log_var_p) - 1
    return 0.5 * torch.sum(variances + (mu_q - mu_p) ** 2 * torch.exp(-log_var_p), dim=-1)


def kl_monte_carlo(mu_q, log_var_q, mu_p, log_var_p, eps):
    z = mu_q + log_var_q.exp().sqrt() * eps
    flat = z.reshape(-1, z.shape[-1])
    densities = [
        gaussian_log_density(flat, mu.repeat(len(eps), 1), log_var.repeat(len(eps), 1))
        for mu, log_var in ((mu_q, log_var_q), (mu_p, log_var_p))
    ]
    return (densities[0] - densities[1]).reshape(len(eps), -1).mean(0)


def log_marginal(x, W, b, noise_var):
    covariance = torch.einsum("dk,ek->de", W, W) + noise_var * torch.eye(len(W)).to(W)
    square = torch.einsum("nd,de,ne->n", x - b, torch.linalg.inv(covariance), x - b)
    return -0.5 * (len(W) * math.log(2 * math.pi) + torch.logdet(covariance) + square)


def true_posterior(x, W, b, noise_var):
    covariance_of_x = W @ W.T + noise_var * torch.eye(len(W)).to(W)
    gain = torch.linalg.solve(covariance_of_x, W).T
    return (x - b) @ gain.T, torch.eye(W.shape[1]).to(W) - gain @ W


def elbo(x, mu, log_var, W, b, noise_var):
    return log_marginal(x, W, b, noise_var) - posterior_kl(x, mu, log_var, W, b, noise_var)


def posterior_kl(x, mu, log_var, W, b, noise_var):
    mean, _ = true_posterior(x, W, b, noise_var)
    precision = torch.eye(W.shape[1]).to(W) + W.T @ W / noise_var
    away = mean - mu
    square = torch.einsum("nk,kl,nl->n", away, precision, away)
    trace = log_var.exp() @ precision.diagonal()
    return 0.5 * (trace + square - len(precision) - log_var.sum(-1) - torch.logdet(precision))


def expected_complete_log_likelihood(x, mu, log_var, W, b, noise_var):
    entropy = 0.5 * (1 + math.log(2 * math.pi) + log_var).sum(-1)
    return elbo(x, mu, log_var, W, b, noise_var) - entropy


def instance_optimal_q(x, W, b, noise_var):
    mean, _ = true_posterior(x, W, b, noise_var)
    precision = 1 + (W**2).sum(0) / noise_var
    return mean, torch.log(1 / precision).tile(len(x), 1)


def amortized_optimal_q(x, W, b, noise_var):
    means, log_vars = instance_optimal_q(x, W, b, noise_var)
    return means.sum(0) / len(x), log_vars[0]


def bigger_gap():
    return "amortized"


def better_approach():
    return dict(marginal_likelihood="instance", computation="amortized", memory="amortized")
