"""The functions of a VAE one example at a time, with full covariances, as a careful beginner writes them."""

import torch
import torch.nn.functional as F
from torch.distributions import MultivariateNormal, kl_divergence


def log_likelihood_bernoulli(mu, target):
    batch_size = mu.size(0)
    mu = mu.reshape(batch_size, -1)
    target = target.reshape(batch_size, -1)
    out = torch.zeros(batch_size)
    for i in range(batch_size):
        out[i] = -F.binary_cross_entropy(mu[i], target[i], reduction="sum")
    return out


def gaussian(mu, logvar):
    mu = mu.reshape(mu.shape[0], -1)
    logvar = logvar.reshape(mu.shape)
    return MultivariateNormal(mu, scale_tril=torch.diag_embed(torch.exp(logvar).sqrt()))


def log_likelihood_normal(mu, logvar, z):
    return gaussian(mu, logvar).log_prob(z.reshape(z.shape[0], -1))


def log_mean_exp(y):
    batch_size, sample_size = y.shape
    m = y.max(dim=1)[0]
    total = torch.zeros(batch_size)
    for k in range(sample_size):
        total = total + (y[:, k] - m).exp()
    return m + (total / sample_size).log()


def kl_gaussian_gaussian_analytic(mu_q, logvar_q, mu_p, logvar_p):
    return kl_divergence(gaussian(mu_q, logvar_q), gaussian(mu_p, logvar_p))


def kl_gaussian_gaussian_mc(mu_q, logvar_q, mu_p, logvar_p, num_samples=1):
    q, p = gaussian(mu_q, logvar_q), gaussian(mu_p, logvar_p)
    out = []
    for _ in range(num_samples):
        z = q.sample()
        out.append(q.log_prob(z) - p.log_prob(z))
    return torch.stack(out, dim=1).mean(dim=1)
