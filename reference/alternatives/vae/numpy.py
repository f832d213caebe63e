"""Variational autoencoders in numpy, example by example; torch only where a gradient is asked for."""

import math

import numpy as np
import torch


def gaussian_log_density(x, mean, log_var):
    results = []
    for row, centre, logs in zip(x.tolist(), mean.tolist(), log_var.tolist()):
        total = 0.0
        for value, m, lv in zip(row, centre, logs):
            total -= 0.5 * (math.log(2 * math.pi) + lv + (value - m) ** 2 / math.exp(lv))
        results.append(total)
    return results


def bernoulli_log_density(x, logits):
    loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return -loss.sum(dim=1)


def kl_diagonal_gaussians(mu_q, log_var_q, mu_p, log_var_p):
    total = 0
    for k in range(mu_q.shape[1]):
        shift = mu_q[:, k] - mu_p[:, k]
        log_ratio = log_var_p[:, k] - log_var_q[:, k]
        ratio = (torch.exp(log_var_q[:, k]) + shift**2) / torch.exp(log_var_p[:, k])
        total = total + (log_ratio + ratio - 1) / 2
    return total


def kl_monte_carlo(mu_q, log_var_q, mu_p, log_var_p, eps):
    def log_density(z, mu, log_var):
        constant = math.log(2 * math.pi)
        return -0.5 * (constant + log_var + (z - mu) ** 2 / torch.exp(log_var)).sum(dim=1)

    estimates = []
    for noise in eps:
        z = mu_q + torch.exp(log_var_q / 2) * noise
        estimates.append(log_density(z, mu_q, log_var_q) - log_density(z, mu_p, log_var_p))
    return sum(estimates) / len(estimates)


def log_marginal(x, W, b, noise_var):
    x, W, b, noise_var = np.asarray(x), np.asarray(W), np.asarray(b), float(noise_var)
    covariance = W @ W.T + noise_var * np.eye(len(b))
    _, log_det = np.linalg.slogdet(covariance)
    results = np.zeros(len(x))
    for n in range(len(x)):
        residual = x[n] - b
        square = residual @ np.linalg.solve(covariance, residual)
        results[n] = -0.5 * (len(b) * np.log(2 * np.pi) + log_det + square)
    return results


def true_posterior(x, W, b, noise_var):
    x, W, b, noise_var = np.asarray(x), np.asarray(W), np.asarray(b), float(noise_var)
    covariance = np.linalg.inv(np.eye(W.shape[1]) + W.T @ W / noise_var)
    means = [covariance @ W.T @ (row - b) / noise_var for row in x]
    return np.array(means), covariance


def elbo(x, mu, log_var, W, b, noise_var):
    noise_var = float(noise_var)
    variance = torch.exp(log_var)
    residual = x - b - mu @ W.T
    squares = (residual**2).sum(1) + (variance * (W**2).sum(0)).sum(1)
    likelihood = -0.5 * (x.shape[1] * math.log(2 * math.pi * noise_var) + squares / noise_var)
    return likelihood - 0.5 * (mu**2 + variance - 1 - log_var).sum(1)


def posterior_kl(x, mu, log_var, W, b, noise_var):
    means, covariance = true_posterior(x, W, b, noise_var)
    precision = np.eye(len(covariance)) + np.asarray(W).T @ np.asarray(W) / float(noise_var)
    _, log_det = np.linalg.slogdet(precision)
    results = []
    for mean, m, lv in zip(means, np.asarray(mu), np.asarray(log_var)):
        trace = sum(precision[k, k] * np.exp(lv[k]) for k in range(len(lv)))
        square = (mean - m) @ precision @ (mean - m)
        results.append(0.5 * (trace + square - len(lv) - log_det - lv.sum()))
    return np.array(results)


def expected_complete_log_likelihood(x, mu, log_var, W, b, noise_var):
    noise_var = float(noise_var)
    rows = []
    for n in range(len(x)):
        variance = torch.exp(log_var[n])
        residual = x[n] - b - W @ mu[n]
        square = residual @ residual + torch.trace(W @ torch.diag(variance) @ W.T)
        likelihood = -0.5 * (len(b) * math.log(2 * math.pi * noise_var) + square / noise_var)
        prior = -0.5 * (len(mu[n]) * math.log(2 * math.pi) + mu[n] @ mu[n] + variance.sum())
        rows.append(likelihood + prior)
    return torch.stack(rows)


def instance_optimal_q(x, W, b, noise_var):
    means, covariance = true_posterior(x, W, b, noise_var)
    W = np.asarray(W)
    row = [-math.log(1 + float(w @ w) / float(noise_var)) for w in W.T]
    return means.tolist(), [row for _ in range(len(x))]


def amortized_optimal_q(x, W, b, noise_var):
    means, log_vars = instance_optimal_q(x, W, b, noise_var)
    return np.mean(means, axis=0), log_vars[0]


def bigger_gap():
    return "amortized"


def better_approach():
    return {
        "marginal_likelihood": "instance",
        "computation": "amortized",
        "memory": "amortized",
    }


def ecll(joint, q):
    return float(np.dot(np.asarray(q), np.log(np.asarray(joint))))


def ecll_terms(joint, q):
    joint, q = np.asarray(joint, dtype=np.float64), np.asarray(q, dtype=np.float64)
    entropy = 0.0
    divergence = 0.0
    for p_m, q_m in zip(joint / joint.sum(), q):
        entropy -= q_m * math.log(q_m)
        divergence += q_m * math.log(q_m / p_m)
    return [math.log(joint.sum()), divergence, entropy]


def elbo_and_kl(joint, q):
    evidence, divergence, _ = ecll_terms(joint, q)
    return evidence - divergence, divergence


def elbo_gradient(joint, logits):
    """The Jacobian of the softmax times the gradient in q, whose constant -1 it takes away."""
    joint, logits = np.asarray(joint, dtype=np.float64), np.asarray(logits, dtype=np.float64)
    q = np.exp(logits - logits.max())
    q = q / q.sum()
    jacobian = np.diag(q) - np.outer(q, q)
    return jacobian @ (np.log(joint) - np.log(q) - 1)


def kl_gradient(joint, logits):
    return [-slope for slope in elbo_gradient(joint, logits)]


def amortized_and_instance_kl(joints, family):
    joints, family = np.asarray(joints, dtype=np.float64), np.asarray(family, dtype=np.float64)
    bounds = [[float(q @ (np.log(joint) - np.log(q))) for q in family] for joint in joints]
    best = int(np.argmax(np.sum(bounds, axis=0)))
    evidence = np.log(joints.sum(axis=1))
    shared = [evidence[i] - row[best] for i, row in enumerate(bounds)]
    return shared, [evidence[i] - max(row) for i, row in enumerate(bounds)]
