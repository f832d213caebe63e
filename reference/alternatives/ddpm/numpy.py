"""Denoising diffusion in numpy, image by image; torch only where a model has to learn."""

import numpy as np
import torch


def schedule(betas):
    betas = np.asarray(betas, dtype=np.float64)
    alphas = 1.0 - betas
    alpha_bars = [1.0]
    for alpha in alphas:
        alpha_bars.append(alpha_bars[-1] * alpha)
    return betas, alphas, np.array(alpha_bars)  # the last one counts from step 0


def noise_schedule(betas):
    _, alphas, alpha_bars = schedule(betas)
    return list(alphas), list(alpha_bars[1:])


def q_sample(x0, t, eps, betas):
    _, _, bars = schedule(betas)
    x0, eps = np.asarray(x0, dtype=np.float64), np.asarray(eps, dtype=np.float64)
    noisy = np.empty_like(x0)
    for n, step in enumerate(np.asarray(t)):
        noisy[n] = np.sqrt(bars[step]) * x0[n] + np.sqrt(1 - bars[step]) * eps[n]
    return noisy


def posterior_mean(x0, xt, t, betas):
    beta, alpha, bars = schedule(betas)
    x0, xt = np.asarray(x0, dtype=np.float64), np.asarray(xt, dtype=np.float64)
    means = []
    for image, noisy, s in zip(x0, xt, np.asarray(t)):
        first = np.sqrt(bars[s - 1]) * beta[s - 1] / (1 - bars[s])
        second = np.sqrt(alpha[s - 1]) * (1 - bars[s - 1]) / (1 - bars[s])
        means.append(first * image + second * noisy)
    return np.array(means)


def posterior_variance(t, betas):
    beta, _, bars = schedule(betas)
    return [float((1 - bars[s - 1]) / (1 - bars[s]) * beta[s - 1]) for s in np.asarray(t)]


def mean_from_noise(xt, eps, t, betas):
    beta, alpha, bars = schedule(betas)
    xt, eps = np.asarray(xt, dtype=np.float64), np.asarray(eps, dtype=np.float64)
    means = np.empty_like(xt)
    for n, s in enumerate(np.asarray(t)):
        means[n] = (xt[n] - beta[s - 1] / np.sqrt(1 - bars[s]) * eps[n]) / np.sqrt(alpha[s - 1])
    return means


def loss_weight(t, betas, sigma2):
    beta, alpha, bars = schedule(betas)
    s, variance = np.asarray(t), np.asarray(sigma2, dtype=np.float64)
    return beta[s - 1] ** 2 / (2 * variance[s - 1] * alpha[s - 1] * (1 - bars[s]))


def squared_errors(model, x0, t, eps, betas):
    noisy = torch.from_numpy(q_sample(x0, t, eps, betas)).to(x0.dtype)
    return (eps - model(noisy, t)) ** 2


def ddpm_loss(model, x0, t, eps, betas):
    return squared_errors(model, x0, t, eps, betas).mean()


def weighted_ddpm_loss(model, x0, t, eps, betas, sigma2):
    errors = squared_errors(model, x0, t, eps, betas)
    weights = loss_weight(t, betas, sigma2)
    return sum(float(w) * error.sum() for w, error in zip(weights, errors)) / len(x0)


def prior_matching(x0, betas):
    bar = schedule(betas)[2][-1]
    found = []
    for image in np.asarray(x0, dtype=np.float64):
        squares = np.sum(image**2)
        found.append(0.5 * (bar * squares + image.size * (1 - bar - 1 - np.log(1 - bar))))
    return np.array(found)


def step_mean(model, x, s, betas):
    """The learned mean for images that are all at step s."""
    beta, alpha, bars = schedule(betas)
    guess = model(x, torch.full((len(x),), int(s)))
    return (x - beta[s - 1] / np.sqrt(1 - bars[s]) * guess) / np.sqrt(alpha[s - 1])


def denoising_matching(model, x0, xt, t, betas, sigma2):
    true_means, true_variances = posterior_mean(x0, xt, t, betas), posterior_variance(t, betas)
    found = []
    for n, s in enumerate(t.tolist()):
        mean = step_mean(model, xt[n : n + 1], s, betas)[0]
        variance = float(sigma2[s - 1])
        ratio = true_variances[n] / variance
        gap = torch.as_tensor(true_means[n]) - mean
        found.append(0.5 * ((gap**2).sum() / variance + gap.numel() * (ratio - 1 - np.log(ratio))))
    return torch.stack(found)


def reconstruction(model, x0, x1, betas, sigma2):
    means, variance = step_mean(model, x1, 1, betas), float(sigma2[0])
    found = []
    for image, mean in zip(x0, means):
        constant = image.numel() * np.log(2 * np.pi * variance)
        found.append(0.5 * (((image - mean) ** 2).sum() / variance + constant))
    return torch.stack(found)


def negative_elbo(model, x0, eps, betas, sigma2):
    total = torch.from_numpy(prior_matching(x0, betas))
    for step in reversed(range(1, len(betas) + 1)):
        t = torch.full((len(x0),), step)
        noisy = torch.from_numpy(q_sample(x0, t, eps[step - 1], betas)).to(x0.dtype)
        if step > 1:
            total = total + denoising_matching(model, x0, noisy, t, betas, sigma2)
        else:
            total = total + reconstruction(model, x0, noisy, betas, sigma2)
    return total


def excluded_term():
    return "L_T"


def p_sample(model, xt, t, eps, betas, sigma2):
    images = []
    for n, s in enumerate(t.tolist()):
        mean = step_mean(model, xt[n : n + 1], s, betas)[0].numpy()
        noise = np.sqrt(float(sigma2[s - 1])) * eps[n].numpy() if s > 1 else 0.0
        images.append(mean + noise)
    return np.stack(images)


def true_reverse_density(x_prev, xt, t, data, betas):
    # Bayes' rule with the step there: q(x_{t-1}) q(x_t | x_{t-1}) / q(x_t).
    beta, alpha, bars = schedule(betas)

    def density(x, mean, variance):
        return np.exp(-((x - mean) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)

    def spread(x, step):
        images = np.asarray(data, dtype=np.float64)
        return np.mean([density(x, np.sqrt(bars[step]) * image, 1 - bars[step]) for image in images])

    return [
        spread(x, t - 1) * density(xt, np.sqrt(alpha[t - 1]) * x, beta[t - 1]) / spread(xt, t)
        for x in np.asarray(x_prev, dtype=np.float64)
    ]


def unknown_when_sampling():
    return "x_0"


def trained_parts():
    return {"VAE": ["decoder", "encoder"], "DDPM": ["decoder"]}


def elbo_loss(model, x0, eps, betas, sigma2):
    total = 0.0
    for step in range(1, len(betas) + 1):
        t = torch.full((len(x0),), step)
        errors = squared_errors(model, x0, t, eps[step - 1], betas).reshape(len(x0), -1).sum(1)
        total = total + float(loss_weight(t[:1], betas, sigma2)[0]) * errors
    return total
