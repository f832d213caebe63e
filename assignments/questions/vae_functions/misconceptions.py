"""Wrong answers of the functions of a VAE."""

import math

import torch

from autograder.testing import misconception
from reference import vae_functions as reference


@misconception(
    "The first term takes the logarithm of the mean, the second that of its complement.",
    caught_by=("bernoulli: rows of five", "bernoulli: images"),
)
def only_what_is_one():
    def log_likelihood_bernoulli(mu, target):
        return (target * torch.log(mu)).flatten(1).sum(1)

    return {"log_likelihood_bernoulli": log_likelihood_bernoulli}


@misconception(
    "Nothing is added to a mean: one that is 0 or 1 has a likelihood without it.",
    caught_by=("bernoulli: means of 0 and 1",),
)
def not_a_number_where_sure():
    def log_likelihood_bernoulli(mu, target):
        return (target * torch.log(mu) + (1 - target) * torch.log(1 - mu)).flatten(1).sum(1)

    return {"log_likelihood_bernoulli": log_likelihood_bernoulli}


@misconception(
    "The likelihood of an example is a product over its entries: their logarithms are summed.",
    caught_by=("bernoulli: rows of five", "normal: rows of five"),
)
def mean_over_entries():
    def log_likelihood_bernoulli(mu, target):
        return reference.log_likelihood_bernoulli(mu, target) / mu[0].numel()

    def log_likelihood_normal(mu, logvar, z):
        return reference.log_likelihood_normal(mu, logvar, z) / mu[0].numel()

    return {
        "log_likelihood_bernoulli": log_likelihood_bernoulli,
        "log_likelihood_normal": log_likelihood_normal,
    }


@misconception(
    "The density of a Gaussian has a normalizing constant, once an entry.",
    caught_by=("normal: rows of five", "normal: images"),
)
def without_the_constant():
    def log_likelihood_normal(mu, logvar, z):
        constant = 0.5 * math.log(2 * math.pi) * mu[0].numel()
        return reference.log_likelihood_normal(mu, logvar, z) + constant

    return {"log_likelihood_normal": log_likelihood_normal}


@misconception(
    "The squared distance lowers the density: mind its sign.",
    caught_by=("normal: rows of five", "normal: images"),
)
def sign_of_the_square():
    def log_likelihood_normal(mu, logvar, z):
        square = (z - mu) ** 2 * torch.exp(-logvar)
        return (-0.5 * (math.log(2 * math.pi) + logvar - square)).flatten(1).sum(1)

    return {"log_likelihood_normal": log_likelihood_normal}


@misconception(
    "The normalizing constant of a Gaussian depends on its variance.",
    caught_by=("normal: rows of five", "normal: images"),
)
def without_the_log_variance():
    def log_likelihood_normal(mu, logvar, z):
        square = (z - mu) ** 2 * torch.exp(-logvar)
        return (-0.5 * (math.log(2 * math.pi) + square)).flatten(1).sum(1)

    return {"log_likelihood_normal": log_likelihood_normal}


@misconception(
    "The argument is the logarithm of the variance, not of the deviation.",
    caught_by=("normal: rows of five", "kl_analytic: rows of five"),
)
def deviation_for_variance():
    def log_likelihood_normal(mu, logvar, z):
        return reference.log_likelihood_normal(mu, 2 * logvar, z)

    def kl_gaussian_gaussian_analytic(mu_q, logvar_q, mu_p, logvar_p):
        return reference.kl_gaussian_gaussian_analytic(mu_q, 2 * logvar_q, mu_p, 2 * logvar_p)

    return {
        "log_likelihood_normal": log_likelihood_normal,
        "kl_gaussian_gaussian_analytic": kl_gaussian_gaussian_analytic,
    }


@misconception(
    "The greatest entry is taken out of each row before the exponential is taken.",
    caught_by=("log_mean_exp: beyond the exponential",),
)
def overflows():
    def log_mean_exp(y):
        return torch.log(torch.exp(y).mean(1))

    return {"log_mean_exp": log_mean_exp}


@misconception(
    "The maximum of a row belongs to that row: two shapes were broadcast against each other.",
    caught_by=("log_mean_exp: as many rows as columns",),
)
def every_maximum_with_every_row():
    def log_mean_exp(y):
        greatest = y.max(1).values
        return greatest[:, None] + torch.log(torch.exp(y - greatest[:, None]).mean(1))

    return {"log_mean_exp": log_mean_exp}


@misconception(
    "One number an example is asked for: an axis is left over.",
    caught_by=("log_mean_exp: three rows",),
)
def a_column():
    def log_mean_exp(y):
        return reference.log_mean_exp(y)[:, None]

    return {"log_mean_exp": log_mean_exp}


@misconception(
    "A row's maximum is one number: two shapes were broadcast, and a batch of one row hides it.",
    caught_by=("log_mean_exp: three rows", "log_mean_exp: as many rows as columns"),
)
def every_maximum_squeezed():
    def log_mean_exp(y):
        greatest = y.max(1, keepdim=True).values
        return (greatest + torch.log(torch.exp(y - greatest).mean(1))).squeeze()

    return {"log_mean_exp": log_mean_exp}


@misconception(
    "The logarithm is taken of the mean, not the mean of the logarithms.",
    caught_by=("log_mean_exp: three rows",),
)
def mean_of_the_logarithms():
    def log_mean_exp(y):
        return y.mean(1)

    return {"log_mean_exp": log_mean_exp}


@misconception("A mean is asked for, not a sum.", caught_by=("log_mean_exp: three rows",))
def sum_for_mean():
    def log_mean_exp(y):
        return torch.logsumexp(y, 1)

    return {"log_mean_exp": log_mean_exp}


@misconception(
    "The divergence is not symmetric: q comes first.",
    caught_by=("kl_analytic: rows of five", "kl_mc: one sample of five numbers"),
)
def the_other_way_round():
    def kl_gaussian_gaussian_analytic(mu_q, logvar_q, mu_p, logvar_p):
        return reference.kl_gaussian_gaussian_analytic(mu_p, logvar_p, mu_q, logvar_q)

    def kl_gaussian_gaussian_mc(mu_q, logvar_q, mu_p, logvar_p, num_samples=1):
        return reference.kl_gaussian_gaussian_mc(mu_p, logvar_p, mu_q, logvar_q, num_samples)

    return {
        "kl_gaussian_gaussian_analytic": kl_gaussian_gaussian_analytic,
        "kl_gaussian_gaussian_mc": kl_gaussian_gaussian_mc,
    }


def sampled(mu_q, logvar_q, mu_p, logvar_p, noise):
    """The difference log q - log p of each entry, at q's mean plus its deviation times the noise."""
    z = mu_q + torch.exp(0.5 * logvar_q) * noise
    first = logvar_q + (z - mu_q) ** 2 * torch.exp(-logvar_q)
    second = logvar_p + (z - mu_p) ** 2 * torch.exp(-logvar_p)
    return (-0.5 * (first - second)).flatten(1)


def by_entry(given, num_samples, *, at_once):
    """The same of several samples, (B, num_samples, D), drawn in one of the two usual orders."""
    if at_once:  # one tensor of noise, whose second axis is that of the samples
        noise = torch.randn(len(given[0]), num_samples, *given[0].shape[1:]).unbind(1)
    else:
        noise = [torch.randn_like(given[0]) for _ in range(num_samples)]
    return torch.stack([sampled(*given, one) for one in noise], 1)


@misconception(
    "The divergence of an example is a sum over its entries.",
    caught_by=("kl_mc: one sample of five numbers", "kl_mc: images", "kl_analytic: rows of five"),
    also=(True,),
)
def mean_of_the_entries(at_once=False):
    def kl_gaussian_gaussian_analytic(mu_q, logvar_q, mu_p, logvar_p):
        whole = reference.kl_gaussian_gaussian_analytic(mu_q, logvar_q, mu_p, logvar_p)
        return whole / mu_q[0].numel()

    def kl_gaussian_gaussian_mc(mu_q, logvar_q, mu_p, logvar_p, num_samples=1):
        given = mu_q, logvar_q, mu_p, logvar_p
        return by_entry(given, num_samples, at_once=at_once).mean((1, 2))

    return {
        "kl_gaussian_gaussian_analytic": kl_gaussian_gaussian_analytic,
        "kl_gaussian_gaussian_mc": kl_gaussian_gaussian_mc,
    }


@misconception(
    "The estimates of all samples are averaged.",
    caught_by=("kl_mc: ten samples",),
)
def one_sample_only():
    def kl_gaussian_gaussian_mc(mu_q, logvar_q, mu_p, logvar_p, num_samples=1):
        return reference.kl_gaussian_gaussian_mc(mu_q, logvar_q, mu_p, logvar_p, 1)

    return {"kl_gaussian_gaussian_mc": kl_gaussian_gaussian_mc}


@misconception(
    "The estimates of all samples are averaged, not summed.",
    caught_by=("kl_mc: ten samples", "kl_mc: images"),
    also=(True,),
)
def summed_over_the_samples(at_once=False):
    def kl_gaussian_gaussian_mc(mu_q, logvar_q, mu_p, logvar_p, num_samples=1):
        given = mu_q, logvar_q, mu_p, logvar_p
        return by_entry(given, num_samples, at_once=at_once).sum((1, 2))

    return {"kl_gaussian_gaussian_mc": kl_gaussian_gaussian_mc}


@misconception(
    "The samples are drawn from q, whose deviation is a square root of its variance.",
    caught_by=("kl_mc: ten samples",),
)
def variance_for_deviation():
    def kl_gaussian_gaussian_mc(mu_q, logvar_q, mu_p, logvar_p, num_samples=1):
        total = 0
        for _ in range(num_samples):
            z = mu_q + torch.exp(logvar_q) * torch.randn_like(mu_q)
            total = total + reference.log_likelihood_normal(mu_q, logvar_q, z)
            total = total - reference.log_likelihood_normal(mu_p, logvar_p, z)
        return total / num_samples

    return {"kl_gaussian_gaussian_mc": kl_gaussian_gaussian_mc}


@misconception(
    "The log-densities of the entries of a sample are summed: one number an example is asked for.",
    caught_by=("kl_mc: one sample of five numbers", "kl_mc: ten samples", "kl_mc: images"),
    also=(True,),
)
def not_summed_over_the_entries(at_once=False):
    def kl_gaussian_gaussian_mc(mu_q, logvar_q, mu_p, logvar_p, num_samples=1):
        given = mu_q, logvar_q, mu_p, logvar_p
        return by_entry(given, num_samples, at_once=at_once).mean(1)

    return {"kl_gaussian_gaussian_mc": kl_gaussian_gaussian_mc}


@misconception(
    "Each example gets its own samples.",
    caught_by=("kl_mc: one sample of five numbers", "kl_mc: ten samples", "kl_mc: images"),
)
def one_noise_for_the_batch():
    def kl_gaussian_gaussian_mc(mu_q, logvar_q, mu_p, logvar_p, num_samples=1):
        given = mu_q, logvar_q, mu_p, logvar_p
        draws = [sampled(*given, torch.randn_like(mu_q[:1])).sum(1) for _ in range(num_samples)]
        return torch.stack(draws).mean(0)

    return {"kl_gaussian_gaussian_mc": kl_gaussian_gaussian_mc}


@misconception(
    "An estimate from samples varies with them; this is the closed form.",
    caught_by=("kl_mc: one sample of five numbers", "kl_mc: ten samples", "kl_mc: images"),
)
def closed_form():
    def kl_gaussian_gaussian_mc(mu_q, logvar_q, mu_p, logvar_p, num_samples=1):
        return reference.kl_gaussian_gaussian_analytic(mu_q, logvar_q, mu_p, logvar_p)

    return {"kl_gaussian_gaussian_mc": kl_gaussian_gaussian_mc}


@misconception(
    "The samples are normal, not uniform.",
    caught_by=("kl_mc: one sample of five numbers", "kl_mc: images"),
)
def uniform_noise():
    def kl_gaussian_gaussian_mc(mu_q, logvar_q, mu_p, logvar_p, num_samples=1):
        given = mu_q, logvar_q, mu_p, logvar_p
        draws = [sampled(*given, torch.rand_like(mu_q)).sum(1) for _ in range(num_samples)]
        return torch.stack(draws).mean(0)

    return {"kl_gaussian_gaussian_mc": kl_gaussian_gaussian_mc}


@misconception(
    "One number an example is asked for, not one for the whole batch.",
    caught_by=("kl_mc: one sample of five numbers", "kl_analytic: rows of five"),
)
def one_number_for_the_batch():
    def kl_gaussian_gaussian_analytic(mu_q, logvar_q, mu_p, logvar_p):
        return reference.kl_gaussian_gaussian_analytic(mu_q, logvar_q, mu_p, logvar_p).mean()

    def kl_gaussian_gaussian_mc(mu_q, logvar_q, mu_p, logvar_p, num_samples=1):
        return reference.kl_gaussian_gaussian_mc(mu_q, logvar_q, mu_p, logvar_p, num_samples).mean()

    return {
        "kl_gaussian_gaussian_analytic": kl_gaussian_gaussian_analytic,
        "kl_gaussian_gaussian_mc": kl_gaussian_gaussian_mc,
    }
