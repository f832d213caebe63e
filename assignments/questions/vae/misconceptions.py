"""Variational autoencoders as students get them wrong, each with what they would need to read."""

import math

import torch
from torch.nn import functional as F

from autograder.testing import misconception
from reference import vae as right

GAUSSIAN = (
    "densities: Gaussian",
    "densities: Gaussian, the density integrates to one",
    "densities: Gaussian, log-variances of 30 and -30",
    "densities: one example with one dimension",
    "densities: float32",
)
BERNOULLI = ("densities: Bernoulli", "densities: Bernoulli, grey values")
KL = ("kl: closed form", "kl: closed form, log-variances of 30 and -30")
MONTE_CARLO = ("kl: Monte Carlo", "kl: Monte Carlo, log-variances of 30 and -30")
OF_SAMPLES = (
    *MONTE_CARLO,
    "kl: Monte Carlo, exact for noise of 1 and -1",
    "kl: Monte Carlo, gradients through the samples",
    "kl: float32",
)
EVIDENCE = ("evidence: log-evidence", "evidence: more latent dimensions than pixels")
POSTERIOR = ("evidence: posterior", "evidence: Bayes' rule ties evidence and posterior together")
ELBO = ("bound: ELBO", "bound: ELBO, the average of log p(x, z) - log q(z|x)")
POSTERIOR_KL = ("bound: posterior KL", "bound: together they are the log-evidence")
ECLL = ("ecll: four examples", "ecll: the average of log p(x, z)")
OF_COMPLETE_DATA = (
    *ECLL,
    "ecll: at the posterior, below the log-evidence by its entropy",
    "ecll: one example, one pixel, one latent dimension",
    "ecll: float32, the noise variance a 0-d tensor",
)
OF_ROWS = (
    *GAUSSIAN,
    *BERNOULLI,
    *KL,
    *MONTE_CARLO,
    *EVIDENCE,
    *ELBO,
    *POSTERIOR_KL,
    *ECLL,
)
INSTANCE = ("gap: instance", "gap: instance, the ELBO is stationary")
AMORTIZED = ("gap: amortized", "gap: amortized, the total ELBO is stationary")

ONE_A_ROW = (
    "gaussian_log_density",
    "bernoulli_log_density",
    "kl_diagonal_gaussians",
    "kl_monte_carlo",
    "log_marginal",
    "elbo",
    "posterior_kl",
    "expected_complete_log_likelihood",
)
OF_MODEL = ("log_marginal", "true_posterior", "instance_optimal_q", "amortized_optimal_q")
OF_Q = ("elbo", "posterior_kl", "expected_complete_log_likelihood")


def wrapped(names, around):
    """Functions whose results go through `around`, pairs item by item."""

    def wrap(function):
        def wrong(*arguments):
            result = function(*arguments)
            if isinstance(result, tuple):
                return tuple(around(item) for item in result)
            return around(result)

        return wrong

    return {name: wrap(getattr(right, name)) for name in names}


def with_log_variances(read):
    """Every function that gets log-variances, as it comes out where `read` misreads them."""

    def gaussian_log_density(x, mean, log_var):
        return right.gaussian_log_density(x, mean, read(log_var))

    def kl_diagonal_gaussians(mu_q, log_var_q, mu_p, log_var_p):
        return right.kl_diagonal_gaussians(mu_q, read(log_var_q), mu_p, read(log_var_p))

    def kl_monte_carlo(mu_q, log_var_q, mu_p, log_var_p, eps):
        return right.kl_monte_carlo(mu_q, read(log_var_q), mu_p, read(log_var_p), eps)

    def of_q(function):
        return lambda x, mu, log_var, *model: function(x, mu, read(log_var), *model)

    return {
        "gaussian_log_density": gaussian_log_density,
        "kl_diagonal_gaussians": kl_diagonal_gaussians,
        "kl_monte_carlo": kl_monte_carlo,
        **{name: of_q(getattr(right, name)) for name in OF_Q},
    }


OF_LOG_VARIANCES = (
    GAUSSIAN[0],
    "densities: Gaussian, log-variances of 30 and -30",
    *KL,
    *MONTE_CARLO,
    *ELBO,
    "bound: posterior KL",
    *ECLL,
    "bound: ELBO, log-variances of 30 and -30",
    "bound: posterior KL, log-variances of 30 and -30",
    "ecll: log-variances of 30 and -30",
)


@misconception(
    "The exponential of a log-variance is used as a standard deviation: it is the variance.",
    caught_by=OF_LOG_VARIANCES,
)
def log_variance_read_as_log_deviation():
    return with_log_variances(lambda log_var: 2 * log_var)


@misconception(
    "The exponential of half the log-variance is used as a variance: it is the standard deviation.",
    caught_by=OF_LOG_VARIANCES,
)
def deviation_used_as_variance():
    return with_log_variances(lambda log_var: log_var / 2)


@misconception(
    "The log-variance is used as a standard deviation: it is a logarithm, and may be negative.",
    caught_by=OF_LOG_VARIANCES,
)
def log_variance_read_as_deviation():
    return with_log_variances(lambda log_var: log_var.square().log())


@misconception(
    "A small number is added to the variances: with log-variances of -30 it drowns them.",
    caught_by=(
        "densities: Gaussian, log-variances of 30 and -30",
        "kl: closed form, log-variances of 30 and -30",
        "kl: Monte Carlo, log-variances of 30 and -30",
        "bound: ELBO, log-variances of 30 and -30",
        "bound: posterior KL, log-variances of 30 and -30",
        "ecll: log-variances of 30 and -30",
    ),
)
def number_added_to_variances():
    # 1e-6 as in many codes; a number of 1e-8 would pass unseen in an expectation under q.
    return with_log_variances(lambda log_var: (log_var.exp() + 1e-6).log())


@misconception(
    "A result is summed over the batch: each example has its own number.",
    caught_by=(
        *OF_ROWS,
        "kl: closed form, zero from itself and else positive",
        "bound: posterior KL, zero at the posterior and else positive",
        "ecll: at the posterior, below the log-evidence by its entropy",
    ),
)
def summed_over_the_batch():
    return wrapped(ONE_A_ROW, lambda result: result.sum())


@misconception(
    "The summed axis is kept, so that a result is a column: one number a row has the shape (N,).",
    caught_by=(
        *OF_ROWS,
        "densities: Bernoulli, the probabilities of all images sum to one",
        "evidence: log-evidence, the moments of one pixel",
    ),
)
def axis_kept():
    return wrapped(ONE_A_ROW, lambda result: result[..., None])


@misconception(
    "Axes of size 1 are squeezed away: a single example, or a single dimension, keeps its axis.",
    caught_by=(
        "densities: one example with one dimension",
        "kl: one example, one dimension, one sample",
        "evidence: one example, one pixel, one latent dimension",
        "bound: one example, one pixel, one latent dimension",
        "ecll: one example, one pixel, one latent dimension",
        "gap: one example, one pixel, one latent dimension",
    ),
)
def squeezed():
    names = (*ONE_A_ROW, "true_posterior", "instance_optimal_q", "amortized_optimal_q")
    return wrapped(names, lambda result: result.squeeze())


@misconception(
    "Everything is computed in float32 whatever comes in: keep the dtype of the data.",
    caught_by=(
        "densities: Gaussian, log-variances of 30 and -30",
        "kl: closed form, log-variances of 30 and -30",
        "kl: Monte Carlo, log-variances of 30 and -30",
        "evidence: log-evidence",
        "evidence: posterior",
        "bound: ELBO, log-variances of 30 and -30",
        "bound: posterior KL, log-variances of 30 and -30",
        "ecll: log-variances of 30 and -30",
        "gap: instance, the ELBO is stationary",
        "gap: amortized, the total ELBO is stationary",
    ),
)
def computed_in_single_precision():
    def single(function):
        return lambda *arguments: function(
            *(a.float() if isinstance(a, torch.Tensor) else a for a in arguments)
        )

    names = (*ONE_A_ROW, "true_posterior", "instance_optimal_q", "amortized_optimal_q")
    return {name: single(getattr(right, name)) for name in names}


@misconception(
    "The values leave the graph, so that no gradient flows: stay with tensors, without detach or item.",
    caught_by=(
        "densities: Bernoulli, gradient in the logits",
        "kl: closed form, gradients",
        "kl: Monte Carlo, gradients through the samples",
        "bound: ELBO, gradients",
        "ecll: gradients in W and b",
        "ecll: at the posterior, it climbs as the log-evidence does",
    ),
)
def out_of_the_graph():
    names = (
        "bernoulli_log_density",
        "kl_diagonal_gaussians",
        "kl_monte_carlo",
        "elbo",
        "expected_complete_log_likelihood",
    )
    return wrapped(names, lambda result: result.detach())


@misconception(
    "The constant of the Gaussian density is left out: a log-density needs its 2 pi.",
    caught_by=(
        *GAUSSIAN,
        *EVIDENCE,
        "evidence: log-evidence, the moments of one pixel",
        "evidence: Bayes' rule ties evidence and posterior together",
        *ELBO,
        "bound: together they are the log-evidence",
        *ECLL,
        "ecll: at the posterior, below the log-evidence by its entropy",
    ),
)
def two_pi_dropped():
    constant = 0.5 * math.log(2 * math.pi)

    def gaussian_log_density(x, mean, log_var):
        return right.gaussian_log_density(x, mean, log_var) + x.shape[-1] * constant

    def log_marginal(x, W, b, noise_var):
        return right.log_marginal(x, W, b, noise_var) + x.shape[-1] * constant

    def elbo(x, *rest):
        return right.elbo(x, *rest) + x.shape[-1] * constant

    def expected_complete_log_likelihood(x, mu, *rest):
        whole = right.expected_complete_log_likelihood(x, mu, *rest)
        return whole + (x.shape[-1] + mu.shape[-1]) * constant

    return {
        "gaussian_log_density": gaussian_log_density,
        "log_marginal": log_marginal,
        "elbo": elbo,
        "expected_complete_log_likelihood": expected_complete_log_likelihood,
    }


# --- Densities ---------------------------------------------------------------------------------


@misconception(
    "Dimensions are averaged: the logarithm of a product over dimensions is a sum.",
    caught_by=(
        "densities: three Gaussians with two dimensions",
        "densities: Bernoulli variables, one of them grey",
        "kl: N(1.2, 4) and N(0, 1), both ways",
        "kl: Monte Carlo from two samples",
        *GAUSSIAN[:3],
        *BERNOULLI,
        "densities: Bernoulli, the probabilities of all images sum to one",
        "densities: Bernoulli, logits of 200 and -200",
        "densities: Bernoulli, gradient in the logits",
        *KL,
        *MONTE_CARLO,
        "kl: Monte Carlo, exact for noise of 1 and -1",
    ),
)
def averaged_over_dimensions():
    names = (
        "gaussian_log_density",
        "bernoulli_log_density",
        "kl_diagonal_gaussians",
        "kl_monte_carlo",
    )

    def averaged(function):
        return lambda first, *rest: function(first, *rest) / first.shape[-1]

    return {name: averaged(getattr(right, name)) for name in names}


@misconception(
    "The 2 pi of the Gaussian density is counted once for the whole row: each dimension brings its own.",
    caught_by=(*GAUSSIAN[:2], "densities: float32"),
)
def two_pi_once():
    def gaussian_log_density(x, mean, log_var):
        once = 0.5 * (x.shape[-1] - 1) * math.log(2 * math.pi)
        return right.gaussian_log_density(x, mean, log_var) + once

    return {"gaussian_log_density": gaussian_log_density}


@misconception(
    "The log-variance itself is missing from the log-density: the density of a wide Gaussian is low.",
    caught_by=GAUSSIAN,
)
def normalizer_without_variance():
    def gaussian_log_density(x, mean, log_var):
        return right.gaussian_log_density(x, mean, log_var) + 0.5 * log_var.sum(-1)

    return {"gaussian_log_density": gaussian_log_density}


@misconception(
    "The square in the exponent of the Gaussian has the wrong sign: far from the mean the density is low.",
    caught_by=GAUSSIAN,
)
def square_with_the_wrong_sign():
    def gaussian_log_density(x, mean, log_var):
        return right.gaussian_log_density(x, mean, log_var) + (
            (x - mean).square() * torch.exp(-log_var)
        ).sum(-1)

    return {"gaussian_log_density": gaussian_log_density}


@misconception(
    "The probability is computed first, its logarithm after: at large logits that is the log of 0.",
    caught_by=(
        "densities: Bernoulli, logits of 200 and -200",
        "densities: Bernoulli, gradient in the logits",
    ),
)
def logarithm_of_the_sigmoid():
    def bernoulli_log_density(x, logits):
        probability = torch.sigmoid(logits)
        return (x * probability.log() + (1 - x) * (1 - probability).log()).sum(-1)

    return {"bernoulli_log_density": bernoulli_log_density}


@misconception(
    "Probabilities are clipped away from 0 and 1: nearly impossible values then look merely unlikely.",
    caught_by=(
        "densities: Bernoulli, logits of 200 and -200",
        "densities: Bernoulli, gradient in the logits",
    ),
)
def probabilities_clipped():
    def bernoulli_log_density(x, logits):
        probability = torch.sigmoid(logits).clamp(1e-12, 1 - 1e-12)
        return (x * probability.log() + (1 - x) * (1 - probability).log()).sum(-1)

    return {"bernoulli_log_density": bernoulli_log_density}


@misconception(
    "A small constant is added inside the logarithm: what is all but impossible then looks only unlikely.",
    caught_by=(*BERNOULLI, "densities: Bernoulli, logits of 200 and -200"),
    also=(1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-5),
)
def constant_inside_the_logarithm(small=1e-6):
    def bernoulli_log_density(x, logits):
        probability = torch.sigmoid(logits)
        return (x * (probability + small).log() + (1 - x) * (1 - probability + small).log()).sum(-1)

    return {"bernoulli_log_density": bernoulli_log_density}


@misconception(
    "The sigmoid is applied twice: the function that takes logits was given probabilities.",
    caught_by=(
        *BERNOULLI,
        "densities: Bernoulli, logits of 200 and -200",
        "densities: Bernoulli, gradient in the logits",
        "densities: float32",
    ),
)
def sigmoid_twice():
    def bernoulli_log_density(x, logits):
        return right.bernoulli_log_density(x, torch.sigmoid(logits))

    return {"bernoulli_log_density": bernoulli_log_density}


@misconception(
    "Only the pixels that are on count: a pixel that is off has a probability as well.",
    caught_by=(
        *BERNOULLI,
        "densities: Bernoulli, the probabilities of all images sum to one",
        "densities: Bernoulli, gradient in the logits",
    ),
)
def pixels_off_forgotten():
    def bernoulli_log_density(x, logits):
        return (x * F.logsigmoid(logits)).sum(-1)

    return {"bernoulli_log_density": bernoulli_log_density}


@misconception(
    "Grey pixels are rounded to black or white: a value between 0 and 1 weighs both.",
    caught_by=(
        "densities: Bernoulli, grey values",
        "densities: Bernoulli, logits of 200 and -200",
        "densities: Bernoulli, gradient in the logits",
    ),
)
def grey_rounded():
    def bernoulli_log_density(x, logits):
        return right.bernoulli_log_density((x > 0.5).to(x.dtype), logits)

    return {"bernoulli_log_density": bernoulli_log_density}


@misconception(
    "The cross-entropy is returned, a loss to be minimized: the log-probability has the other sign.",
    caught_by=(
        *BERNOULLI,
        "densities: Bernoulli, the probabilities of all images sum to one",
        "densities: Bernoulli, logits of 200 and -200",
        "densities: Bernoulli, gradient in the logits",
    ),
)
def cross_entropy_for_log_probability():
    return wrapped(("bernoulli_log_density",), torch.neg)


# --- Divergences -------------------------------------------------------------------------------


def with_divergence(divergence):
    """The closed form, and the bound and its gap that are built from it, with a wrong divergence.

    `divergence` takes means and covariances (N, K, K) of q and p.
    """

    def kl_diagonal_gaussians(mu_q, log_var_q, mu_p, log_var_p):
        q, p = log_var_q.exp().diag_embed(), log_var_p.exp().diag_embed()
        return divergence(mu_q, q, mu_p, p)

    def elbo(x, mu, log_var, W, b, noise_var):
        prior = torch.zeros_like(mu)
        likelihood = right.elbo(x, mu, log_var, W, b, noise_var)
        likelihood = likelihood + right.kl_diagonal_gaussians(mu, log_var, prior, prior)
        return likelihood - kl_diagonal_gaussians(mu, log_var, prior, prior)

    def posterior_kl(x, mu, log_var, W, b, noise_var):
        mean, covariance = right.true_posterior(x, W, b, noise_var)
        return divergence(mu, log_var.exp().diag_embed(), mean, covariance.expand(len(x), -1, -1))

    return {
        "kl_diagonal_gaussians": kl_diagonal_gaussians,
        "elbo": elbo,
        "posterior_kl": posterior_kl,
    }


def half_divergences(mu_q, q, mu_p, p):
    """The parts of twice the divergence: trace, square, K and the log-determinants."""
    precision = torch.linalg.inv(p)
    trace = (precision * q).sum((-1, -2))
    square = torch.einsum("nk,nkl,nl->n", mu_p - mu_q, precision, mu_p - mu_q)
    return trace, square, mu_q.shape[-1], torch.logdet(p) - torch.logdet(q)


OF_DIVERGENCE = (
    *KL,
    "kl: closed form, gradients",
    "kl: one example, one dimension, one sample",
    "kl: float32",
    *ELBO,
    *POSTERIOR_KL,
    "bound: ELBO, gradients",
    "bound: one example, one pixel, one latent dimension",
    "bound: float32, the noise variance a 0-d tensor",
)


@misconception(
    "The divergence is twice as large as it should be: look for the factor one half.",
    caught_by=OF_DIVERGENCE,
)
def half_missing():
    def divergence(*given):
        trace, square, k, log_dets = half_divergences(*given)
        return trace + square - k + log_dets

    return with_divergence(divergence)


@misconception(
    "A distribution has no distance from itself: a constant is missing for every dimension.",
    caught_by=(
        "kl: closed form",
        "kl: closed form, zero from itself and else positive",
        "kl: one example, one dimension, one sample",
        "kl: float32",
        *ELBO,
        "bound: posterior KL",
        "bound: posterior KL, zero at the posterior and else positive",
        "bound: one example, one pixel, one latent dimension",
    ),
)
def number_of_dimensions_missing():
    def divergence(*given):
        trace, square, _, log_dets = half_divergences(*given)
        return 0.5 * (trace + square + log_dets)

    return with_divergence(divergence)


@misconception(
    "The divergence is taken the other way round: the expectation is under the first distribution.",
    caught_by=(*KL, "kl: closed form, gradients", "kl: float32", *ELBO, *POSTERIOR_KL),
)
def divergence_reversed():
    def divergence(mu_q, q, mu_p, p):
        trace, square, k, log_dets = half_divergences(mu_p, p, mu_q, q)
        return 0.5 * (trace + square - k + log_dets)

    return with_divergence(divergence)


@misconception(
    "The divergence is negative: check the sign of log q - log p.",
    caught_by=(
        *KL,
        "kl: closed form, zero from itself and else positive",
        "kl: closed form, gradients",
        *OF_SAMPLES,
        "kl: one example, one dimension, one sample",
    ),
)
def divergence_with_the_wrong_sign():
    return wrapped(("kl_diagonal_gaussians", "kl_monte_carlo"), torch.neg)


def with_samples(estimate):
    """The Monte Carlo estimate alone, from the log-ratios (S, N, K) of a way to sample."""
    return {"kl_monte_carlo": estimate}


def log_ratios(z, mu_q, log_var_q, mu_p, log_var_p):
    """Log q(z) - log p(z), dimension by dimension."""
    of_q = log_var_q + (z - mu_q).square() * torch.exp(-log_var_q)
    of_p = log_var_p + (z - mu_p).square() * torch.exp(-log_var_p)
    return 0.5 * (of_p - of_q)


@misconception(
    "The samples are added up: the estimate is their mean.",
    caught_by=OF_SAMPLES,
)
def samples_summed():
    def estimate(mu_q, log_var_q, mu_p, log_var_p, eps):
        return len(eps) * right.kl_monte_carlo(mu_q, log_var_q, mu_p, log_var_p, eps)

    return with_samples(estimate)


@misconception(
    "The noise is not used: the estimate must come from samples, not from the closed form.",
    caught_by=(
        "kl: Monte Carlo",
        "kl: Monte Carlo, gradients through the samples",
        "kl: Monte Carlo, log-variances of 30 and -30",
        "kl: one example, one dimension, one sample",
        "kl: float32",
    ),
)
def closed_form_in_disguise():
    def estimate(mu_q, log_var_q, mu_p, log_var_p, eps):
        return right.kl_diagonal_gaussians(mu_q, log_var_q, mu_p, log_var_p)

    return with_samples(estimate)


@misconception(
    "All examples share the noise of the first one: every row has its own draws.",
    caught_by=(
        "kl: Monte Carlo",
        "kl: Monte Carlo, gradients through the samples",
        "kl: Monte Carlo, log-variances of 30 and -30",
        "kl: float32",
    ),
)
def one_noise_for_the_batch():
    def estimate(mu_q, log_var_q, mu_p, log_var_p, eps):
        shared = eps[:, :1].expand_as(eps)
        return right.kl_monte_carlo(mu_q, log_var_q, mu_p, log_var_p, shared)

    return with_samples(estimate)


@misconception(
    "The noise is scaled by the variance: a sample needs the standard deviation.",
    caught_by=(*OF_SAMPLES, "kl: one example, one dimension, one sample"),
)
def noise_times_variance():
    def estimate(mu_q, log_var_q, mu_p, log_var_p, eps):
        z = mu_q + log_var_q.exp() * eps
        return log_ratios(z, mu_q, log_var_q, mu_p, log_var_p).sum(-1).mean(0)

    return with_samples(estimate)


@misconception(
    "The estimate is one number for the whole batch: the mean is over the samples of each row.",
    caught_by=(
        *MONTE_CARLO,
        "kl: Monte Carlo, exact for noise of 1 and -1",
        "kl: one example, one dimension, one sample",
        "kl: float32",
    ),
)
def estimate_for_the_batch():
    def estimate(mu_q, log_var_q, mu_p, log_var_p, eps):
        z = mu_q + (log_var_q / 2).exp() * eps
        return log_ratios(z, mu_q, log_var_q, mu_p, log_var_p).sum(-1).mean()

    return with_samples(estimate)


@misconception(
    "The samples are drawn outside of the graph: the gradient must pass through them.",
    caught_by=("kl: Monte Carlo, gradients through the samples",),
)
def samples_out_of_the_graph():
    def estimate(mu_q, log_var_q, mu_p, log_var_p, eps):
        z = (mu_q + (log_var_q / 2).exp() * eps).detach()
        return log_ratios(z, mu_q, log_var_q, mu_p, log_var_p).sum(-1).mean(0)

    return with_samples(estimate)


@misconception(
    "The samples come from p: the expectation is under q.",
    caught_by=(*OF_SAMPLES, "kl: one example, one dimension, one sample"),
)
def samples_from_p():
    def estimate(mu_q, log_var_q, mu_p, log_var_p, eps):
        z = mu_p + (log_var_p / 2).exp() * eps
        return log_ratios(z, mu_q, log_var_q, mu_p, log_var_p).sum(-1).mean(0)

    return with_samples(estimate)


# --- The model ---------------------------------------------------------------------------------


def with_model(change):
    """Every function of the model, called with what `change` makes of (W, b, noise_var)."""

    def of_model(function):
        return lambda x, *model: function(x, *change(*model))

    def of_q(function):
        return lambda x, mu, log_var, *model: function(x, mu, log_var, *change(*model))

    return {
        **{name: of_model(getattr(right, name)) for name in OF_MODEL},
        **{name: of_q(getattr(right, name)) for name in OF_Q},
    }


@misconception(
    "The standard deviation of the noise is used where its variance belongs.",
    caught_by=(
        "evidence: the log-evidence of three examples",
        "evidence: the posterior of three examples",
        "bound: ELBO by hand",
        "bound: posterior KL by hand",
        "ecll: three examples by hand",
        "gap: a q for each example",
        "gap: one q for all examples",
        *EVIDENCE,
        *POSTERIOR,
        "evidence: log-evidence, the moments of one pixel",
        "evidence: noise variance 1e-6",
        "evidence: a hundred pixels with little noise",
        "evidence: one example, one pixel, one latent dimension",
        "evidence: float32, the noise variance a 0-d tensor",
        *ELBO,
        *POSTERIOR_KL,
        "bound: ELBO, noise variance 1e-6",
        "bound: posterior KL, noise variance 1e-6",
        *ECLL,
        "ecll: noise variance 1e-6",
        *INSTANCE,
        *AMORTIZED,
        "gap: noise variance 1e-6",
    ),
)
def deviation_for_the_noise_variance():
    return with_model(lambda W, b, noise_var: (W, b, noise_var**0.5))


@misconception(
    "The noise variance is squared: it is a variance already.",
    caught_by=(
        *EVIDENCE,
        *POSTERIOR,
        "evidence: noise variance 1e-6",
        "evidence: a hundred pixels with little noise",
        *ELBO,
        *POSTERIOR_KL,
        "bound: ELBO, noise variance 1e-6",
        *ECLL,
        "ecll: noise variance 1e-6",
        *INSTANCE,
        *AMORTIZED,
    ),
)
def noise_variance_squared():
    return with_model(lambda W, b, noise_var: (W, b, noise_var**2))


@misconception(
    "The offset b is forgotten: x is explained by W z only after b is taken off.",
    caught_by=(*EVIDENCE, *POSTERIOR, *ELBO, *POSTERIOR_KL, *ECLL, *INSTANCE, *AMORTIZED),
)
def offset_forgotten():
    return with_model(lambda W, b, noise_var: (W, torch.zeros_like(b), noise_var))


@misconception(
    "The latent variable is held fixed, not integrated out: x varies by more than the noise.",
    caught_by=(
        *EVIDENCE,
        "evidence: log-evidence, the moments of one pixel",
        "evidence: Bayes' rule ties evidence and posterior together",
        "evidence: noise variance 1e-6",
        "evidence: a hundred pixels with little noise",
        "evidence: one example, one pixel, one latent dimension",
        "evidence: float32, the noise variance a 0-d tensor",
    ),
)
def latent_not_integrated_out():
    def log_marginal(x, W, b, noise_var):
        return right.log_marginal(x, torch.zeros_like(W), b, noise_var)

    return {"log_marginal": log_marginal}


@misconception(
    "The pixels are treated as independent: what they share through z makes them covary.",
    caught_by=(
        *EVIDENCE,
        "evidence: Bayes' rule ties evidence and posterior together",
        "evidence: noise variance 1e-6",
        "evidence: a hundred pixels with little noise",
    ),
)
def pixels_independent():
    def log_marginal(x, W, b, noise_var):
        log_var = (W.square().sum(1) + noise_var).log().expand_as(x)
        return right.gaussian_log_density(x, b.expand_as(x), log_var)

    return {"log_marginal": log_marginal}


@misconception(
    "A determinant is formed before its logarithm: with many pixels and little noise it underflows.",
    caught_by=("evidence: a hundred pixels with little noise",),
)
def logarithm_of_an_underflown_determinant():
    def log_marginal(x, W, b, noise_var):
        covariance = W @ W.T + noise_var * torch.eye(len(W), dtype=W.dtype)
        away = x - b
        square = (away * torch.linalg.solve(covariance, away.T).T).sum(-1)
        constant = len(W) * math.log(2 * math.pi)
        return -0.5 * (constant + torch.det(covariance).log() + square)

    return {"log_marginal": log_marginal}


@misconception(
    "The precision matrix is returned where the covariance is asked for.",
    caught_by=(
        *POSTERIOR,
        "evidence: more latent dimensions than pixels",
        "evidence: noise variance 1e-6",
        "evidence: one example, one pixel, one latent dimension",
        "evidence: float32, the noise variance a 0-d tensor",
    ),
)
def precision_for_covariance():
    def true_posterior(x, W, b, noise_var):
        mean, covariance = right.true_posterior(x, W, b, noise_var)
        return mean, torch.linalg.inv(covariance)

    return {"true_posterior": true_posterior}


def with_posterior(posterior):
    """Whatever rests on the posterior's mean and precision, where `posterior` gets them wrong."""

    def true_posterior(x, W, b, noise_var):
        mean, precision = posterior(x, W, b, noise_var)
        return mean, torch.linalg.pinv(precision)

    def instance_optimal_q(x, W, b, noise_var):
        mean, precision = posterior(x, W, b, noise_var)
        return mean, -precision.diagonal().log().repeat(len(x), 1)

    def amortized_optimal_q(x, W, b, noise_var):
        mean, precision = posterior(x, W, b, noise_var)
        return mean.mean(0), -precision.diagonal().log()

    return {
        "true_posterior": true_posterior,
        "instance_optimal_q": instance_optimal_q,
        "amortized_optimal_q": amortized_optimal_q,
    }


@misconception(
    "The prior is forgotten in the posterior: what is known of z before x is seen counts too.",
    caught_by=(
        *POSTERIOR,
        "evidence: more latent dimensions than pixels",
        *INSTANCE,
        *AMORTIZED,
        "gap: one example, one pixel, one latent dimension",
        "gap: float32, the noise variance a 0-d tensor",
    ),
)
def prior_forgotten_in_the_posterior():
    def posterior(x, W, b, noise_var):
        precision = W.T @ W / noise_var
        return (x - b) @ W @ torch.linalg.pinv(precision) / noise_var, precision

    return with_posterior(posterior)


@misconception(
    "The posterior mean lacks the noise variance: with little noise x says more about z.",
    caught_by=(
        *POSTERIOR,
        "evidence: more latent dimensions than pixels",
        "evidence: noise variance 1e-6",
        *INSTANCE,
        *AMORTIZED,
        "gap: what sharing costs is never negative",
        "gap: noise variance 1e-6",
    ),
)
def posterior_mean_without_noise():
    def posterior(x, W, b, noise_var):
        precision = torch.eye(W.shape[1], dtype=W.dtype) + W.T @ W / noise_var
        return (x - b) @ W @ torch.linalg.inv(precision), precision

    return with_posterior(posterior)


# --- Bounds ------------------------------------------------------------------------------------


@misconception(
    "The divergence from the prior is added to the bound: it is a price, to be taken off.",
    caught_by=(*ELBO, "bound: ELBO, gradients", "bound: together they are the log-evidence"),
)
def divergence_added_to_the_bound():
    def elbo(x, mu, log_var, *model):
        prior = torch.zeros_like(mu)
        divergence = right.kl_diagonal_gaussians(mu, log_var, prior, prior)
        return right.elbo(x, mu, log_var, *model) + 2 * divergence

    return {"elbo": elbo}


@misconception(
    "Only the reconstruction is left of the bound: the divergence from the prior belongs to it.",
    caught_by=(
        *ELBO,
        "bound: ELBO, gradients",
        "bound: together they are the log-evidence",
        "bound: ELBO, log-variances of 30 and -30",
    ),
)
def divergence_left_out_of_the_bound():
    def elbo(x, mu, log_var, *model):
        prior = torch.zeros_like(mu)
        divergence = right.kl_diagonal_gaussians(mu, log_var, prior, prior)
        return right.elbo(x, mu, log_var, *model) + divergence

    return {"elbo": elbo}


@misconception(
    "The reconstruction is a mean squared error: the log-likelihood also knows the variance of the noise.",
    caught_by=(
        *ELBO,
        "bound: ELBO, gradients",
        "bound: together they are the log-evidence",
        "bound: ELBO, noise variance 1e-6",
    ),
)
def squared_error_for_the_likelihood():
    def elbo(x, mu, log_var, W, b, noise_var):
        error = (x - mu @ W.T - b).square() + log_var.exp() @ W.square().T
        prior = torch.zeros_like(mu)
        divergence = right.kl_diagonal_gaussians(mu, log_var, prior, prior)
        return -error.mean(-1) - divergence

    return {"elbo": elbo}


@misconception(
    "The likelihood is taken at the mean of q, not in expectation: the variance of z spreads W z too.",
    caught_by=(
        *ELBO,
        "bound: ELBO, gradients",
        "bound: ELBO, log-variances of 30 and -30",
        "bound: ELBO, noise variance 1e-6",
        "bound: together they are the log-evidence",
        *ECLL,
        "ecll: gradients in W and b",
        "ecll: at the posterior, it climbs as the log-evidence does",
        "ecll: log-variances of 30 and -30",
        "ecll: noise variance 1e-6",
    ),
)
def likelihood_at_the_mean():
    def at_mean(function):
        def wrong(x, mu, log_var, W, b, noise_var):
            spread = log_var.exp() @ W.square().sum(0) / noise_var
            return function(x, mu, log_var, W, b, noise_var) + 0.5 * spread

        return wrong

    names = ("elbo", "expected_complete_log_likelihood")
    return {name: at_mean(getattr(right, name)) for name in names}


@misconception(
    "The divergence is taken from the prior: here it is asked from the posterior of each example.",
    caught_by=(
        *POSTERIOR_KL,
        "bound: posterior KL, zero at the posterior and else positive",
        "bound: posterior KL, noise variance 1e-6",
        "bound: one example, one pixel, one latent dimension",
        "bound: float32, the noise variance a 0-d tensor",
    ),
)
def divergence_from_the_prior():
    def posterior_kl(x, mu, log_var, *model):
        prior = torch.zeros_like(mu)
        return right.kl_diagonal_gaussians(mu, log_var, prior, prior)

    return {"posterior_kl": posterior_kl}


@misconception(
    "The correlations of the posterior are dropped: its covariance is not diagonal.",
    caught_by=(
        *POSTERIOR_KL,
        "bound: posterior KL, noise variance 1e-6",
        "bound: float32, the noise variance a 0-d tensor",
    ),
)
def correlations_dropped():
    def posterior_kl(x, mu, log_var, W, b, noise_var):
        mean, covariance = right.true_posterior(x, W, b, noise_var)
        return right.kl_diagonal_gaussians(
            mu, log_var, mean, covariance.diagonal().log().expand_as(mean)
        )

    return {"posterior_kl": posterior_kl}


# --- The expected complete-data log-likelihood -------------------------------------------------


@misconception(
    "The entropy of q is included, which makes it the ELBO: log q does not belong to the complete data.",
    caught_by=OF_COMPLETE_DATA,
)
def entropy_left_in():
    return {"expected_complete_log_likelihood": right.elbo}


@misconception(
    "The entropy of q has the wrong sign: compare what is asked with the ELBO, term by term.",
    caught_by=OF_COMPLETE_DATA,
)
def entropy_with_the_wrong_sign():
    def expected_complete_log_likelihood(*given):
        return 2 * right.elbo(*given) - right.expected_complete_log_likelihood(*given)

    return {"expected_complete_log_likelihood": expected_complete_log_likelihood}


@misconception(
    "The prior of z is left out: the complete data are x and z.",
    caught_by=OF_COMPLETE_DATA,
)
def prior_left_out():
    def expected_complete_log_likelihood(x, mu, log_var, *model):
        prior = torch.zeros_like(mu)
        divergence = right.kl_diagonal_gaussians(mu, log_var, prior, prior)
        return right.elbo(x, mu, log_var, *model) + divergence

    return {"expected_complete_log_likelihood": expected_complete_log_likelihood}


@misconception(
    "The prior is taken at the mean of q instead of in expectation: the variance of q counts there too.",
    caught_by=OF_COMPLETE_DATA,
)
def prior_at_the_mean():
    def expected_complete_log_likelihood(x, mu, log_var, *model):
        whole = right.expected_complete_log_likelihood(x, mu, log_var, *model)
        return whole + 0.5 * log_var.exp().sum(-1)

    return {"expected_complete_log_likelihood": expected_complete_log_likelihood}


# --- The price of sharing q --------------------------------------------------------------------


def with_log_variance(choose):
    """Both optimal q, with other log-variances (K,) than the right ones."""

    def instance_optimal_q(x, W, b, noise_var):
        mean, _ = right.instance_optimal_q(x, W, b, noise_var)
        return mean, choose(x, W, b, noise_var).repeat(len(x), 1)

    def amortized_optimal_q(x, W, b, noise_var):
        mean, _ = right.amortized_optimal_q(x, W, b, noise_var)
        return mean, choose(x, W, b, noise_var)

    return {
        "instance_optimal_q": instance_optimal_q,
        "amortized_optimal_q": amortized_optimal_q,
    }


OF_OPTIMA = (
    *INSTANCE,
    *AMORTIZED,
    "gap: noise variance 1e-6",
    "gap: float32, the noise variance a 0-d tensor",
)


@misconception(
    "The variances are those of the posterior: they are not the best that a diagonal q can have.",
    caught_by=OF_OPTIMA[:-1],
)
def variances_of_the_posterior():
    def choose(x, W, b, noise_var):
        return right.true_posterior(x, W, b, noise_var)[1].diagonal().log()

    return with_log_variance(choose)


@misconception(
    "Variances are returned where their logarithms are asked for.",
    caught_by=(*OF_OPTIMA, "gap: one example, one pixel, one latent dimension"),
)
def variances_without_logarithm():
    return with_log_variance(lambda *given: right.amortized_optimal_q(*given)[1].exp())


@misconception(
    "Logarithms of standard deviations are returned where log-variances are asked for.",
    caught_by=(*OF_OPTIMA, "gap: one example, one pixel, one latent dimension"),
)
def deviations_for_variances():
    return with_log_variance(lambda *given: right.amortized_optimal_q(*given)[1] / 2)


@misconception(
    "The shared q is widened by the spread of the posterior means: that is the average posterior, "
    "not the q with the greatest sum of bounds.",
    caught_by=(
        *AMORTIZED,
        "gap: what sharing costs is never negative",
        "gap: noise variance 1e-6",
        "gap: float32, the noise variance a 0-d tensor",
    ),
)
def spread_added_to_the_shared_variance():
    def amortized_optimal_q(x, W, b, noise_var):
        mean, log_var = right.amortized_optimal_q(x, W, b, noise_var)
        means, _ = right.instance_optimal_q(x, W, b, noise_var)
        return mean, (log_var.exp() + means.var(0, correction=0)).log()

    return {"amortized_optimal_q": amortized_optimal_q}


@misconception(
    "The means are added up for the shared q: its mean must lie among those of the examples.",
    caught_by=(
        *AMORTIZED,
        "gap: what sharing costs is never negative",
        "gap: noise variance 1e-6",
        "gap: float32, the noise variance a 0-d tensor",
    ),
)
def means_added_up():
    def amortized_optimal_q(x, W, b, noise_var):
        mean, log_var = right.amortized_optimal_q(x, W, b, noise_var)
        return len(x) * mean, log_var

    return {"amortized_optimal_q": amortized_optimal_q}


@misconception(
    "The shared q differs from example to example: one mean and one variance must serve them all.",
    caught_by=(
        *AMORTIZED,
        "gap: what sharing costs is never negative",
        "gap: one example, one pixel, one latent dimension",
        "gap: float32, the noise variance a 0-d tensor",
    ),
)
def nothing_shared():
    return {"amortized_optimal_q": right.instance_optimal_q}


@misconception(
    "The log-variances come as one row: every example has its own, even if they are equal.",
    caught_by=(
        *INSTANCE,
        "gap: what sharing costs is never negative",
        "gap: one example, one pixel, one latent dimension",
        "gap: float32, the noise variance a 0-d tensor",
    ),
)
def one_row_of_log_variances():
    def instance_optimal_q(x, W, b, noise_var):
        mean, log_var = right.instance_optimal_q(x, W, b, noise_var)
        return mean, log_var[0]

    return {"instance_optimal_q": instance_optimal_q}


# --- A latent with finitely many values --------------------------------------------------------

TABLE_ELBO = ("decomposition: the ELBO of two tables", "decomposition: the ELBO of drawn tables")
TABLE_KL = (
    "decomposition: the divergence of two tables",
    "decomposition: the divergence of drawn tables",
)
TABLE_ECLL = (
    "complete_data: the expectation of two tables",
    "complete_data: the expectation of drawn tables",
    "complete_data: float32",
)
EVIDENCE_TERM = (
    "complete_data: the log-evidence of two tables",
    "complete_data: the log-evidence of drawn tables",
)
KL_TERM = (
    "complete_data: the divergence of two tables",
    "complete_data: the divergence of drawn tables",
)
THIRD_TERM = (
    "complete_data: the third term of two tables",
    "complete_data: the third term of drawn tables",
)
ELBO_GRADIENT = (
    "maximizing: the gradient of the ELBO, two tables",
    "maximizing: the gradient of the ELBO, drawn tables",
)
KL_GRADIENT = (
    "maximizing: the gradient of the divergence, two tables",
    "maximizing: the gradient of the divergence, drawn tables",
)
SHARED = ("amortization: one q for all",)
OWN = ("amortization: a q for each",)
NO_CHOICE = (
    "amortization: one q for all, where there is no choice",
    "amortization: a q for each, where there is no choice",
)


def divergence(q, p):
    """KL(q || p) over the last axis."""
    return (q * (q / p).log()).sum(-1)


def posterior_of(joint):
    return joint / joint.sum(-1, keepdim=True)


def with_table_divergence(measure):
    """Every function of tables with a divergence in it, where `measure(q, joint)` gets it wrong."""

    def ecll_terms(joint, q):
        evidence, _, entropy = right.ecll_terms(joint, q)
        return evidence, measure(q, joint), entropy

    def elbo_and_kl(joint, q):
        return right.elbo_and_kl(joint, q)[0], measure(q, joint)

    def amortized_and_instance_kl(joints, family):
        shared, own = choices(joints, family)
        return measure(family[shared].expand_as(joints), joints), measure(family[own], joints)

    return {
        "ecll_terms": ecll_terms,
        "elbo_and_kl": elbo_and_kl,
        "amortized_and_instance_kl": amortized_and_instance_kl,
    }


OF_DIVERGENCES = (*KL_TERM, *TABLE_KL, *SHARED, *OWN, *NO_CHOICE)


@misconception(
    "The two distributions of the divergence have changed places: the expectation is under q.",
    caught_by=OF_DIVERGENCES,
)
def divergence_of_the_posterior_from_q():
    return with_table_divergence(lambda q, joint: divergence(posterior_of(joint), q))


@misconception(
    "The divergence is taken from the joint table, which does not sum to one: divide by the evidence.",
    caught_by=OF_DIVERGENCES,
)
def divergence_from_the_joint():
    return with_table_divergence(lambda q, joint: divergence(q, joint))


@misconception(
    "The evidence stands inside the divergence: once the posterior is there, p(x) is used up.",
    caught_by=OF_DIVERGENCES,
)
def evidence_inside_the_divergence():
    return with_table_divergence(
        lambda q, joint: divergence(q, posterior_of(joint)) + joint.sum(-1).log()
    )


@misconception(
    "The divergence has the wrong sign: it is never negative.",
    caught_by=OF_DIVERGENCES,
)
def divergence_negated():
    return with_table_divergence(lambda q, joint: -divergence(q, posterior_of(joint)))


@misconception(
    "The average over the values of z is even: the values count as often as q draws them.",
    caught_by=(*TABLE_ECLL, *TABLE_ELBO),
)
def even_average():
    def elbo_and_kl(joint, q):
        return (joint / q).log().mean(), right.elbo_and_kl(joint, q)[1]

    return {"ecll": lambda joint, q: joint.log().mean(), "elbo_and_kl": elbo_and_kl}


@misconception(
    "The prior divides in Bayes' rule the wrong way round: p(x|z) p(z) is the joint itself.",
    caught_by=TABLE_ECLL,
)
def prior_divided_out():
    # What a student divides by, with only the table at hand, is a prior that is even.
    return {"ecll": lambda joint, q: (q * (joint * len(joint)).log()).sum()}


@misconception(
    "The entropy of q is included, which makes it the ELBO: log q does not belong to the complete data.",
    caught_by=TABLE_ECLL,
)
def entropy_in_the_table():
    return {"ecll": lambda joint, q: right.elbo_and_kl(joint, q)[0]}


@misconception(
    "The logarithm is taken after the expectation: it belongs inside.",
    caught_by=(*TABLE_ECLL, *TABLE_ELBO),
)
def logarithm_of_the_expectation():
    def elbo_and_kl(joint, q):
        return joint.sum().log(), right.elbo_and_kl(joint, q)[1]

    return {"ecll": lambda joint, q: (q * joint).sum().log(), "elbo_and_kl": elbo_and_kl}


@misconception(
    "The table was normalized first: the complete data hold the evidence too.",
    caught_by=(*TABLE_ECLL, *TABLE_ELBO, "decomposition: one value of z"),
)
def table_normalized():
    def elbo_and_kl(joint, q):
        return right.elbo_and_kl(posterior_of(joint), q)

    return {
        "ecll": lambda joint, q: right.ecll(posterior_of(joint), q),
        "elbo_and_kl": elbo_and_kl,
    }


@misconception(
    "The third term is a divergence of q from the prior: but the joint already contains the prior.",
    caught_by=THIRD_TERM,
)
def prior_for_the_entropy():
    def ecll_terms(joint, q):
        evidence, kl, _ = right.ecll_terms(joint, q)
        return evidence, kl, -divergence(q, torch.full_like(q, 1 / len(q)))

    return {"ecll_terms": ecll_terms}


@misconception(
    "The third term has the wrong sign: it is what has to be subtracted.",
    caught_by=THIRD_TERM,
)
def entropy_negated():
    def ecll_terms(joint, q):
        evidence, kl, entropy = right.ecll_terms(joint, q)
        return evidence, kl, -entropy

    return {"ecll_terms": ecll_terms}


@misconception(
    "The evidence itself is returned: its logarithm is asked for.",
    caught_by=EVIDENCE_TERM,
)
def evidence_without_logarithm():
    def ecll_terms(joint, q):
        return joint.sum(), *right.ecll_terms(joint, q)[1:]

    return {"ecll_terms": ecll_terms}


@misconception(
    "The logarithms are added up: the evidence is the sum of the table, and its logarithm comes last.",
    caught_by=EVIDENCE_TERM,
)
def logarithms_added_up():
    def ecll_terms(joint, q):
        return joint.log().sum(), *right.ecll_terms(joint, q)[1:]

    return {"ecll_terms": ecll_terms}


@misconception(
    "Logarithms to the base 2 are taken: all logarithms here are natural.",
    caught_by=(*THIRD_TERM, *EVIDENCE_TERM, *KL_TERM, *TABLE_ECLL, *TABLE_ELBO, *TABLE_KL),
)
def logarithms_to_the_base_two():
    return wrapped(("ecll", "ecll_terms", "elbo_and_kl"), lambda value: value / math.log(2))


@misconception(
    "The two numbers have changed places: the bound comes first.",
    caught_by=(*TABLE_ELBO, *TABLE_KL),
)
def bound_and_divergence_exchanged():
    return {"elbo_and_kl": lambda joint, q: right.elbo_and_kl(joint, q)[::-1]}


@misconception(
    "The bound lacks log q: what is left is the expected complete-data log-likelihood.",
    caught_by=TABLE_ELBO,
)
def bound_without_log_q():
    def elbo_and_kl(joint, q):
        return right.ecll(joint, q), right.elbo_and_kl(joint, q)[1]

    return {"elbo_and_kl": elbo_and_kl}


@misconception(
    "Tables are computed with in float32: keep the dtype of the data.",
    caught_by=(*KL_TERM, *TABLE_KL),
)
def tables_in_single_precision():
    def single(function):
        return lambda joint, q: function(joint.float(), q.float())

    return {name: single(getattr(right, name)) for name in ("ecll", "ecll_terms", "elbo_and_kl")}


@misconception(
    "Axes of size 1 are squeezed away: one example, or one value of z, keeps its axis.",
    caught_by=(
        "maximizing: one value of z",
        "amortization: one example, one candidate, one value of z",
    ),
)
def squeezed_tables():
    names = ("elbo_gradient", "kl_gradient", "amortized_and_instance_kl")
    return wrapped(names, lambda result: result.squeeze())


@misconception(
    "The result is a tensor with one entry: a scalar has no axis.",
    caught_by=(
        *TABLE_ECLL,
        *EVIDENCE_TERM,
        *KL_TERM,
        *THIRD_TERM,
        "complete_data: one value of z",
        *TABLE_ELBO,
        *TABLE_KL,
        "decomposition: one value of z",
        "decomposition: float32",
    ),
)
def scalars_with_an_axis():
    return wrapped(("ecll", "ecll_terms", "elbo_and_kl"), lambda value: value[None])


# --- Gradients in the parameters of q ----------------------------------------------------------

GRADIENTS = (*ELBO_GRADIENT, *KL_GRADIENT)


def with_gradient(gradient):
    """Both gradients, where the ELBO's is made of log-weights and q in a wrong way."""

    def elbo_gradient(joint, logits):
        q = logits.softmax(0)
        return gradient(q, joint.log() - q.log())

    return {
        "elbo_gradient": elbo_gradient,
        "kl_gradient": lambda joint, logits: -elbo_gradient(joint, logits),
    }


@misconception(
    "The gradient is with respect to q: the parameters are the logits, and the softmax has a derivative.",
    caught_by=(*GRADIENTS, "maximizing: one value of z", "maximizing: float32"),
)
def gradient_in_q():
    return with_gradient(lambda q, log_w: log_w - 1)


@misconception(
    "Only the softmax's own entry is differentiated: a logit moves the other probabilities as well.",
    caught_by=(*GRADIENTS, "maximizing: one value of z", "maximizing: float32"),
)
def softmax_entry_by_entry():
    return with_gradient(lambda q, log_w: q * (1 - q) * (log_w - 1))


@misconception(
    "The normalization of q is forgotten: raising one logit lowers the other probabilities.",
    caught_by=(*GRADIENTS, "maximizing: one value of z", "maximizing: logits of 200 and -200"),
)
def normalization_forgotten():
    return with_gradient(lambda q, log_w: q * log_w)


@misconception(
    "The gradient has the wrong sign: which way does the function rise?",
    caught_by=(*GRADIENTS, "maximizing: logits of 200 and -200", "maximizing: float32"),
)
def gradient_downhill():
    return {"elbo_gradient": right.kl_gradient, "kl_gradient": right.elbo_gradient}


@misconception(
    "The two gradients are taken for equal: the one function rises where the other falls.",
    caught_by=(*KL_GRADIENT, "maximizing: float32"),
)
def gradients_alike():
    return {"kl_gradient": right.elbo_gradient}


@misconception(
    "The gradient belongs to the divergence of the posterior from q: here the expectation is under q.",
    caught_by=(*KL_GRADIENT, "maximizing: logits of 200 and -200"),
)
def gradient_of_the_other_divergence():
    return {"kl_gradient": lambda joint, logits: logits.softmax(0) - joint / joint.sum()}


@misconception(
    "The gradients are computed in float32: keep the dtype of the data.",
    caught_by=(ELBO_GRADIENT[1], KL_GRADIENT[1]),
)
def gradients_in_single_precision():
    def single(function):
        return lambda joint, logits: function(joint.float(), logits.float())

    return {name: single(getattr(right, name)) for name in ("elbo_gradient", "kl_gradient")}


# --- Amortized and instance-dependent inference ------------------------------------------------


def choices(joints, family):
    """The place of the best candidate for all, and those of the best for each."""
    table = divergence(family[:, None], posterior_of(joints))
    return table.sum(1).argmin(), table.argmin(0)


def with_choices(choose):
    """Divergences from the posteriors of candidates that are chosen in a wrong way."""

    def amortized_and_instance_kl(joints, family):
        shared, own = choose(joints, family)
        posteriors = posterior_of(joints)
        return divergence(family[shared], posteriors), divergence(family[own], posteriors)

    return {"amortized_and_instance_kl": amortized_and_instance_kl}


@misconception(
    "The two approaches have changed places: which of them has to use one q for all?",
    caught_by=(*SHARED, *OWN),
)
def approaches_exchanged():
    def amortized_and_instance_kl(joints, family):
        return right.amortized_and_instance_kl(joints, family)[::-1]

    return {"amortized_and_instance_kl": amortized_and_instance_kl}


@misconception(
    "Every example has its own q in both approaches: one of them has a single q for all.",
    caught_by=SHARED,
)
def own_q_in_both():
    return with_choices(lambda joints, family: [choices(joints, family)[1]] * 2)


@misconception(
    "The worst candidate is chosen: the greatest ELBO is the least divergence.",
    caught_by=(*SHARED, *OWN),
)
def least_bound_chosen():
    def choose(joints, family):
        table = divergence(family[:, None], posterior_of(joints))
        return table.sum(1).argmax(), table.argmax(0)

    return with_choices(choose)


@misconception(
    "The first candidate is taken for the best of all: the sum of the ELBOs has to be compared.",
    caught_by=SHARED,
)
def best_for_the_first_example():
    def choose(joints, family):
        _, own = choices(joints, family)
        return own[0], own

    return with_choices(choose)


@misconception(
    "The cost of sharing is returned: the divergence of the shared q from the posterior is asked for.",
    caught_by=(*SHARED, NO_CHOICE[0]),
)
def difference_of_the_divergences():
    def amortized_and_instance_kl(joints, family):
        shared, own = right.amortized_and_instance_kl(joints, family)
        return shared - own, own

    return {"amortized_and_instance_kl": amortized_and_instance_kl}


@misconception(
    "The divergences are added up over the examples: each example has its own.",
    caught_by=(*SHARED, *OWN, *NO_CHOICE),
)
def divergences_added_up():
    return wrapped(("amortized_and_instance_kl",), lambda result: result.sum())


@misconception(
    "The best bounds are returned: the question asks how far each q is from its posterior.",
    caught_by=(*SHARED, *OWN, *NO_CHOICE),
)
def bounds_for_divergences():
    def amortized_and_instance_kl(joints, family):
        evidence = joints.sum(1).log()
        return tuple(evidence - kl for kl in right.amortized_and_instance_kl(joints, family))

    return {"amortized_and_instance_kl": amortized_and_instance_kl}


@misconception(
    "A shared q is one of those that each example could choose: think again which divergence is bigger.",
    caught_by=("amortization: which divergence is bigger",),
)
def instance_with_the_bigger_gap():
    return {"bigger_gap": lambda: "instance"}


# --- Which approach is better ------------------------------------------------------------------


@misconception(
    "Sharing an encoder restricts q: that cannot bring the bound closer to the evidence.",
    caught_by=("comparison: marginal likelihood",),
)
def amortization_tightens_the_bound():
    return {
        "better_approach": lambda: {
            **right.better_approach(),
            "marginal_likelihood": "amortized",
        }
    }


@misconception(
    "A shared q can be as good as the examples' own only by luck: name the one that is never worse.",
    caught_by=(
        "comparison: form of the answer under marginal_likelihood",
        "comparison: marginal likelihood",
    ),
)
def the_same_bias():
    return {"better_approach": lambda: {**right.better_approach(), "marginal_likelihood": "same"}}


@misconception(
    "A separate q has to be found for each example: an encoder only has to be run.",
    caught_by=("comparison: computation",),
)
def instances_are_quick():
    return {"better_approach": lambda: {**right.better_approach(), "computation": "instance"}}


@misconception(
    "A separate q has to be stored for each example: an encoder has as many parameters as before.",
    caught_by=("comparison: memory",),
)
def instances_are_small():
    return {"better_approach": lambda: {**right.better_approach(), "memory": "instance"}}
