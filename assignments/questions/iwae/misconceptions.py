"""Importance-weighted bounds as students get them wrong, each with what they would need to read."""

import itertools
import math

import torch
from torch.distributions import Normal, kl_divergence

from autograder.testing import misconception
from reference import iwae as right

LOG_2PI = math.log(2 * math.pi)

LOG_WEIGHTS = (
    "log_weights: five samples of four examples",
    "log_weights: more latent dimensions than pixels",
    "log_weights: float32",
)
WEIGHT_LAWS = (
    "log_weights: the posterior as the proposal",
    "log_weights: the mean weight is the evidence",
)
WEIGHT_GRADIENTS = "log_weights: gradients"
WEIGHT_EXTREMES = "log_weights: tiny noise, log-variances of 30 and -30"
WEIGHT_SIZES = "log_weights: sizes of one"

BOUNDS = (
    "estimate: bounds",
    "estimate: five thousand samples",
    "estimate: float32",
)
BOUND_GRADIENT = "estimate: the gradient of the bound"
BETWEEN = "estimate: between the mean and the maximum"
TWICE = "estimate: every sample twice"
TEN_THOUSAND = "estimate: log-weights of ten thousand"
ONE = "estimate: one sample, one example"
NO_WEIGHT = "estimate: weights of zero"
SHARES = ("estimate: weights", BOUND_GRADIENT, "estimate: float32")

ELBO = "refined: evidence lower bounds"
IWAE = "refined: bounds of several samples"
PROPOSALS = "refined: proposals"
AVERAGE = "refined: the bound is an average of refined bounds"
TIGHTER = "refined: more samples, tighter bounds"
POSTERIOR = "refined: the posterior as the proposal"
UNIT = "refined: another unit of x"
SINGLE = "refined: a single sample"
ZERO_BOUNDS = "refined: bounds where the joint is zero"
ZERO_PROPOSALS = "refined: proposals where the joint is zero"
REFINED_FLOAT32 = "refined: float32"

EXPECTED = (
    "resampled: three and four samples",
    "resampled: five values, five samples",
    "resampled: one sample chosen by its weight",
)
DISTRIBUTION = "resampled: a distribution"
TIGHTER_EXPECTED = "resampled: a tighter bound"
NOTHING = "resampled: the posterior, and a single sample"
ZERO_EXPECTED = "resampled: where the joint is zero"


# --- Log-weights -------------------------------------------------------------------------------


def log_normal(x, mean, variance):
    """The log-density of independent Gaussians, summed over the last axis; a right one."""
    variance = torch.as_tensor(variance, dtype=x.dtype)
    return -0.5 * (LOG_2PI + variance.log() + (x - mean) ** 2 / variance).sum(-1)


def log_joint(x, z, W, b, noise_var):
    """The joint log-density of x and z, a right one."""
    return log_normal(x, z @ W.T + b, noise_var) + log_normal(z, torch.zeros_like(z), 1.0)


def with_log_weights(log_importance_weights):
    return {"log_importance_weights": log_importance_weights}


@misconception(
    "The exponential of log_var is used as a standard deviation: it is a variance.",
    caught_by=(*LOG_WEIGHTS, *WEIGHT_LAWS, WEIGHT_GRADIENTS),
)
def exponential_as_deviation():
    def log_weights(x, z, mu, log_var, W, b, noise_var):
        return log_joint(x, z, W, b, noise_var) - log_normal(z, mu, (2 * log_var).exp())

    return with_log_weights(log_weights)


@misconception(
    "log_var is taken for the logarithm of a standard deviation in one term only: check both terms of q.",
    caught_by=(*LOG_WEIGHTS, *WEIGHT_LAWS, WEIGHT_GRADIENTS),
)
def log_variance_not_halved():
    def log_weights(x, z, mu, log_var, W, b, noise_var):
        log_q = log_normal(z, mu, log_var.exp()) - 0.5 * log_var.sum(-1)
        return log_joint(x, z, W, b, noise_var) - log_q

    return with_log_weights(log_weights)


@misconception(
    "The noise is squared: noise_var is a variance already.",
    caught_by=(*LOG_WEIGHTS, *WEIGHT_LAWS, WEIGHT_GRADIENTS, WEIGHT_SIZES),
)
def noise_as_deviation():
    def log_weights(x, z, mu, log_var, W, b, noise_var):
        return right.log_importance_weights(x, z, mu, log_var, W, b, noise_var**2)

    return with_log_weights(log_weights)


@misconception(
    "The prior is forgotten: the weight has the joint density of x and z above.",
    caught_by=(*LOG_WEIGHTS, *WEIGHT_LAWS, WEIGHT_GRADIENTS, WEIGHT_SIZES),
)
def prior_forgotten():
    def log_weights(x, z, mu, log_var, W, b, noise_var):
        return log_normal(x, z @ W.T + b, noise_var) - log_normal(z, mu, log_var.exp())

    return with_log_weights(log_weights)


@misconception(
    "The samples are weighted as if they came from the prior: they come from q.",
    caught_by=(*LOG_WEIGHTS, *WEIGHT_LAWS, WEIGHT_GRADIENTS, WEIGHT_SIZES),
)
def proposal_forgotten():
    def log_weights(x, z, mu, log_var, W, b, noise_var):
        return log_normal(x, z @ W.T + b, noise_var)

    return with_log_weights(log_weights)


@misconception(
    "The density of q enters with the wrong sign: which density divides the other?",
    caught_by=(*LOG_WEIGHTS, *WEIGHT_LAWS, WEIGHT_GRADIENTS, WEIGHT_SIZES),
)
def proposal_multiplied():
    def log_weights(x, z, mu, log_var, W, b, noise_var):
        return log_joint(x, z, W, b, noise_var) + log_normal(z, mu, log_var.exp())

    return with_log_weights(log_weights)


@misconception(
    "The density of q is that of the standardized noise: a stretched density is lower, too.",
    caught_by=(*LOG_WEIGHTS, *WEIGHT_LAWS, WEIGHT_GRADIENTS),
)
def density_of_the_noise():
    def log_weights(x, z, mu, log_var, W, b, noise_var):
        noise = (z - mu) / (log_var / 2).exp()
        return log_joint(x, z, W, b, noise_var) - log_normal(noise, torch.zeros_like(noise), 1.0)

    return with_log_weights(log_weights)


@misconception(
    "The constants with π are left out: they cancel between prior and proposal, but not in p(x|z).",
    caught_by=(*LOG_WEIGHTS, *WEIGHT_LAWS, WEIGHT_SIZES),
)
def constants_left_out():
    def log_weights(x, z, mu, log_var, W, b, noise_var):
        complete = right.log_importance_weights(x, z, mu, log_var, W, b, noise_var)
        return complete + 0.5 * x.shape[-1] * LOG_2PI

    return with_log_weights(log_weights)


@misconception(
    "The dimensions are averaged: independent dimensions multiply their densities.",
    caught_by=(*LOG_WEIGHTS, *WEIGHT_LAWS, WEIGHT_GRADIENTS),
)
def mean_over_dimensions():
    def log_density(x, mean, variance):
        return log_normal(x, mean, variance) / x.shape[-1]

    def log_weights(x, z, mu, log_var, W, b, noise_var):
        log_likelihood = log_density(x, z @ W.T + b, noise_var)
        log_prior = log_density(z, torch.zeros_like(z), 1.0)
        return log_likelihood + log_prior - log_density(z, mu, log_var.exp())

    return with_log_weights(log_weights)


@misconception(
    "The likelihood is that of the mean of q: every sample explains x in its own way.",
    caught_by=(*LOG_WEIGHTS, *WEIGHT_LAWS, WEIGHT_GRADIENTS, WEIGHT_SIZES),
)
def likelihood_at_the_mean():
    def log_weights(x, z, mu, log_var, W, b, noise_var):
        log_prior = log_normal(z, torch.zeros_like(z), 1.0)
        log_ratio = log_prior - log_normal(z, mu, log_var.exp())
        return log_normal(x, mu @ W.T + b, noise_var) + log_ratio

    return with_log_weights(log_weights)


@misconception(
    "The ratio of prior and proposal is replaced by its mean: a weight has both densities at its sample.",
    caught_by=(*LOG_WEIGHTS, *WEIGHT_LAWS, WEIGHT_GRADIENTS),
)
def divergence_in_the_weights():
    def log_weights(x, z, mu, log_var, W, b, noise_var):
        q, p = Normal(mu, (log_var / 2).exp()), Normal(torch.zeros_like(mu), 1.0)
        return log_normal(x, z @ W.T + b, noise_var) - kl_divergence(q, p).sum(-1)

    return with_log_weights(log_weights)


@misconception(
    "Samples meet the wrong examples: follow the two axes through the reshape.",
    caught_by=(*LOG_WEIGHTS, *WEIGHT_LAWS, WEIGHT_GRADIENTS, WEIGHT_EXTREMES),
)
def samples_mixed_with_the_batch():
    def log_weights(x, z, mu, log_var, W, b, noise_var):
        samples = len(z)
        x, mu, log_var = (t.repeat_interleave(samples, 0) for t in (x, mu, log_var))
        flat = z.reshape(len(x), -1)
        log_w = log_joint(x, flat, W, b, noise_var) - log_normal(flat, mu, log_var.exp())
        return log_w.reshape(samples, -1)

    return with_log_weights(log_weights)


@misconception(
    "Examples come first in the result: the first axis is that of the samples.",
    caught_by=(*LOG_WEIGHTS, *WEIGHT_LAWS, WEIGHT_EXTREMES, WEIGHT_SIZES),
)
def axes_exchanged():
    return with_log_weights(lambda *arguments: right.log_importance_weights(*arguments).T)


@misconception(
    "The log-weights of different examples are averaged: every example has its own weights.",
    caught_by=(*LOG_WEIGHTS, *WEIGHT_LAWS, WEIGHT_EXTREMES, WEIGHT_SIZES),
)
def weights_averaged_over_the_batch():
    return with_log_weights(lambda *arguments: right.log_importance_weights(*arguments).mean(1))


@misconception(
    "Densities are multiplied before the logarithm is taken: they under- and overflow on the way.",
    caught_by=(WEIGHT_EXTREMES,),
)
def logarithm_of_densities():
    def log_weights(x, z, mu, log_var, W, b, noise_var):
        joint = log_joint(x, z, W, b, noise_var).exp()
        return (joint / log_normal(z, mu, log_var.exp()).exp()).log()

    return with_log_weights(log_weights)


@misconception(
    "A small constant is added to the variances: it is not small beside the smallest of them.",
    caught_by=(WEIGHT_EXTREMES,),
)
def constant_in_the_variance():
    def log_weights(x, z, mu, log_var, W, b, noise_var):
        log_q = log_normal(z, mu, log_var.exp() + 1e-10)
        return log_joint(x, z, W, b, noise_var) - log_q

    return with_log_weights(log_weights)


@misconception(
    "No gradient reaches the samples: they must stay in the graph.",
    caught_by=(WEIGHT_GRADIENTS,),
)
def samples_out_of_the_graph():
    def log_weights(x, z, mu, log_var, W, b, noise_var):
        return right.log_importance_weights(x, z.detach(), mu, log_var, W, b, noise_var)

    return with_log_weights(log_weights)


@misconception(
    "No gradient reaches the proposal: its density depends on its own mean and variance.",
    caught_by=(WEIGHT_GRADIENTS,),
)
def proposal_out_of_the_graph():
    def log_weights(x, z, mu, log_var, W, b, noise_var):
        fixed = (mu.detach(), log_var.detach())
        return right.log_importance_weights(x, z, *fixed, W, b, noise_var)

    return with_log_weights(log_weights)


# --- The bound from samples --------------------------------------------------------------------


def with_bound(iwae_bound):
    return {"iwae_bound": iwae_bound}


def with_weights(normalized_weights):
    return {"normalized_weights": normalized_weights}


@misconception(
    "The log-weights are averaged: that estimates the evidence lower bound, whatever K is.",
    caught_by=(*BOUNDS, BOUND_GRADIENT, BETWEEN, TEN_THOUSAND, NO_WEIGHT),
)
def mean_of_logarithms():
    return with_bound(lambda log_w: log_w.mean(0))


@misconception(
    "The weights are added up: their average has a factor more, which the logarithm makes a term.",
    caught_by=(*BOUNDS, BETWEEN, TWICE, TEN_THOUSAND, NO_WEIGHT),
)
def sum_for_the_mean():
    return with_bound(lambda log_w: torch.logsumexp(log_w, 0))


@misconception(
    "The number of samples is divided by once for every sample: the sum is divided by it once.",
    caught_by=(*BOUNDS, BETWEEN, TWICE, TEN_THOUSAND, NO_WEIGHT),
)
def log_number_for_every_weight():
    return with_bound(lambda log_w: torch.logsumexp(log_w, 0) - len(log_w) * math.log(len(log_w)))


@misconception(
    "The greatest log-weight is taken for the whole sum: the other samples count as well.",
    caught_by=(*BOUNDS, BOUND_GRADIENT, TWICE, TEN_THOUSAND, NO_WEIGHT),
)
def maximum_for_the_sum():
    return with_bound(lambda log_w: log_w.amax(0) - math.log(len(log_w)))


@misconception(
    "The weights themselves are computed and leave the range of numbers: take out a factor before.",
    caught_by=(TEN_THOUSAND,),
)
def exponential_first():
    def normalized_weights(log_w):
        w = log_w.exp()
        return w / w.sum(0)

    return with_bound(lambda log_w: log_w.exp().mean(0).log()) | with_weights(normalized_weights)


@misconception(
    "A small constant is added inside the logarithm: it is not small beside weights that are small too.",
    caught_by=(*BOUNDS[:2], TEN_THOUSAND),
    also=(1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-5),
)
def constant_inside_the_bound(small=1e-6):
    return with_bound(lambda log_w: (log_w.exp().mean(0) + small).log())


@misconception(
    "A small constant is added inside the logarithm, after the greatest weight is taken out.",
    caught_by=BOUNDS[:2],
    also=(1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-5),
)
def constant_inside_the_shifted_bound(small=1e-6):
    def bound(log_w):
        top = log_w.amax(0)
        return top + ((log_w - top).exp().mean(0) + small).log()

    return with_bound(bound)


@misconception(
    "The greatest log-weight of all examples is taken out: other examples lie far below and vanish.",
    caught_by=(TEN_THOUSAND,),
)
def maximum_of_all_examples():
    def iwae_bound(log_w):
        return (log_w - log_w.max()).exp().mean(0).log() + log_w.max()

    def normalized_weights(log_w):
        w = (log_w - log_w.max()).exp()
        return w / w.sum(0)

    return with_bound(iwae_bound) | with_weights(normalized_weights)


@misconception(
    "The maximum is subtracted and never added back: the bound lacks that term.",
    caught_by=(*BOUNDS, BETWEEN, TEN_THOUSAND),
)
def maximum_not_given_back():
    return with_bound(lambda log_w: (log_w - log_w.amax(0)).exp().mean(0).log())


@misconception(
    "The maximum is given back before the logarithm is taken: it was taken out of the exponents.",
    caught_by=(*BOUNDS, BOUND_GRADIENT, TEN_THOUSAND),
)
def maximum_inside_the_logarithm():
    def iwae_bound(log_w):
        top = log_w.amax(0)
        return ((log_w - top).exp() + top).mean(0).log()

    return with_bound(iwae_bound)


@misconception(
    "The bounds of the examples are averaged: one number an example is asked for.",
    caught_by=(*BOUNDS, BETWEEN, TWICE, TEN_THOUSAND, ONE),
)
def mean_over_the_batch():
    return with_bound(lambda log_w: right.iwae_bound(log_w).mean())


@misconception(
    "The first axis is kept with a length of one: one number an example makes a tensor with a single axis.",
    caught_by=(*BOUNDS, BETWEEN, TWICE, ONE),
)
def axis_kept():
    return with_bound(lambda log_w: right.iwae_bound(log_w)[None])


@misconception(
    "A maximum with an axis more meets a mean without: every example gets the maxima of all others.",
    caught_by=(*BOUNDS, BETWEEN, TWICE, ONE),
)
def maximum_with_an_axis_more():
    def iwae_bound(log_w):
        by_example = log_w.T
        top = by_example.amax(1, keepdim=True)
        return (by_example - top).exp().mean(1).log() + top

    return with_bound(iwae_bound)


@misconception(
    "A batch of one loses its axis: axes of length one belong to the result as well.",
    caught_by=(ONE,),
)
def axes_squeezed_away():
    return with_bound(lambda log_w: right.iwae_bound(log_w).squeeze()) | with_weights(
        lambda log_w: right.normalized_weights(log_w).squeeze()
    )


@misconception(
    "The weights are normalized over the examples: for each example, those of its samples add up to one.",
    caught_by=(*BOUNDS, *SHARES, BETWEEN, TWICE, TEN_THOUSAND, ONE),
)
def over_the_examples():
    return with_bound(lambda log_w: torch.logsumexp(log_w, 1) - math.log(log_w.shape[1])) | (
        with_weights(lambda log_w: log_w.softmax(1))
    )


@misconception(
    "This is a loss, not the bound: the bound itself is asked for.",
    caught_by=(*BOUNDS[:1], BOUND_GRADIENT, BETWEEN, TEN_THOUSAND, NO_WEIGHT),
)
def sign_of_a_loss():
    return with_bound(lambda log_w: -right.iwae_bound(log_w))


@misconception(
    "No gradient reaches the log-weights: keep the bound a tensor with its graph.",
    caught_by=(BOUND_GRADIENT,),
)
def bound_out_of_the_graph():
    return with_bound(lambda log_w: right.iwae_bound(log_w.detach()))


@misconception(
    "The logarithm of K is rounded to float32: a constant follows the dtype of the data.",
    caught_by=("estimate: five thousand samples",),
)
def constant_in_float32():
    def iwae_bound(log_w):
        return torch.logsumexp(log_w, 0) - torch.tensor(float(len(log_w))).log()

    return with_bound(iwae_bound)


@misconception(
    "Weights of 0 are left out of the average: they are samples like the others and count in K.",
    caught_by=(NO_WEIGHT,),
)
def zeros_not_counted():
    def iwae_bound(log_w):
        return torch.logsumexp(log_w, 0) - (log_w > -math.inf).sum(0).to(log_w).log()

    return with_bound(iwae_bound)


@misconception(
    "Where all weights of an example are 0, infinity is subtracted from infinity: look at its maximum.",
    caught_by=(NO_WEIGHT,),
)
def infinite_maximum():
    def iwae_bound(log_w):
        top = log_w.amax(0)
        return (log_w - top).exp().mean(0).log() + top

    return with_bound(iwae_bound)


@misconception(
    "These are the logarithms of the normalized weights: the weights themselves are asked for.",
    caught_by=(*SHARES, TWICE, TEN_THOUSAND, NO_WEIGHT),
)
def logarithms_of_weights():
    return with_weights(lambda log_w: log_w.log_softmax(0))


@misconception(
    "The log-weights are divided by their sum: it is the weights that are to be normalized.",
    caught_by=(*SHARES, TEN_THOUSAND, NO_WEIGHT),
)
def log_weights_normalized():
    return with_weights(lambda log_w: log_w / log_w.sum(0))


@misconception(
    "The weights are divided by their mean: the weights of an example must add up to one.",
    caught_by=(*SHARES, TWICE, TEN_THOUSAND, NO_WEIGHT),
)
def weights_over_their_mean():
    return with_weights(lambda log_w: len(log_w) * right.normalized_weights(log_w))


@misconception(
    "The weights are divided by the greatest of them: the weights of an example must add up to one.",
    caught_by=(*SHARES, TWICE, TEN_THOUSAND, NO_WEIGHT),
)
def weights_over_their_maximum():
    return with_weights(lambda log_w: (log_w - log_w.amax(0)).exp())


@misconception(
    "The normalized weights are squared: that is another estimator of the gradient.",
    caught_by=(*SHARES, TWICE, TEN_THOUSAND),
)
def weights_squared():
    return with_weights(lambda log_w: right.normalized_weights(log_w) ** 2)


# --- Discrete latents --------------------------------------------------------------------------


def sequences(q, count):
    """Every sequence of draws as a list, with its probability."""
    for drawn in itertools.product(range(len(q)), repeat=count):
        yield list(drawn), q[list(drawn)].prod()


def with_elbo(formula):
    """The evidence lower bound by a wrong formula, and the bound of one sample with it."""

    def discrete_iwae(joint, q, K):
        return formula(joint, q) if K == 1 else right.discrete_iwae(joint, q, K)

    return {"discrete_elbo": formula, "discrete_iwae": discrete_iwae}


def with_iwae(discrete_iwae):
    return {"discrete_iwae": discrete_iwae}


def with_refined(refined_proposal):
    """Both proposals as they come out of a wrong refined one."""

    def expected_refined_proposal(joint, q, K):
        terms = [p * refined_proposal(joint, q, rest) for rest, p in sequences(q, K - 1)]
        return torch.stack(terms).sum(0)

    return {
        "refined_proposal": refined_proposal,
        "expected_refined_proposal": expected_refined_proposal,
    }


def with_expected(expected_refined_proposal):
    return {"expected_refined_proposal": expected_refined_proposal}


@misconception(
    "The entropy of q is left out: the bound weighs the joint against the proposal.",
    caught_by=(ELBO, POSTERIOR, AVERAGE, REFINED_FLOAT32),
)
def entropy_left_out():
    return with_elbo(lambda joint, q: (q * joint.log()).sum())


@misconception(
    "This is a divergence: the bound has the ratio the other way round.",
    caught_by=(ELBO, POSTERIOR, AVERAGE, TIGHTER, UNIT, ZERO_BOUNDS),
)
def divergence_for_the_bound():
    return with_elbo(lambda joint, q: (q * (q / joint).log()).sum())


@misconception(
    "The expectation is under the joint: samples come from the proposal.",
    caught_by=(ELBO, POSTERIOR, AVERAGE, UNIT, REFINED_FLOAT32),
)
def expectation_under_the_joint():
    return with_elbo(lambda joint, q: (joint * (joint / q).log()).sum())


@misconception(
    "The joint is normalized first: its sum is the evidence, which belongs to the bound.",
    caught_by=(ELBO, IWAE, POSTERIOR, UNIT, REFINED_FLOAT32),
)
def joint_normalized():
    return {
        "discrete_elbo": lambda joint, q: right.discrete_elbo(joint / joint.sum(), q),
        "discrete_iwae": lambda joint, q, K: right.discrete_iwae(joint / joint.sum(), q, K),
    }


@misconception(
    "The proposal is normalized inside the bound: it is defined for proposals of any sum.",
    caught_by=(ELBO, AVERAGE),
)
def proposal_normalized_in_the_bound():
    return {"discrete_elbo": lambda joint, q: right.discrete_elbo(joint, q / q.sum())}


@misconception(
    "Entries where the joint is zero are skipped: a proposal that goes there has an infinitely bad bound.",
    caught_by=(ZERO_BOUNDS,),
)
def zeros_skipped():
    def discrete_elbo(joint, q):
        some = joint > 0
        return right.discrete_elbo(joint[some], q[some])

    def discrete_iwae(joint, q, K):
        total = 0.0
        for drawn, p in sequences(q, K):
            mean = (joint / q)[drawn].mean()
            total = total + (p * mean.log() if mean > 0 else 0.0)
        return total

    return {"discrete_elbo": discrete_elbo, "discrete_iwae": discrete_iwae}


@misconception(
    "A small constant is added inside the logarithm: a weight of zero is meant as it is.",
    caught_by=(ZERO_BOUNDS,),
)
def constant_inside_the_logarithm():
    def discrete_iwae(joint, q, K):
        w = joint / q
        return sum(p * (w[drawn].mean() + 1e-12).log() for drawn, p in sequences(q, K))

    return {
        "discrete_elbo": lambda joint, q: (q * (joint / q + 1e-12).log()).sum(),
        "discrete_iwae": discrete_iwae,
    }


@misconception(
    "The bound of K samples is the evidence lower bound: the mean is taken inside the logarithm.",
    caught_by=(IWAE, AVERAGE, TIGHTER, REFINED_FLOAT32),
)
def logarithms_averaged():
    return with_iwae(lambda joint, q, K: right.discrete_elbo(joint, q))


@misconception(
    "The expectation is taken inside the logarithm: that is the evidence, not a bound of K samples.",
    caught_by=(IWAE, AVERAGE, TIGHTER, SINGLE, ZERO_BOUNDS, REFINED_FLOAT32),
)
def expectation_inside_the_logarithm():
    return with_iwae(lambda joint, q, K: joint.sum().log())


@misconception(
    "The weights of the draws are added up: they are to be averaged.",
    caught_by=(IWAE, AVERAGE, TIGHTER, POSTERIOR, REFINED_FLOAT32),
)
def draws_added_up():
    return with_iwae(lambda joint, q, K: right.discrete_iwae(joint, q, K) + math.log(K))


@misconception(
    "There is one draw too few: all K samples are draws here.",
    caught_by=(IWAE, AVERAGE, REFINED_FLOAT32),
)
def one_draw_too_few():
    return with_iwae(lambda joint, q, K: right.discrete_iwae(joint, q, max(K - 1, 1)))


@misconception(
    "The sequences are all given the same probability: each draw comes from the proposal.",
    caught_by=(IWAE, AVERAGE, SINGLE, REFINED_FLOAT32),
)
def draws_alike():
    def discrete_iwae(joint, q, K):
        w = joint / q
        terms = [w[drawn].mean().log() for drawn, _ in sequences(q, K)]
        return torch.stack(terms).mean()

    return with_iwae(discrete_iwae)


@misconception(
    "Draws are taken without their order: a set of draws comes about in several ways.",
    caught_by=(IWAE, AVERAGE, POSTERIOR, REFINED_FLOAT32),
)
def order_of_draws_ignored():
    def discrete_iwae(joint, q, K):
        w = joint / q
        sets = itertools.combinations_with_replacement(range(len(q)), K)
        return sum(q[list(drawn)].prod() * w[list(drawn)].mean().log() for drawn in sets)

    return with_iwae(discrete_iwae)


@misconception(
    "No value is drawn twice: the K samples are independent.",
    caught_by=(IWAE, AVERAGE, POSTERIOR, REFINED_FLOAT32),
)
def draws_without_replacement():
    def discrete_iwae(joint, q, K):
        w = joint / q
        total = torch.zeros((), dtype=joint.dtype)
        for drawn in itertools.permutations(range(len(q)), K):
            total = total + q[list(drawn)].prod() * w[list(drawn)].mean().log()
        return total

    return with_iwae(discrete_iwae)


@misconception(
    "The refined proposal is normalized: it is used as it stands, and its sum is not one.",
    caught_by=(PROPOSALS, AVERAGE, REFINED_FLOAT32, *EXPECTED),
)
def refined_proposal_normalized():
    def refined_proposal(joint, q, rest):
        refined = right.refined_proposal(joint, q, rest)
        return refined / refined.sum()

    return with_refined(refined_proposal)


@misconception(
    "The number of samples is that of the others: z itself is one of the K.",
    caught_by=(PROPOSALS, AVERAGE, POSTERIOR, *EXPECTED, DISTRIBUTION),
)
def one_sample_less():
    def refined_proposal(joint, q, rest):
        K = len(rest) + 1
        return right.refined_proposal(joint, q, rest) * max(K - 1, 1) / K

    return with_refined(refined_proposal)


@misconception(
    "The factor 1/K is left out: the weights in the denominator are averaged, not added up.",
    caught_by=(PROPOSALS, AVERAGE, POSTERIOR, *EXPECTED, DISTRIBUTION),
)
def sum_in_the_denominator():
    def refined_proposal(joint, q, rest):
        return right.refined_proposal(joint, q, rest) / (len(rest) + 1)

    return with_refined(refined_proposal)


@misconception(
    "The weight of z itself is missing in the denominator: it is one of the K.",
    caught_by=(PROPOSALS, AVERAGE, *EXPECTED, DISTRIBUTION),
)
def own_weight_missing():
    def refined_proposal(joint, q, rest):
        return joint / (joint / q)[list(rest)].mean() if len(rest) else q.clone()

    return with_refined(refined_proposal)


@misconception(
    "These are normalized weights: the refined proposal has the joint in its numerator.",
    caught_by=(PROPOSALS, AVERAGE, POSTERIOR, SINGLE, *EXPECTED, DISTRIBUTION, NOTHING),
)
def weights_for_the_proposal():
    return with_refined(lambda joint, q, rest: right.refined_proposal(joint, q, rest) / q)


@misconception(
    "The other samples enter with their joint densities: each of them has an importance weight.",
    caught_by=(PROPOSALS, AVERAGE, POSTERIOR, *EXPECTED, DISTRIBUTION),
)
def joint_for_the_weights():
    def refined_proposal(joint, q, rest):
        return joint * (len(rest) + 1) / (joint / q + joint[list(rest)].sum())

    return with_refined(refined_proposal)


@misconception(
    "An index that occurs again is counted once: every sample has a weight, equal or not.",
    caught_by=(PROPOSALS, AVERAGE, *EXPECTED, DISTRIBUTION),
)
def repeated_indices_dropped():
    def refined_proposal(joint, q, rest):
        others = (joint / q)[sorted(set(rest))].sum()
        return joint * (len(rest) + 1) / (joint / q + others)

    return with_refined(refined_proposal)


@misconception(
    "The indices are counted from 1: the values of z are numbered from 0.",
    caught_by=(PROPOSALS, ZERO_PROPOSALS, REFINED_FLOAT32),
)
def indices_from_one():
    def refined_proposal(joint, q, rest):
        return right.refined_proposal(joint, q, [(i - 1) % len(q) for i in rest])

    return {"refined_proposal": refined_proposal}


@misconception(
    "Zero is divided by zero where no sample has any weight: the prompt says what holds there.",
    caught_by=(ZERO_PROPOSALS, ZERO_EXPECTED),
)
def zero_over_zero():
    def refined_proposal(joint, q, rest):
        w = joint / q
        return joint * (len(rest) + 1) / (w + w[list(rest)].sum())

    return with_refined(refined_proposal)


@misconception(
    "A zero of the joint is always refined away: among samples without weight the prompt says what holds.",
    caught_by=(ZERO_PROPOSALS, ZERO_EXPECTED),
)
def zero_whatever_the_rest():
    def refined_proposal(joint, q, rest):
        w = joint / q
        return torch.nan_to_num(joint * (len(rest) + 1) / (w + w[list(rest)].sum()), nan=0.0)

    return with_refined(refined_proposal)


def averaged(joint, q, K, others):
    """The mean of refined proposals over so many other samples, each as likely as under q."""
    terms = [p * right.refined_proposal(joint, q, rest) for rest, p in sequences(q, others)]
    return torch.stack(terms).sum(0)


@misconception(
    "The average is over K other samples: z itself is one of the K.",
    caught_by=(*EXPECTED, "resampled: float32"),
)
def one_sample_too_many():
    return with_expected(lambda joint, q, K: averaged(joint, q, K, K))


@misconception(
    "The other samples are all given the same probability: they come from the proposal.",
    caught_by=(*EXPECTED, DISTRIBUTION, ZERO_EXPECTED),
)
def other_samples_alike():
    def expected_refined_proposal(joint, q, K):
        terms = [right.refined_proposal(joint, q, rest) for rest, _ in sequences(q, K - 1)]
        return torch.stack(terms).mean(0)

    return with_expected(expected_refined_proposal)


@misconception(
    "The denominator is averaged before it divides: the mean of a quotient is another number.",
    caught_by=(*EXPECTED, DISTRIBUTION),
)
def mean_of_the_denominator():
    def expected_refined_proposal(joint, q, K):
        return joint * K / (joint / q + (K - 1) * joint.sum())

    return with_expected(expected_refined_proposal)


@misconception(
    "The average is normalized although its terms are wrong: the right one has the sum one by itself.",
    caught_by=EXPECTED,
)
def normalized_at_the_end():
    def expected_refined_proposal(joint, q, K):
        wrong = joint * K / (joint / q + (K - 1) * joint.sum())
        return wrong / wrong.sum()

    return with_expected(expected_refined_proposal)


@misconception(
    "The refined proposal depends on the other samples together: one of them does not stand for all.",
    caught_by=(*EXPECTED, DISTRIBUTION),
)
def one_value_for_all_the_rest():
    def expected_refined_proposal(joint, q, K):
        terms = [q[m] * right.refined_proposal(joint, q, [m] * (K - 1)) for m in range(len(q))]
        return torch.stack(terms).sum(0)

    return with_expected(expected_refined_proposal)


@misconception(
    "This is the posterior: with finitely many samples the proposal comes nearer, not all the way.",
    caught_by=(*EXPECTED, TIGHTER_EXPECTED, NOTHING, ZERO_EXPECTED),
)
def posterior_for_the_proposal():
    return with_expected(lambda joint, q, K: joint / joint.sum())


@misconception(
    "The expectation is estimated from random draws: it is a finite sum and is asked for exactly.",
    caught_by=EXPECTED,
)
def random_draws():
    def expected_refined_proposal(joint, q, K):
        generator = torch.Generator().manual_seed(0)  # so that a repeated call gives the same
        total = torch.zeros_like(joint)
        for _ in range(50):
            rest = [] if K == 1 else torch.multinomial(q, K - 1, True, generator=generator)
            total = total + right.refined_proposal(joint, q, rest)
        return total / 50

    return with_expected(expected_refined_proposal)


# --- The order of the bounds -------------------------------------------------------------------

ORDER = ("resampled: the order of the bounds",)


def with_order(*names):
    return {"bounds_in_order": lambda: names}


@misconception(
    "Resampling does not loosen the bound: which way does the inequality of a concave function go?",
    caught_by=ORDER,
)
def resampling_loosens_the_bound():
    return with_order("L_1[q]", "L_1[q_K]", "L_K[q]", "log p")


@misconception(
    "The bounds stand from the greatest to the least: the least comes first.",
    caught_by=ORDER,
)
def greatest_first():
    return with_order("log p", "L_1[q_K]", "L_K[q]", "L_1[q]")


@misconception(
    "More samples do not loosen the bound: compare one sample with K of them.",
    caught_by=ORDER,
)
def more_samples_loosen_the_bound():
    return with_order("L_K[q]", "L_1[q]", "L_1[q_K]", "log p")


@misconception(
    "A table with one value of z loses its axis: axes of length one belong to the result.",
    caught_by=("refined: one value of z", "resampled: one value of z"),
)
def tables_squeezed():
    return {
        "refined_proposal": lambda joint, q, rest: right.refined_proposal(joint, q, rest).squeeze(),
        "expected_refined_proposal": lambda joint, q, K: right.expected_refined_proposal(
            joint, q, K
        ).squeeze(),
    }
