"""Importance-weighted bounds: laws that tie weights, bounds and proposals together, and extremes."""

import itertools
import math

import torch
from drivers.iwae import gradients, refinements
from otter.test_files import test_case

from autograder.testing import (
    as_tensor,
    assert_all,
    assert_close,
    assert_equal,
    normal,
    uniform,
    unpack,
    via,
)
from reference import iwae as reference

OK_FORMAT = False

name = "iwae"


def model(rng, samples, n, d, d_z, dtype=torch.float64):
    """All arguments of `log_importance_weights` but the noise, in its order."""
    x, z = 2 * normal(rng, n, d), normal(rng, samples, n, d_z)
    mu, log_var = normal(rng, n, d_z), normal(rng, n, d_z)
    given = (x, z, mu, log_var, normal(rng, d, d_z), normal(rng, d))
    return [tensor.to(dtype) for tensor in given]


def log_gaussian(x, mean, covariance):
    """The log-density of N(mean, covariance). MultivariateNormal would import sympy: half a second."""
    deviation = x - mean
    distance = (deviation * torch.linalg.solve(covariance, deviation.T).T).sum(-1)
    return -0.5 * (distance + torch.logdet(2 * math.pi * covariance))


def check_log_weights(log_importance_weights, arguments, what="the log-weights"):
    expected = reference.log_importance_weights(*arguments)
    assert_close(log_importance_weights(*arguments), expected, what=what)


@test_case(name="log_weights: five samples of four examples", points=3, hidden=True)
def log_weights(log_importance_weights, rng):
    check_log_weights(log_importance_weights, (*model(rng, 5, 4, 3, 2), 0.3))


@test_case(name="log_weights: more latent dimensions than pixels", points=1, hidden=True)
def many_latents(log_importance_weights, rng):
    arguments = (*model(rng, 3, 5, 2, 4), torch.tensor(2.5, dtype=torch.float64))
    check_log_weights(log_importance_weights, arguments)


@test_case(name="log_weights: gradients", points=2, hidden=True)
def log_weight_gradients(log_importance_weights, rng):
    arguments, places = (*model(rng, 4, 3, 5, 2), 0.3), (1, 2, 3, 4, 5)
    given = (arguments, places, normal(rng, 4, 3))
    found = unpack(via(gradients, log_importance_weights, *given), 5, what="the gradients")
    expected = gradients(reference.log_importance_weights, *given)
    for of, gradient, right in zip(("z", "mu", "log_var", "W", "b"), found, expected, strict=True):
        assert_close(gradient, right, what=f"the gradient in {of}")


@test_case(name="log_weights: the posterior as the proposal", points=1, hidden=True)
def posterior_as_proposal(log_importance_weights, rng):
    """Sampled from the exact posterior, every log-weight is log p(x), whatever the sample is.

    The columns of W are orthogonal, so that the posterior is a diagonal Gaussian.
    """
    x, z, _, _, W, b = model(rng, 6, 4, 5, 3)
    W = torch.linalg.qr(W).Q * torch.tensor([0.5, 1.5, 3.0], dtype=torch.float64)
    precision = 1 + W.square().sum(0) / 0.7
    mu, log_var = (x - b) @ W / 0.7 / precision, -precision.log().expand(4, 3)
    covariance = W @ W.T + 0.7 * torch.eye(5, dtype=torch.float64)
    evidence = log_gaussian(x, b, covariance)
    found = log_importance_weights(x, z, mu, log_var, W, b, 0.7)
    assert_close(found, evidence.expand(6, 4), what="the log-weights")


@test_case(name="log_weights: the mean weight is the evidence", points=1, hidden=True)
def mean_weight(log_importance_weights, rng):
    """Sum w(z) q(z|x) over a grid of z: that is the integral of p(x, z), log p(x).

    In steps of 0.8 deviations of the posterior the error is like exp(-2π²/0.64), 4e-14, and what lies
    beyond 7 deviations is no more.
    """
    x, _, mu, log_var, W, b = model(rng, 1, 3, 4, 2)
    axis = torch.arange(-9, 10, dtype=torch.float64) * 0.8
    root = torch.linalg.inv(
        torch.linalg.cholesky(torch.eye(2, dtype=torch.float64) + W.T @ W / 0.4)
    )
    centre = (x - b) @ W / 0.4 @ root.T @ root
    z = centre + (torch.cartesian_prod(axis, axis) @ root)[:, None]
    found = log_importance_weights(x, z, mu, log_var, W, b, 0.4)
    log_w = as_tensor(found, shape=(361, 3), what="the log-weights")
    log_q = torch.distributions.Normal(mu, (log_var / 2).exp()).log_prob(z).sum(-1)
    cell = math.log(0.64) + root.diagonal().log().sum()
    covariance = W @ W.T + 0.4 * torch.eye(4, dtype=torch.float64)
    evidence = log_gaussian(x, b, covariance)
    integral = torch.logsumexp(log_w + log_q, 0) + cell
    assert_close(integral, evidence, what="the logarithm of the mean weight")


@test_case(name="log_weights: tiny noise, log-variances of 30 and -30", points=1, hidden=True)
def log_weight_extremes(log_importance_weights, rng):
    """Samples at most a deviation of 1 from the mean of q, examples that the mean explains.

    W stays below 0.3: what a solution by way of p(x) and p(z|x) loses to s² = 1e-6 grows with W.
    """
    _, z, mu, _, _, b = model(rng, 5, 3, 4, 2)
    W = uniform(rng, -0.3, 0.3, 4, 2)
    log_var = torch.tensor([[-30.0], [30.0], [0.5]], dtype=torch.float64).expand(3, 2)
    z = mu + (log_var / 2).exp().clamp(max=1) * z
    x = mu @ W.T + b + 1e-3 * normal(rng, 3, 4)
    check_log_weights(log_importance_weights, (x, z, mu, log_var, W, b, 1e-6))


@test_case(name="log_weights: float32", points=0.5, hidden=True)
def log_weights_single_precision(log_importance_weights, rng):
    """Seven pixels with a variance of 2 hold the log-weights away from 0."""
    arguments = (*model(rng, 5, 3, 7, 2, torch.float32), 2.0)
    check_log_weights(log_importance_weights, arguments)


@test_case(name="log_weights: sizes of one", points=0.5, hidden=True)
def log_weights_of_one(log_importance_weights, rng):
    for sizes in ((1, 4, 3, 2), (4, 1, 3, 2), (4, 3, 1, 2), (4, 3, 2, 1)):
        what = f"the log-weights, (K, N, D, D_z) = {sizes}"
        check_log_weights(log_importance_weights, (*model(rng, *sizes), 0.6), what)


def check_estimates(iwae_bound, normalized_weights, log_w):
    assert_close(iwae_bound(log_w), reference.iwae_bound(log_w), what="the bounds")
    expected = reference.normalized_weights(log_w)
    assert_close(normalized_weights(log_w), expected, what="the weights")


@test_case(name="estimate: bounds", points=2, hidden=True)
def bounds(iwae_bound, rng):
    log_w = 2 * normal(rng, 6, 4)
    assert_close(iwae_bound(log_w), reference.iwae_bound(log_w), what="the bounds")


@test_case(name="estimate: weights", points=2, hidden=True)
def weights(normalized_weights, rng):
    log_w = 2 * normal(rng, 4, 7)
    expected = reference.normalized_weights(log_w)
    assert_close(normalized_weights(log_w), expected, what="the weights")


@test_case(name="estimate: the gradient of the bound", points=2, hidden=True)
def bound_gradient(iwae_bound, normalized_weights, rng):
    """A unit more of a log-weight moves the bound by its normalized weight."""
    log_w, direction = 2 * normal(rng, 5, 3), normal(rng, 3)
    (found,) = unpack(via(gradients, iwae_bound, [log_w], [0], direction), 1, what="the gradient")
    (expected,) = gradients(reference.iwae_bound, [log_w], [0], direction)
    assert_close(found, expected, what="the gradient in log_w")
    shares = as_tensor(normalized_weights(log_w), shape=(5, 3), what="the weights")
    assert_close(direction * shares, as_tensor(found), what="the weights times the direction")


@test_case(name="estimate: between the mean and the maximum", points=1, hidden=True)
def between(iwae_bound, rng):
    """An average of unequal weights lies strictly between, and so does its logarithm."""
    log_w = 2 * normal(rng, 7, 5)
    found = as_tensor(iwae_bound(log_w), shape=(5,), what="the bounds")
    assert_all(found > log_w.mean(0), "the bound is above the mean of the log-weights")
    assert_all(found < log_w.amax(0), "the bound is below the greatest log-weight")
    assert_close(found, reference.iwae_bound(log_w), what="the bounds")


@test_case(name="estimate: every sample twice", points=1, hidden=True)
def every_sample_twice(iwae_bound, normalized_weights, rng):
    """The average stays what it is, and every sample has half its share."""
    log_w = 2 * normal(rng, 3, 4)
    twice = torch.cat([log_w, log_w])
    once = as_tensor(iwae_bound(log_w), shape=(4,), what="the bounds")
    assert_close(once, reference.iwae_bound(log_w), what="the bounds")
    assert_close(iwae_bound(twice), once, what="the bounds with every sample twice")
    shares = as_tensor(normalized_weights(log_w), shape=(3, 4), what="the weights")
    assert_close(shares, reference.normalized_weights(log_w), what="the weights")
    halves = torch.cat([shares, shares]) / 2
    assert_close(normalized_weights(twice), halves, what="the weights with every sample twice")


@test_case(name="estimate: log-weights of ten thousand", points=1, hidden=True)
def estimates_at_extremes(iwae_bound, normalized_weights, rng):
    """About -1e4, 0 and 1e4, and from -1e4 to 1e4; bounds are compared by what they are above the maximum.

    Rounding at 1e4 is 2e-12, and less than the default tolerance of 1e-10 by far.
    """
    ramp = torch.from_numpy(rng.permutation(7)).double()[:, None] * (2e4 / 6) - 1e4
    offset = torch.tensor([-1e4, 0.0, 1e4], dtype=torch.float64)
    log_w = torch.cat([2 * normal(rng, 7, 3) + offset, ramp], 1)
    top = log_w.amax(0)
    found = as_tensor(iwae_bound(log_w), shape=(4,), what="the bounds")
    expected = reference.iwae_bound(log_w - top)
    assert_close(found - top, expected, what="the bounds less the greatest log-weights")
    expected = reference.normalized_weights(log_w)
    assert_close(normalized_weights(log_w), expected, what="the weights")


@test_case(name="estimate: five thousand samples", points=1, hidden=True)
def many_samples(iwae_bound, normalized_weights, rng):
    """Beside random ones, log-weights that are all 0: the bound is 0 to ten decimals."""
    log_w = torch.cat([2 * normal(rng, 5000, 2), torch.zeros(5000, 1, dtype=torch.float64)], 1)
    check_estimates(iwae_bound, normalized_weights, log_w)


@test_case(name="estimate: one sample, one example", points=0.5, hidden=True)
def estimates_of_one(iwae_bound, normalized_weights, rng):
    for sizes in ((1, 4), (5, 1)):
        check_estimates(iwae_bound, normalized_weights, 2 * normal(rng, *sizes))


@test_case(name="estimate: weights of zero", points=0.5, hidden=True)
def weights_of_zero(iwae_bound, normalized_weights, rng):
    """One, two, four and all of the five weights of an example are 0, in places that vary."""
    log_w = 2 * normal(rng, 5, 4)
    for example, zeros in enumerate((1, 2, 4, 5)):
        log_w[rng.permutation(5)[:zeros], example] = -math.inf
    assert_close(iwae_bound(log_w), reference.iwae_bound(log_w), what="the bounds")
    expected = reference.normalized_weights(log_w[:, :3])
    assert_close(normalized_weights(log_w[:, :3]), expected, what="the weights")


@test_case(name="estimate: float32", points=0.5, hidden=True)
def estimates_single_precision(iwae_bound, normalized_weights, rng):
    check_estimates(iwae_bound, normalized_weights, 2 * normal(rng, 6, 3, dtype=torch.float32))


def discrete(rng, size, dtype=torch.float64):
    """A joint whose sum is not 1, and a proposal.

    Log-weights are spread evenly over a range of 2 to 3, so that bounds and proposals lie well apart.
    """
    q = uniform(rng, 0.5, 1.5, size)
    q = q / q.sum()
    spread = torch.from_numpy(rng.permutation(size)) / (size - 1) * 2 - 1
    log_w = spread * uniform(rng, 1.0, 1.5) + uniform(rng, -3.0, -2.0)
    return (log_w.exp() * q).to(dtype), q.to(dtype)


def with_zeros(rng, size, zeros):
    """A joint with so many entries that are 0, the proposal, and the places of zeros and others."""
    joint, q = discrete(rng, size)
    places = rng.permutation(size).tolist()
    joint[places[:zeros]] = 0
    return joint, q, places[:zeros], places[zeros:]


def scalar(value, what="the bound"):
    """A student's bound as a finite 0-d tensor."""
    found = as_tensor(value, shape=(), what=what)
    assert_all(found.isfinite(), f"{what} is finite")
    return found


@test_case(name="refined: evidence lower bounds", points=2, hidden=True)
def evidence_lower_bounds(discrete_elbo, rng):
    for size, mass in ((4, 1.0), (6, 0.7)):
        joint, q = discrete(rng, size)
        expected = reference.discrete_elbo(joint, mass * q)
        assert_close(discrete_elbo(joint, mass * q), expected, what=f"the bound, q of sum {mass}")


@test_case(name="refined: bounds of several samples", points=2, hidden=True)
def bounds_of_several_samples(discrete_iwae, rng):
    for size, K in ((4, 3), (3, 4), (5, 2)):
        joint, q = discrete(rng, size)
        expected = reference.discrete_iwae(joint, q, K)
        assert_close(discrete_iwae(joint, q, K), expected, what=f"the bound, M = {size}, K = {K}")


@test_case(name="refined: proposals", points=2, hidden=True)
def refined_proposals(refined_proposal, rng):
    for size, rest in ((5, [2, 0, 2]), (3, [1]), (4, [3, 1, 1, 0])):
        joint, q = discrete(rng, size)
        expected = reference.refined_proposal(joint, q, rest)
        found = refined_proposal(joint, q, rest)
        assert_close(found, expected, what=f"the refined proposal, rest = {rest}")


@test_case(name="refined: the bound is an average of refined bounds", points=2, hidden=True)
def average_of_refined_bounds(discrete_elbo, discrete_iwae, refined_proposal, rng):
    """L_K[q] is the mean of L₁[q̃] over the other samples: all three from the student."""
    joint, q = discrete(rng, 3)
    rests = [list(rest) for rest in itertools.product(range(3), repeat=3)]
    given = (refined_proposal, discrete_elbo, joint, q, rests)
    refined, bounds = unpack(via(refinements, *given), 2)
    refined = as_tensor(refined, shape=(27, 3), what="the refined proposals")
    assert_all(refined > 0, "a refined proposal is positive where the joint is")
    bounds = as_tensor(bounds, shape=(27,), what="the bounds of refined proposals")
    whole = scalar(discrete_iwae(joint, q, 4))
    assert_close(whole, reference.discrete_iwae(joint, q, 4), what="the bound")
    average = q[torch.tensor(rests)].prod(1) @ bounds
    assert_close(average, whole, what="the average of the refined bounds")


@test_case(name="refined: more samples, tighter bounds", points=1, hidden=True)
def tighter_bounds(discrete_elbo, discrete_iwae, rng):
    """L₁ < L₂ < L₃ < L₅ < log p(x), strictly where q is not the posterior."""
    joint, q = discrete(rng, 5)
    chain = [scalar(discrete_elbo(joint, q))]
    chain += [scalar(discrete_iwae(joint, q, K)) for K in (2, 3, 5)]
    chain = torch.stack([*chain, joint.sum().log()])
    assert_all(chain.diff() > 0, "the bounds rise with K and stay below the log-evidence")


@test_case(name="refined: the posterior as the proposal", points=1, hidden=True)
def refined_posterior(discrete_elbo, discrete_iwae, refined_proposal, rng):
    """All weights are p(x) then: every bound is tight, and there is nothing to refine."""
    joint, _ = discrete(rng, 4)
    posterior, evidence = joint / joint.sum(), joint.sum().log()
    assert_close(discrete_elbo(joint, posterior), evidence, what="the bound L_1")
    assert_close(discrete_iwae(joint, posterior, 3), evidence, what="the bound L_3")
    found = refined_proposal(joint, posterior, [3, 0])
    assert_close(found, posterior, what="the refined proposal")


@test_case(name="refined: another unit of x", points=1, hidden=True)
def another_unit(discrete_elbo, discrete_iwae, refined_proposal, rng):
    """In another unit p(x, z) has a factor: bounds move by its logarithm, proposals do not."""
    joint, q = discrete(rng, 4)
    factor = torch.tensor(50.0, dtype=torch.float64)
    bound = scalar(discrete_elbo(joint, q))
    moved = bound + factor.log()
    assert_close(discrete_elbo(factor * joint, q), moved, what="the bound L_1 in another unit")
    moved = scalar(discrete_iwae(joint, q, 3)) + factor.log()
    assert_close(discrete_iwae(factor * joint, q, 3), moved, what="the bound L_3 in another unit")
    plain = as_tensor(refined_proposal(joint, q, [2, 1]), shape=(4,), what="the refined proposal")
    assert_all(plain > 0, "a refined proposal is positive where the joint is")
    found = refined_proposal(factor * joint, q, [2, 1])
    assert_close(found, plain, what="the refined proposal in another unit")


@test_case(name="refined: a single sample", points=1, hidden=True)
def single_sample(discrete_elbo, discrete_iwae, refined_proposal, rng):
    """L_K at K = 1 is the evidence lower bound, and a proposal without other samples stays."""
    joint, q = discrete(rng, 4)
    bound = scalar(discrete_elbo(joint, q))
    assert_close(bound, reference.discrete_elbo(joint, q), what="the bound L_1")
    assert_close(discrete_iwae(joint, q, 1), bound, what="the bound of one sample")
    assert_close(refined_proposal(joint, q, []), q, what="the refined proposal, rest = []")


@test_case(name="refined: one value of z", points=0.5, hidden=True)
def one_value(discrete_elbo, discrete_iwae, refined_proposal, rng):
    """There is one weight only: every bound is its logarithm."""
    joint, one = uniform(rng, 0.05, 0.6, 1), torch.ones(1, dtype=torch.float64)
    evidence = joint.log()[0]
    assert_close(discrete_elbo(joint, one), evidence, what="the bound L_1")
    assert_close(discrete_iwae(joint, one, 3), evidence, what="the bound L_3")
    assert_close(refined_proposal(joint, one, [0, 0]), one, what="the refined proposal")


@test_case(name="refined: bounds where the joint is zero", points=0.5, hidden=True)
def bounds_at_zeros(discrete_elbo, discrete_iwae, rng):
    """Beside it the bounds of a table without zeros, which are finite."""
    joint, q, _, _ = with_zeros(rng, 4, 1)
    assert_close(discrete_elbo(joint, q), -math.inf, what="the bound L_1")
    for K in (1, 3):
        assert_close(discrete_iwae(joint, q, K), -math.inf, what=f"the bound L_{K}")
    joint, q = discrete(rng, 4)
    assert_close(discrete_elbo(joint, q), reference.discrete_elbo(joint, q), what="the bound L_1")
    expected = reference.discrete_iwae(joint, q, 3)
    assert_close(discrete_iwae(joint, q, 3), expected, what="the bound L_3")


@test_case(name="refined: proposals where the joint is zero", points=0.5, hidden=True)
def proposals_at_zeros(refined_proposal, rng):
    """Beside a sample with weight a zero stays zero; beside zeros alone it keeps q."""
    joint, q, zeros, others = with_zeros(rng, 5, 2)
    for rest in ([zeros[0], others[1]], [zeros[1], zeros[0], zeros[1]], []):
        expected = reference.refined_proposal(joint, q, rest)
        found = refined_proposal(joint, q, rest)
        assert_close(found, expected, what=f"the refined proposal, rest = {rest}")


@test_case(name="refined: float32", points=0.5, hidden=True)
def refined_single_precision(discrete_elbo, discrete_iwae, refined_proposal, rng):
    joint, q = discrete(rng, 4, torch.float32)
    assert_close(discrete_elbo(joint, q), reference.discrete_elbo(joint, q), what="the bound L_1")
    expected = reference.discrete_iwae(joint, q, 3)
    assert_close(discrete_iwae(joint, q, 3), expected, what="the bound L_3")
    expected = reference.refined_proposal(joint, q, [2, 2])
    assert_close(refined_proposal(joint, q, [2, 2]), expected, what="the refined proposal")


def check_expected(expected_refined_proposal, joint, q, K):
    expected = reference.expected_refined_proposal(joint, q, K)
    what = f"the expected refined proposal, M = {len(q)}, K = {K}"
    assert_close(expected_refined_proposal(joint, q, K), expected, what=what)


@test_case(name="resampled: three and four samples", points=3, hidden=True)
def three_and_four_samples(expected_refined_proposal, rng):
    for size, K in ((4, 3), (3, 4)):
        check_expected(expected_refined_proposal, *discrete(rng, size), K)


@test_case(name="resampled: five values, five samples", points=1, hidden=True)
def five_samples(expected_refined_proposal, rng):
    check_expected(expected_refined_proposal, *discrete(rng, 5), 5)


@test_case(name="resampled: a distribution", points=2, hidden=True)
def a_distribution(expected_refined_proposal, rng):
    for size, K in ((5, 3), (2, 5)):
        joint, q = discrete(rng, size)
        found = expected_refined_proposal(joint, q, K)
        refined = as_tensor(found, shape=(size,), what="the expected refined proposal")
        assert_all(refined > 0, "q_K is positive where the joint is")
        assert_close(refined.sum(), 1.0, what="the sum of q_K")
        expected = reference.expected_refined_proposal(joint, q, K)
        assert_close(refined, expected, what="the expected refined proposal")


@test_case(name="resampled: one sample chosen by its weight", points=2, hidden=True)
def chosen_by_weight(expected_refined_proposal, rng):
    """Draw K samples from q, keep one of them by its normalized weight: that one follows q_K."""
    joint, q = discrete(rng, 4)
    draws = torch.cartesian_prod(*[torch.arange(4)] * 3)
    chosen = q[draws].prod(1, keepdim=True) * (joint / q)[draws]
    chosen = chosen / (joint / q)[draws].sum(1, keepdim=True)
    expected = torch.zeros(4, dtype=torch.float64).index_add(0, draws.flatten(), chosen.flatten())
    found = expected_refined_proposal(joint, q, 3)
    assert_close(found, expected, what="the expected refined proposal")


@test_case(name="resampled: a tighter bound", points=2, hidden=True)
def tighter_bound(expected_refined_proposal, rng):
    """L_K[q] < L₁[q_K] < log p(x), by 0.01 at least for a q so far from the posterior."""
    joint, q = discrete(rng, 4)
    found = as_tensor(expected_refined_proposal(joint, q, 3), shape=(4,), what="q_K")
    bound = (found * (joint / found).log()).sum()
    assert_all(bound > reference.discrete_iwae(joint, q, 3) + 1e-6, "L_1[q_K] is above L_K[q]")
    assert_all(bound < joint.sum().log() - 1e-6, "L_1[q_K] is below the log-evidence")


@test_case(name="resampled: the posterior, and a single sample", points=1, hidden=True)
def nothing_to_refine(expected_refined_proposal, rng):
    """Where all weights are equal, and where K is 1, the proposal stays what it is; else it moves."""
    joint, q = discrete(rng, 5)
    check_expected(expected_refined_proposal, joint, q, 2)
    posterior = joint / joint.sum()
    found = expected_refined_proposal(joint, posterior, 3)
    assert_close(found, posterior, what="q_3 where q is the posterior")
    assert_close(expected_refined_proposal(joint, q, 1), q, what="q_1")


@test_case(name="resampled: one value of z", points=0.5, hidden=True)
def expected_of_one_value(expected_refined_proposal, rng):
    """Nothing is left to refine there; a table with five values stands beside it."""
    joint, one = uniform(rng, 0.05, 0.6, 1), torch.ones(1, dtype=torch.float64)
    assert_close(expected_refined_proposal(joint, one, 3), one, what="q_3")
    check_expected(expected_refined_proposal, *discrete(rng, 5), 2)


@test_case(name="resampled: where the joint is zero", points=0.5, hidden=True)
def expected_at_zeros(expected_refined_proposal, rng):
    """A zero is chosen only if all samples are zeros; q_K is still a distribution."""
    joint, q, zeros, _ = with_zeros(rng, 5, 2)
    found = expected_refined_proposal(joint, q, 3)
    refined = as_tensor(found, shape=(5,), what="the expected refined proposal")
    expected = q[zeros] * q[zeros].sum() ** 2
    assert_close(refined[zeros], expected, what="q_K where the joint is zero")
    assert_close(refined.sum(), 1.0, what="the sum of q_K")


@test_case(name="resampled: float32", points=0.5, hidden=True)
def resampled_single_precision(expected_refined_proposal, rng):
    check_expected(expected_refined_proposal, *discrete(rng, 4, torch.float32), 3)


@test_case(name="resampled: the order of the bounds", points=4, hidden=True)
def order_of_the_bounds(bounds_in_order):
    assert_equal(bounds_in_order(), reference.bounds_in_order(), what="bounds_in_order()")
