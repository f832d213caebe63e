"""Denoising diffusion with torch.distributions: Bayes' rule by precisions, all steps in one batch."""

import torch
import torch.distributions as D


def noise_schedule(betas):
    log_alphas = torch.log1p(-betas.double())
    return log_alphas.exp(), log_alphas.cumsum(0).exp()


def pick(values, t, like):
    picked = torch.index_select(values, 0, t.long() - 1)
    while picked.dim() < like.dim():
        picked = picked.unsqueeze(-1)
    return picked


def noised(x0, t, betas):
    """q(x_t | x_0)"""
    bar = pick(noise_schedule(betas)[1], t, x0)
    return D.Normal(bar.sqrt() * x0, (1 - bar).sqrt())


def q_sample(x0, t, eps, betas):
    q = noised(x0, t, betas)
    return q.loc + q.scale * eps


def posterior_mean(x0, xt, t, betas):
    # What the image says has the precision 1/(1 - bar), which is infinite at t = 1; so multiply by it.
    alphas, bars = noise_schedule(betas)
    before = pick(torch.cat([torch.ones(1, dtype=bars.dtype), bars])[:-1], t, x0)
    alpha = pick(alphas, t, x0)
    spread_before, beta = 1 - before, 1 - alpha
    numerator = before.sqrt() * x0 * beta + alpha.sqrt() * xt * spread_before
    return numerator / (beta + alpha * spread_before)


def posterior_variance(t, betas):
    alphas, bars = noise_schedule(betas)
    before = torch.cat([torch.ones(1, dtype=bars.dtype), bars])[:-1]
    beta = 1 - alphas
    return (beta * (1 - before) / (beta + alphas * (1 - before)))[t.long() - 1]


def mean_from_noise(xt, eps, t, betas):
    bar = pick(noise_schedule(betas)[1], t, xt)
    image = (xt - (1 - bar).sqrt() * eps) / bar.sqrt()
    return posterior_mean(image, xt, t, betas)


def loss_weight(t, betas, sigma2):
    x, scale = torch.zeros(len(t), dtype=torch.float64), sigma2[t.long() - 1].double().sqrt()
    right = D.Normal(mean_from_noise(x, torch.zeros_like(x), t, betas), scale)
    wrong = D.Normal(mean_from_noise(x, torch.ones_like(x), t, betas), scale)
    return D.kl_divergence(right, wrong)


def per_image(x):
    return x.flatten(1).sum(1) if x.dim() > 1 else x


def ddpm_loss(model, x0, t, eps, betas):
    return torch.nn.functional.mse_loss(model(q_sample(x0, t, eps, betas), t), eps.double())


def weighted_ddpm_loss(model, x0, t, eps, betas, sigma2):
    error = eps - model(q_sample(x0, t, eps, betas), t)
    return torch.dot(loss_weight(t, betas, sigma2), per_image(error.double() ** 2)) / len(t)


def prior_matching(x0, betas):
    end = noised(x0, torch.full((len(x0),), len(betas)), betas)
    return per_image(D.kl_divergence(end, D.Normal(0.0, 1.0)))


def learned(model, x, t, betas, sigma2):
    """p(x_{t-1} | x_t)"""
    mean = mean_from_noise(x, model(x, t), t, betas)
    return D.Normal(mean, pick(sigma2, t, x).double().sqrt())


def denoising_matching(model, x0, xt, t, betas, sigma2):
    mean, variance = posterior_mean(x0, xt, t, betas), posterior_variance(t, betas)
    true = D.Normal(mean, pick(variance, torch.arange(1, len(t) + 1), x0).sqrt())
    return per_image(D.kl_divergence(true, learned(model, xt, t, betas, sigma2)))


def reconstruction(model, x0, x1, betas, sigma2):
    t = torch.ones(len(x0), dtype=torch.int64)
    return -per_image(learned(model, x1, t, betas, sigma2).log_prob(x0))


def negative_elbo(model, x0, eps, betas, sigma2):
    count, n = len(betas), len(x0)
    bound = prior_matching(x0, betas)
    t = torch.arange(1, count + 1).repeat_interleave(n)
    images = x0.repeat(count, *[1] * (x0.dim() - 1))
    noisy = q_sample(images, t, eps.flatten(0, 1), betas)
    bound = bound + reconstruction(model, x0, noisy[:n], betas, sigma2)
    if count > 1:
        rest = denoising_matching(model, images[n:], noisy[n:], t[n:], betas, sigma2)
        bound = bound + rest.view(count - 1, n).sum(0)
    return bound


def excluded_term():
    return "L_T"


def p_sample(model, xt, t, eps, betas, sigma2):
    p = learned(model, xt, t, betas, sigma2)
    return torch.where(pick((t > 1), torch.arange(1, len(t) + 1), xt), p.loc + p.scale * eps, p.loc)


def true_reverse_density(x_prev, xt, t, data, betas):
    steps = torch.full((len(data),), t)
    prior = noised(data, steps, betas).log_prob(torch.full((len(data),), xt, dtype=torch.float64))
    means = posterior_mean(data, torch.full_like(data, xt), steps, betas)
    parts = D.Normal(means, posterior_variance(steps, betas).sqrt())
    mixture = D.MixtureSameFamily(D.Categorical(logits=prior), parts)
    return mixture.log_prob(x_prev).exp()


def unknown_when_sampling():
    return "x0"


def trained_parts():
    return {"DDPM": "decoder", "VAE": ("encoder", "decoder")}


def elbo_loss(model, x0, eps, betas, sigma2):
    # The bound itself: it differs from the loss by what does not depend on the model.
    return negative_elbo(model, x0, eps, betas, sigma2)
