"""The hand-out of 2023, answered by someone who knows nothing but the hand-out."""

import math

import numpy as np
import torch


def elbo_and_kl(joint, q):
    evidence = sum(joint)
    posterior = joint / evidence
    bound = sum(q * torch.log(joint)) - sum(q * torch.log(q))
    return bound, sum(q * torch.log(q / posterior))


def gradient(function, logits):
    logits = logits.clone().detach().requires_grad_(True)
    function(torch.softmax(logits, 0)).backward()
    return logits.grad


def elbo_gradient(joint, logits):
    return gradient(lambda q: elbo_and_kl(joint, q)[0], logits)


def kl_gradient(joint, logits):
    return gradient(lambda q: elbo_and_kl(joint, q)[1], logits)


def amortized_and_instance_kl(joints, family):
    n, F = len(joints), len(family)
    kl = torch.zeros(n, F, dtype=torch.float64)
    for i in range(n):
        for f in range(F):
            kl[i, f] = elbo_and_kl(joints[i], family[f])[1]
    best_for_all = int(kl.sum(0).argmin())
    return kl[:, best_for_all], kl.min(dim=1).values


def bigger_gap():
    return "amortized"


def better_approach():
    return {"marginal_likelihood": "instance", "computation": "amortized", "memory": "amortized"}


def alpha_bar(betas, t):
    """The products up to step t, and 1 at step 0."""
    bars = [1.0]
    for beta in betas:
        bars.append(bars[-1] * (1 - float(beta)))
    return torch.tensor([bars[int(s)] for s in t], dtype=torch.float64)


def posterior_mean(x0, xt, t, betas):
    beta, now, before = betas[t - 1], alpha_bar(betas, t), alpha_bar(betas, t - 1)
    first = torch.sqrt(before) * beta / (1 - now)
    second = torch.sqrt(1 - beta) * (1 - before) / (1 - now)
    return first[:, None] * x0 + second[:, None] * xt


def posterior_variance(t, betas):
    return (1 - alpha_bar(betas, t - 1)) / (1 - alpha_bar(betas, t)) * betas[t - 1]


def unknown_when_sampling():
    return "x_0"


def kl_normal(mean_1, var_1, mean_2, var_2):
    D = mean_1.shape[1]
    distance = ((mean_1 - mean_2) ** 2).sum(1)
    return 0.5 * (D * torch.log(var_2 / var_1) - D + D * var_1 / var_2 + distance / var_2)


def prior_matching(x0, betas):
    T = torch.full((len(x0),), len(betas))
    bar = alpha_bar(betas, T)
    return kl_normal(
        torch.sqrt(bar)[:, None] * x0, 1 - bar, torch.zeros_like(x0), torch.ones_like(bar)
    )


def mu_theta(model, xt, t, betas):
    return mean_from_noise(xt, model(xt, t), t, betas)


def denoising_matching(model, x0, xt, t, betas, sigma2):
    true = posterior_mean(x0, xt, t, betas), posterior_variance(t, betas)
    return kl_normal(*true, mu_theta(model, xt, t, betas), sigma2[t - 1])


def reconstruction(model, x0, x1, betas, sigma2):
    mean = mu_theta(model, x1, torch.ones(len(x0), dtype=torch.int64), betas)
    log_p = torch.distributions.Normal(mean, torch.sqrt(sigma2[0])).log_prob(x0)
    return -log_p.sum(1)


def noisy(x0, eps, t, betas):
    bar = alpha_bar(betas, t)[:, None]
    return torch.sqrt(bar) * x0 + torch.sqrt(1 - bar) * eps


def negative_elbo(model, x0, eps, betas, sigma2):
    total = prior_matching(x0, betas)
    for s in range(1, len(betas) + 1):
        t = torch.full((len(x0),), s)
        xt = noisy(x0, eps[s - 1], t, betas)
        if s == 1:
            total = total + reconstruction(model, x0, xt, betas, sigma2)
        else:
            total = total + denoising_matching(model, x0, xt, t, betas, sigma2)
    return total


def excluded_term():
    return "L_T"


def trained_parts():
    return {"VAE": {"encoder", "decoder"}, "DDPM": {"decoder"}}


def mean_from_noise(xt, eps, t, betas):
    beta, bar = betas[t - 1][:, None], alpha_bar(betas, t)[:, None]
    return (xt - beta / torch.sqrt(1 - bar) * eps) / torch.sqrt(1 - beta)


def loss_weight(t, betas, sigma2):
    beta = betas[t - 1]
    return beta**2 / (2 * sigma2[t - 1] * (1 - beta) * (1 - alpha_bar(betas, t)))


def elbo_loss(model, x0, eps, betas, sigma2):
    loss = 0
    for s in range(1, len(betas) + 1):
        t = torch.full((len(x0),), s)
        error = eps[s - 1] - model(noisy(x0, eps[s - 1], t, betas), t)
        loss = loss + loss_weight(t, betas, sigma2) * (error**2).sum(1)
    return loss


def jsd_from_discriminator(d_real, d_fake):
    expected = sum(np.log(d_real)) / len(d_real) + sum(np.log1p(-d_fake)) / len(d_fake)
    return float(math.log(2) + expected / 2)


def optimal_discriminator(f1, f0):
    return 1 / (1 + f0 / f1)


def density_from_discriminator(f0, d):
    return f0 / (1 / d - 1)


def simsiam_loss(x1, x2, W, Wp):
    loss = 0
    for a, b in zip(x1, x2, strict=True):
        loss = loss + torch.linalg.norm(Wp @ W @ a - (W @ b).detach()) ** 2
    return loss / (2 * len(x1))


def simsiam_objective(W, Wp, X, X_prime):
    F1 = W @ (X + X_prime) @ W.T
    F12 = W @ X @ W.T
    square = Wp.T @ Wp @ F1 - Wp @ F12 - F12 @ Wp + F1
    return 0.5 * torch.trace(square)


def predictor_velocity(W, Wp, X, X_prime):
    Wp = Wp.clone().requires_grad_(True)
    simsiam_objective(W, Wp, X, X_prime).backward()
    return -Wp.grad


def encoder_velocity(W, Wp, X, X_prime, stop_grad):
    W = W.clone().requires_grad_(True)
    simsiam_objective(W, Wp, X, X_prime).backward()
    return -W.grad


def collapse_operator(Wp, X, X_prime):
    identity = np.eye(len(Wp))
    Wp, X, X_prime = Wp.numpy(), X.numpy(), X_prime.numpy()
    tilde = Wp - identity
    return np.kron(X_prime, Wp.T @ Wp + identity) + np.kron(X, tilde.T @ tilde)


def bound_path(W0, Wps, X, X_prime, dts):
    exponent = 0
    for Wp, dt in zip(Wps, dts, strict=True):
        exponent = exponent - np.linalg.eigvalsh(collapse_operator(Wp, X, X_prime))[0] * float(dt)
    return math.exp(exponent) * float(torch.linalg.norm(W0))


def collapsed_weights(W0, X_prime, t):
    values, vectors = torch.linalg.eigh(X_prime)
    return W0 @ vectors @ torch.diag(torch.exp(-2 * values * t)) @ vectors.T


def survives(stop_grad, predictor):
    # the four combinations, followed in small steps on a computer
    X, X_prime = np.diag([1, 0.5]), np.array([[0.3, 0.1], [0.1, 0.3]])
    W = np.array([[1, 0.5], [-0.5, 1]])
    Wp = 0.5 * np.eye(2) if predictor else np.eye(2)
    for _ in range(6000):
        dW = Wp.T @ (-Wp @ W @ (X + X_prime) + W @ X)
        if not stop_grad:
            dW = dW + Wp @ W @ X - W @ (X + X_prime)
        dWp = -Wp @ W @ (X + X_prime) @ W.T + W @ X @ W.T
        W = W + 0.01 * dW
        if predictor:
            Wp = Wp + 0.01 * dWp
    return bool(np.linalg.norm(W) >= 0.01)
