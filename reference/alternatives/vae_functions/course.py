"""The functions of a VAE in the style of a course's file: a seed at import, prints, a main part."""

import numpy as np
import torch

torch.manual_seed(42)


def log_likelihood_bernoulli(mu, target):
    batch_size = mu.size(0)
    mu = mu.view(batch_size, -1)
    target = target.view(batch_size, -1)
    ll = -torch.nn.functional.binary_cross_entropy(mu, target, reduction="none")
    return ll.sum(dim=1)


def log_likelihood_normal(mu, logvar, z):
    batch_size = mu.size(0)
    mu = mu.view(batch_size, -1)
    logvar = logvar.view(batch_size, -1)
    z = z.view(batch_size, -1)
    constant = torch.log(torch.tensor(2 * np.pi))
    return -0.5 * torch.sum(logvar + (z - mu) ** 2 / logvar.exp() + constant, dim=1)


def log_mean_exp(y):
    sample_size = y.size(1)
    a, _ = torch.max(y, dim=1, keepdim=True)
    out = torch.log(torch.sum(torch.exp(y - a), dim=1) / sample_size)
    return out + a.squeeze(1)


def kl_gaussian_gaussian_analytic(mu_q, logvar_q, mu_p, logvar_p):
    batch_size = mu_q.size(0)
    mu_q = mu_q.view(batch_size, -1)
    logvar_q = logvar_q.view(batch_size, -1)
    mu_p = mu_p.view(batch_size, -1)
    logvar_p = logvar_p.view(batch_size, -1)
    first = logvar_p - logvar_q - 1
    second = (logvar_q.exp() + (mu_q - mu_p) ** 2) / logvar_p.exp()
    return (0.5 * (first + second)).sum(dim=-1)


def kl_gaussian_gaussian_mc(mu_q, logvar_q, mu_p, logvar_p, num_samples=1):
    batch_size = mu_q.size(0)
    input_size = np.prod(mu_q.size()[1:])
    mu_q = mu_q.view(batch_size, -1).unsqueeze(1).expand(batch_size, num_samples, input_size)
    logvar_q = logvar_q.view(batch_size, -1).unsqueeze(1).expand(mu_q.shape)
    mu_p = mu_p.view(batch_size, -1).unsqueeze(1).expand(mu_q.shape)
    logvar_p = logvar_p.view(batch_size, -1).unsqueeze(1).expand(mu_q.shape)
    z = torch.normal(mu_q, torch.exp(logvar_q / 2))
    log_q = -0.5 * (logvar_q + (z - mu_q) ** 2 / logvar_q.exp()).sum(dim=2)
    log_p = -0.5 * (logvar_p + (z - mu_p) ** 2 / logvar_p.exp()).sum(dim=2)
    return (log_q - log_p).mean(dim=1)


if __name__ == "__main__":
    print("training")
