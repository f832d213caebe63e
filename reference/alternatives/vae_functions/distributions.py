"""The functions of a VAE by torch.distributions, as a student may write them."""

import math

import torch
from torch.distributions import Bernoulli, Normal, kl_divergence


def log_likelihood_bernoulli(mu, target):
    return Bernoulli(mu, validate_args=False).log_prob(target).flatten(1).sum(dim=-1)


def _normal(mu, logvar):
    return Normal(mu.flatten(1), torch.exp(logvar.flatten(1) / 2))


def log_likelihood_normal(mu, logvar, z):
    return _normal(mu, logvar).log_prob(z.flatten(1)).sum(dim=-1)


def log_mean_exp(y):
    return torch.logsumexp(y, dim=-1) - math.log(y.size(-1))


def kl_gaussian_gaussian_analytic(mu_q, logvar_q, mu_p, logvar_p):
    return kl_divergence(_normal(mu_q, logvar_q), _normal(mu_p, logvar_p)).sum(dim=-1)


def kl_gaussian_gaussian_mc(mu_q, logvar_q, mu_p, logvar_p, num_samples=1):
    q, p = _normal(mu_q, logvar_q), _normal(mu_p, logvar_p)
    z = q.rsample((num_samples,))
    return (q.log_prob(z) - p.log_prob(z)).sum(dim=-1).mean(dim=0)
