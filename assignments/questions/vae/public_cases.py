"""Variational autoencoders: small cases that can be checked by hand."""

from math import log, pi

import torch
from otter.test_files import test_case

from autograder.testing import assert_close, assert_one_of, unpack

OK_FORMAT = False

name = "vae"

APPROACHES = ("instance", "amortized")


def rows(*values):
    """A float64 tensor of these rows."""
    return torch.tensor(values, dtype=torch.float64)


def small_model():
    """Three examples of two pixels, W, b and the noise variance 0.3; one latent dimension.

    The rows of x are b plus (0, 0), (1, 0) and (1, 2). The covariance of x is [[4.3, 2], [2, 1.3]] with
    the determinant 1.59, and the posterior has the precision 1 + 5/0.3 = 53/3.
    """
    return rows((1, -1), (2, -1), (2, 1)), rows((2,), (1,)), rows(1, -1), 0.3


def small_q():
    """Means and log-variances: N(0, 1), N(1, 1) and N(0, 1/4)."""
    return rows((0,), (1,), (0,)), rows((0,), (0,), (-log(4),))


def wide_model():
    """The same examples and b; two latent dimensions. The posterior's precision: [[13, 10], [10, 23]]/3."""
    return rows((1, -1), (2, -1), (2, 1)), rows((1, 1), (0, 1)), rows(1, -1), 0.3


def small_tables():
    """Two joint tables p(x, z), each with a q that is neither even nor the posterior.

    The evidence, which is the sum of a table, is 0.4 and 0.6.
    """
    return [
        (rows(0.3, 0.1), rows(0.6, 0.4)),
        (rows(0.1, 0.3, 0.2), rows(0.2, 0.5, 0.3)),
    ]


@test_case(name="densities: three Gaussians with two dimensions", points=0.01)
def gaussian_by_hand(gaussian_log_density):
    """Each dimension gives -1/2 (log 2 pi + log-variance + square over variance).

    At the mean of standard normals; one deviation from it in one dimension; and at the distances 2
    and 3 under the variances 4 and 1.
    """
    x = rows((1, -1), (2, 0), (3, 3))
    mean = rows((1, -1), (1, 0), (1, 0))
    log_var = rows((0, 0), (0, 0), (log(4), 0))
    expected = [-log(2 * pi), -log(2 * pi) - 1 / 2, -log(2 * pi) - log(2) - 1 / 2 - 9 / 2]
    assert_close(gaussian_log_density(x, mean, log_var), expected, what="the log-density")


@test_case(name="densities: Bernoulli variables, one of them grey", points=0.01)
def bernoulli_by_hand(bernoulli_log_density):
    """A logit of 0 is a probability of 1/2, a logit of log 3 is a probability of 3/4."""
    x = rows((1, 1), (0, 0), (1, 0.25))
    logits = rows((0, log(3)), (0, log(3)), (log(3), log(3)))
    grey = 0.25 * log(3 / 4) + 0.75 * log(1 / 4)
    expected = [log(1 / 2) + log(3 / 4), log(1 / 2) + log(1 / 4), log(3 / 4) + grey]
    assert_close(bernoulli_log_density(x, logits), expected, what="the log-probability")


@test_case(name="kl: N(1.2, 4) and N(0, 1), both ways", points=0.01)
def kl_by_hand(kl_diagonal_gaussians):
    """KL(N(1.2, 4) || N(0, 1)) is 2.22 - log 2, the other way it is log 2 - 0.195; none from itself.

    The rows combine: first way and none, none and second way, first way twice.
    """
    mu_q, log_var_q = (
        rows((1.2, 0), (0, 0), (1.2, 1.2)),
        rows((log(4), 0), (0, 0), (log(4), log(4))),
    )
    mu_p, log_var_p = rows((0, 0), (0, 1.2), (0, 0)), rows((0, 0), (0, log(4)), (0, 0))
    found = kl_diagonal_gaussians(mu_q, log_var_q, mu_p, log_var_p)
    expected = [2.22 - log(2), log(2) - 0.195, 4.44 - 2 * log(2)]
    assert_close(found, expected, what="the divergence")


@test_case(name="kl: Monte Carlo from two samples", points=0.01)
def monte_carlo_by_hand(kl_monte_carlo):
    """From q = N(1.2, 4), the noise 0 gives z = 1.2, and the noise 1 gives z = 3.2.

    There log q - log p, p = N(0, 1), is 0.72 - log 2 and 4.62 - log 2. The second dimension has
    q = p and gives 0, whatever the noise.
    """
    mu_q, log_var_q = rows((1.2, 0), (1.2, 0), (1.2, 0)), rows(*[(log(4), 0)] * 3)
    zeros = torch.zeros(3, 2, dtype=torch.float64)
    eps = torch.tensor([[[0, 1], [0, 2], [1, 0]], [[0, 5], [1, 3], [1, -1]]], dtype=torch.float64)
    found = kl_monte_carlo(mu_q, log_var_q, zeros, zeros, eps)
    expected = [0.72 - log(2), 2.67 - log(2), 4.62 - log(2)]
    assert_close(found, expected, what="the estimate")


@test_case(name="evidence: the log-evidence of three examples", points=0.01)
def evidence_by_hand(log_marginal):
    """The inverse covariance of x is [[1.3, -2], [-2, 4.3]] / 1.59."""
    constant = -log(2 * pi) - log(1.59) / 2
    expected = [constant, constant - 65 / 159, constant - 175 / 53]
    assert_close(log_marginal(*small_model()), expected, what="the log-evidence")


@test_case(name="evidence: the posterior of three examples", points=0.01)
def posterior_by_hand(true_posterior):
    """The precision is 53/3; the means are 10 (2 r_1 + r_2) / 53 for x = b + r."""
    mean, covariance = unpack(true_posterior(*small_model()), 2)
    assert_close(mean, [[0.0], [20 / 53], [40 / 53]], what="the posterior mean")
    assert_close(covariance, [[3 / 53]], what="the posterior covariance")


@test_case(name="bound: ELBO by hand", points=0.01)
def elbo_by_hand(elbo):
    """E log p(x|z) = -log(0.6 pi) - (|r - W mu|^2 + 5 var) / 0.6; KL(q || p(z)) is 0, 1/2, log 2 - 3/8."""
    x, *model = small_model()
    constant = -log(0.6 * pi)
    expected = [
        constant - 25 / 3,
        constant - 35 / 3 - 1 / 2,
        constant - 125 / 12 - log(2) + 3 / 8,
    ]
    assert_close(elbo(x, *small_q(), *model), expected, what="the ELBO")


@test_case(name="bound: posterior KL by hand", points=0.01)
def posterior_kl_by_hand(posterior_kl):
    """From N(0, 1), N(1, 1), N(0, 1/4) to the posteriors N(m, 3/53), m = 0, 20/53 and 40/53."""
    x, *model = small_model()
    expected = [
        (53 / 3 - 1 - log(53 / 3)) / 2,
        (53 / 3 - 1 - log(53 / 3) + 363 / 53) / 2,
        (53 / 12 - 1 - log(53 / 12) + 1600 / 159) / 2,
    ]
    assert_close(posterior_kl(x, *small_q(), *model), expected, what="the divergence")


@test_case(name="ecll: three examples by hand", points=0.01)
def ecll_by_hand(expected_complete_log_likelihood):
    """E log p(x|z) is as in the ELBO, E log p(z) = -1/2 (log 2 pi + mu^2 + var)."""
    x, *model = small_model()
    constant = -log(0.6 * pi) - log(2 * pi) / 2
    expected = [constant - 25 / 3 - 1 / 2, constant - 35 / 3 - 1, constant - 125 / 12 - 1 / 8]
    found = expected_complete_log_likelihood(x, *small_q(), *model)
    assert_close(found, expected, what="the expectation")


@test_case(name="gap: a q for each example", points=0.01)
def instance_by_hand(instance_optimal_q):
    """The posterior's mean is 10/199 (13 r_1 - 10 r_2, 3 r_1 + 13 r_2)."""
    mu, log_var = unpack(instance_optimal_q(*wide_model()), 2)
    expected = [[0.0, 0.0], [130 / 199, 30 / 199], [-70 / 199, 290 / 199]]
    assert_close(mu, expected, what="the means")
    assert_close(log_var, [[-log(13 / 3), -log(23 / 3)]] * 3, what="the log-variances")


@test_case(name="gap: one q for all examples", points=0.01)
def amortized_by_hand(amortized_optimal_q):
    """The sum of the three ELBOs is quadratic in the mean, and greatest at (20/199, 320/597)."""
    mu, log_var = unpack(amortized_optimal_q(*wide_model()), 2)
    assert_close(mu, [20 / 199, 320 / 597], what="the mean")
    assert_close(log_var, [-log(13 / 3), -log(23 / 3)], what="the log-variances")


@test_case(name="decomposition: the ELBO of two tables", points=0.2)
def table_elbo_by_hand(elbo_and_kl):
    """The sums of q log(joint / q)."""
    expected = [
        0.6 * log(0.3 / 0.6) + 0.4 * log(0.1 / 0.4),
        0.2 * log(0.1 / 0.2) + 0.5 * log(0.3 / 0.5) + 0.3 * log(0.2 / 0.3),
    ]
    for table, right in zip(small_tables(), expected, strict=True):
        found, _ = unpack(elbo_and_kl(*table), 2)
        assert_close(found, right, what="the ELBO")


@test_case(name="decomposition: the divergence of two tables", points=0.2)
def table_divergence_by_hand(elbo_and_kl):
    """The posteriors are (3/4, 1/4) and (1/6, 1/2, 1/3)."""
    expected = [
        0.6 * log(0.6 * 4 / 3) + 0.4 * log(0.4 * 4),
        0.2 * log(0.2 * 6) + 0.5 * log(0.5 * 2) + 0.3 * log(0.3 * 3),
    ]
    for table, right in zip(small_tables(), expected, strict=True):
        _, found = unpack(elbo_and_kl(*table), 2)
        assert_close(found, right, what="the divergence")


LOGITS = ((0.2, -0.3), (0.5, -1.0, 0.1))


@test_case(name="maximizing: the gradient of the ELBO, two tables", points=0.25)
def bound_gradient_by_hand(elbo_gradient):
    """Differences of the ELBO with steps of 1e-4 in each of the logits agree to seven digits."""
    expected = [
        [0.14067611000649825, -0.14067611000649825],
        [-0.36611742772578408, 0.2245368496731088, 0.14158057805267528],
    ]
    for (joint, _), logits, right in zip(small_tables(), LOGITS, expected, strict=True):
        found = elbo_gradient(joint, rows(*logits))
        assert_close(found, right, what="the gradient of the ELBO")


@test_case(name="maximizing: the gradient of the divergence, two tables", points=0.25)
def divergence_gradient_by_hand(kl_gradient):
    """Differences of the divergence with steps of 1e-4 in each of the logits agree to seven digits."""
    expected = [
        [-0.14067611000649825, 0.14067611000649825],
        [0.36611742772578408, -0.2245368496731088, -0.14158057805267528],
    ]
    for (joint, _), logits, right in zip(small_tables(), LOGITS, expected, strict=True):
        found = kl_gradient(joint, rows(*logits))
        assert_close(found, right, what="the gradient of the divergence")


@test_case(name="complete_data: the expectation of two tables", points=0.3)
def table_ecll_by_hand(ecll):
    """The sums of q log joint."""
    expected = [
        0.6 * log(0.3) + 0.4 * log(0.1),
        0.2 * log(0.1) + 0.5 * log(0.3) + 0.3 * log(0.2),
    ]
    for table, right in zip(small_tables(), expected, strict=True):
        assert_close(ecll(*table), right, what="the expectation")


@test_case(name="complete_data: the log-evidence of two tables", points=0.2)
def evidence_term_by_hand(ecll_terms):
    """The tables have the sums 0.4 and 0.6."""
    for table, right in zip(small_tables(), (log(0.4), log(0.6)), strict=True):
        found, _, _ = unpack(ecll_terms(*table), 3)
        assert_close(found, right, what="the log-evidence")


@test_case(name="complete_data: the divergence of two tables", points=0.2)
def divergence_term_by_hand(ecll_terms):
    """The posteriors are (3/4, 1/4) and (1/6, 1/2, 1/3)."""
    expected = [
        0.6 * log(0.6 * 4 / 3) + 0.4 * log(0.4 * 4),
        0.2 * log(0.2 * 6) + 0.5 * log(0.5 * 2) + 0.3 * log(0.3 * 3),
    ]
    for table, right in zip(small_tables(), expected, strict=True):
        _, found, _ = unpack(ecll_terms(*table), 3)
        assert_close(found, right, what="the divergence")


@test_case(name="complete_data: the third term of two tables", points=0.2)
def third_term_by_hand(ecll_terms):
    """What is left of the log-evidence when the divergence and the expectation are taken off."""
    expected = (0.6730116670092565, 1.0296530140645737)
    for table, right in zip(small_tables(), expected, strict=True):
        _, _, found = unpack(ecll_terms(*table), 3)
        assert_close(found, right, what="the third term")


def no_choice():
    """Joint tables and candidates that leave one choice only, and the divergences that come out.

    First three examples with one candidate, then one example with three candidates: that example
    has the posterior (1/4, 3/4), and the second candidate is the nearest to it.
    """
    of_three = [
        0.6 * log(0.6 * 4 / 3) + 0.4 * log(0.4 * 4),
        0.6 * log(0.6 * 5) + 0.4 * log(0.4 * 5 / 4),
        0.6 * log(0.6 * 3) + 0.4 * log(0.4 * 3 / 2),
    ]
    of_one = [0.3 * log(0.3 * 4) + 0.7 * log(0.7 * 4 / 3)]
    joints = rows((0.3, 0.1), (0.1, 0.4), (0.02, 0.04))
    candidates = rows((0.6, 0.4), (0.3, 0.7), (0.1, 0.9))
    return [(joints, rows((0.6, 0.4)), of_three), (rows((0.05, 0.15)), candidates, of_one)]


@test_case(name="amortization: one q for all, where there is no choice", points=0.25)
def shared_without_choice(amortized_and_instance_kl):
    """With one candidate, and with one example, the two approaches choose the same q."""
    for joints, family, right in no_choice():
        found, _ = unpack(amortized_and_instance_kl(joints, family), 2)
        assert_close(found, right, what="the divergences of the shared q")


@test_case(name="amortization: a q for each, where there is no choice", points=0.25)
def own_without_choice(amortized_and_instance_kl):
    """With one candidate, and with one example, the two approaches choose the same q."""
    for joints, family, right in no_choice():
        _, found = unpack(amortized_and_instance_kl(joints, family), 2)
        assert_close(found, right, what="the divergences of each example's own q")


@test_case(name="amortization: form of bigger_gap()", points=0)
def form_of_the_gap(bigger_gap):
    """One of the two words; which one is for you to find."""
    assert_one_of(bigger_gap(), APPROACHES, what="`bigger_gap`")


def check_word(answers, key):
    """Assert that the dict has a word of the two under a key, whatever stands under the others."""
    assert_one_of(answers, {key: APPROACHES}, what="`better_approach`")


@test_case(name="comparison: form of the answer under marginal_likelihood", points=0)
def form_for_likelihood(better_approach):
    """One of the two words; which one is for you to find."""
    check_word(better_approach(), "marginal_likelihood")


@test_case(name="comparison: form of the answer under computation", points=0)
def form_for_computation(better_approach):
    """One of the two words; which one is for you to find."""
    check_word(better_approach(), "computation")


@test_case(name="comparison: form of the answer under memory", points=0)
def form_for_memory(better_approach):
    """One of the two words; which one is for you to find."""
    check_word(better_approach(), "memory")
