"""Denoising diffusion as most write it: cumprod, gather and view, all in the dtype of the data."""

import math

import torch


def noise_schedule(betas):
    alphas = 1.0 - betas
    return alphas, torch.cumprod(alphas, dim=0)


def gather(values, t, shape):
    out = values.gather(0, t.to(torch.int64) - 1)
    return out.view(-1, *([1] * (len(shape) - 1)))


def shifted(alpha_bars):
    return torch.nn.functional.pad(alpha_bars[:-1], (1, 0), value=1.0)


def q_sample(x0, t, eps, betas):
    _, alpha_bars = noise_schedule(betas)
    signal = gather(torch.sqrt(alpha_bars), t, x0.shape)
    noise = gather(torch.sqrt(1.0 - alpha_bars), t, x0.shape)
    return signal * x0 + noise * eps


def posterior_mean(x0, xt, t, betas):
    alphas, alpha_bars = noise_schedule(betas)
    before = shifted(alpha_bars)
    of_x0 = betas * torch.sqrt(before) / (1.0 - alpha_bars)
    of_xt = (1.0 - before) * torch.sqrt(alphas) / (1.0 - alpha_bars)
    return gather(of_x0, t, x0.shape) * x0 + gather(of_xt, t, x0.shape) * xt


def posterior_variance(t, betas):
    _, alpha_bars = noise_schedule(betas)
    return gather(betas * (1.0 - shifted(alpha_bars)) / (1.0 - alpha_bars), t, t.shape)


def mean_from_noise(xt, eps, t, betas):
    alphas, alpha_bars = noise_schedule(betas)
    outer = gather(torch.rsqrt(alphas), t, xt.shape)
    inner = gather(betas / torch.sqrt(1.0 - alpha_bars), t, xt.shape)
    return outer * (xt - inner * eps)


def loss_weight(t, betas, sigma2):
    alphas, alpha_bars = noise_schedule(betas)
    return gather(betas.square() / (2.0 * sigma2 * alphas * (1.0 - alpha_bars)), t, t.shape)


def per_image(x):
    return x.reshape(x.shape[0], -1).sum(dim=1)


def ddpm_loss(model, x0, t, eps, betas):
    return (eps - model(q_sample(x0, t, eps, betas), t)).square().mean()


def weighted_ddpm_loss(model, x0, t, eps, betas, sigma2):
    squares = per_image((eps - model(q_sample(x0, t, eps, betas), t)).square())
    return (loss_weight(t, betas, sigma2) * squares).mean()


def prior_matching(x0, betas):
    alpha_bar = noise_schedule(betas)[1][-1]
    variance = 1.0 - alpha_bar
    return per_image(0.5 * (variance + alpha_bar * x0.square() - 1.0 - torch.log(variance)))


def denoising_matching(model, x0, xt, t, betas, sigma2):
    variance = gather(sigma2, t, x0.shape)
    true_variance = posterior_variance(t, betas).view(variance.shape)
    difference = posterior_mean(x0, xt, t, betas) - mean_from_noise(xt, model(xt, t), t, betas)
    logs = torch.log(variance) - torch.log(true_variance)
    return per_image(0.5 * (logs + (true_variance + difference.square()) / variance - 1.0))


def reconstruction(model, x0, x1, betas, sigma2):
    t = torch.ones(x0.shape[0], dtype=torch.int64)
    mean = mean_from_noise(x1, model(x1, t), t, betas)
    return per_image(0.5 * ((x0 - mean).square() / sigma2[0] + torch.log(sigma2[0]) + math.log(2 * math.pi)))


def negative_elbo(model, x0, eps, betas, sigma2):
    loss = prior_matching(x0, betas)
    for i in range(betas.shape[0]):
        t = torch.full((x0.shape[0],), i + 1, dtype=torch.int64)
        xt = q_sample(x0, t, eps[i], betas)
        if i == 0:
            loss = loss + reconstruction(model, x0, xt, betas, sigma2)
        else:
            loss = loss + denoising_matching(model, x0, xt, t, betas, sigma2)
    return loss


def excluded_term():
    return "L_T"


@torch.no_grad()
def p_sample(model, xt, t, eps, betas, sigma2):
    mean = mean_from_noise(xt, model(xt, t), t, betas)
    keep = (t != 1).to(xt.dtype).view(-1, *([1] * (xt.dim() - 1)))
    return mean + keep * gather(torch.sqrt(sigma2), t, xt.shape) * eps


def true_reverse_density(x_prev, xt, t, data, betas):
    steps = torch.full(data.shape, t, dtype=torch.int64)
    alpha_bar = noise_schedule(betas)[1][t - 1]
    weights = torch.softmax(-0.5 * (xt - torch.sqrt(alpha_bar) * data).square() / (1.0 - alpha_bar), dim=0)
    means = posterior_mean(data, xt * torch.ones_like(data), steps, betas)
    variance = posterior_variance(steps, betas)[0]
    squares = (x_prev.unsqueeze(1) - means.unsqueeze(0)).square()
    densities = torch.exp(-0.5 * squares / variance) / torch.sqrt(2 * math.pi * variance)
    return (weights * densities).sum(dim=1)


def unknown_when_sampling():
    return "x_0"


def trained_parts():
    return {"VAE": {"encoder", "decoder"}, "DDPM": {"decoder"}}


def elbo_loss(model, x0, eps, betas, sigma2):
    loss = torch.zeros(x0.shape[0], dtype=x0.dtype)
    for i in range(betas.shape[0]):
        t = torch.full((x0.shape[0],), i + 1, dtype=torch.int64)
        error = eps[i] - model(q_sample(x0, t, eps[i], betas), t)
        loss = loss + loss_weight(t, betas, sigma2) * per_image(error.square())
    return loss
