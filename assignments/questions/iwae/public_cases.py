"""Importance-weighted bounds: small cases that can be checked by hand."""

from itertools import permutations

import torch
from otter.test_files import test_case

from autograder.testing import Mismatch, assert_close, assert_equal

OK_FORMAT = False

name = "iwae"


def tensor(*values):
    return torch.tensor(values, dtype=torch.float64)


@test_case(name="log_weights: the prior as the proposal", points=0.01, hidden=False)
def prior_as_proposal(log_importance_weights):
    """Where q is the prior, the two cancel and log p(x|z) is left.

    With a variance of 4 that is -log(2 pi)/2 - log 2 = -1.612085713764618, less r^2/8. The residuals
    r = x - 1 - 2z are 0, 2, 4 for the first samples and -2, 0, 0 for the second ones.
    """
    x, z = tensor([1], [3], [5]), tensor([[0], [0], [0]], [[1], [1], [2]])
    zeros = torch.zeros(3, 1, dtype=torch.float64)
    found = log_importance_weights(x, z, zeros, zeros, tensor([2]), tensor(1), 4.0)
    expected = [
        [-1.612085713764618, -2.112085713764618, -3.612085713764618],
        [-2.112085713764618, -1.612085713764618, -1.612085713764618],
    ]
    assert_close(found, expected, what="the log-weights")


@test_case(name="log_weights: a proposal of its own", points=0.01, hidden=False)
def proposal_of_its_own(log_importance_weights):
    """Every x is Wz + b, so that log p(x|z) = -log(2 pi)/2 = -0.9189385332046727 for s^2 = 1.

    The variances of q are 4 and 1, 1 and 1, 1 and 4. In log p(z) - log q(z|x) the constants with pi
    cancel, and half the log-variances, the squares over twice the variances and -|z|^2/2 are left:
    log 2 - 2, 1/2 and log 2.
    """
    x, z = tensor([-1], [0], [1]), tensor([[1, 2], [0, 0], [2, 1]])
    mu = tensor([3, 2], [0, 1], [0, 3])
    log_var = tensor([4, 1], [1, 1], [1, 4]).log()
    found = log_importance_weights(x, z, mu, log_var, tensor([1, -1]), tensor(0), 1.0)
    expected = [[-2.2257913526447273, -0.4189385332046727, -0.2257913526447274]]
    assert_close(found, expected, what="the log-weights")


WEIGHTS = ((1, 4, 2), (2, 4, 0), (6, 4, 4), (3, 4, 0))


@test_case(name="estimate: means of weights", points=0.01, hidden=False)
def means_of_weights(iwae_bound):
    """The weights of the three examples have the means 3, 4 and 3/2: zeros count as well."""
    expected = [1.0986122886681098, 1.3862943611198906, 0.4054651081081644]
    assert_close(iwae_bound(tensor(*WEIGHTS).log()), expected, what="the bounds")


@test_case(name="estimate: shares of weights", points=0.01, hidden=False)
def shares_of_weights(normalized_weights):
    """The weights of the three examples have the sums 12, 16 and 6."""
    expected = [
        [0.08333333333333333, 0.25, 0.3333333333333333],
        [0.16666666666666666, 0.25, 0.0],
        [0.5, 0.25, 0.6666666666666666],
        [0.25, 0.25, 0.0],
    ]
    assert_close(normalized_weights(tensor(*WEIGHTS).log()), expected, what="the weights")


@test_case(name="estimate: weights beyond the range of numbers", points=0.01, hidden=False)
def beyond_the_range(iwae_bound, normalized_weights):
    """Weights of 1 and 3, 1 and 1, 3 and 1, times e^1000, 1 and e^-1000: their means are 2, 1 and 2."""
    log_w = tensor([1, 1, 3], [3, 1, 1]).log() + tensor(1000, 0, -1000)
    expected = [1000.6931471805599, 0.0, -999.3068528194401]
    assert_close(iwae_bound(log_w), expected, what="the bounds")
    expected = [[0.25, 0.5, 0.75], [0.75, 0.5, 0.25]]
    assert_close(normalized_weights(log_w), expected, what="the weights")


# Two tables. In the first p(x, z) is 0.25 and 0.3 and q is 1/4 and 3/4: the weights are 1 and 0.4. In
# the second p(x, z) is 0.1, 0.3 and 0.05 and q is 0.3, 0.5 and 0.2: 1/3, 3/5 and 1/4.
TABLES = (((0.25, 0.3), (0.25, 0.75)), ((0.1, 0.3, 0.05), (0.3, 0.5, 0.2)))


def tables():
    """The joint and the proposal of either table."""
    return [(tensor(*joint), tensor(*q)) for joint, q in TABLES]


@test_case(name="refined: two weights, three weights", points=0.5, hidden=False)
def two_weights(discrete_elbo):
    """The means of the logarithms of the weights under q."""
    for table, expected in zip(tables(), (-0.6872180489056162, -0.8622553707074063), strict=True):
        assert_close(discrete_elbo(*table), expected, what="the bound")


@test_case(name="refined: a proposal that is not normalized", points=0.5, hidden=False)
def not_normalized(discrete_elbo):
    """With q = (1/2, 1) the formula gives (log 1/2)/2 + log 0.3.

    With twice the q of the second table the weights are halved: twice the bound, less twice log 2.
    """
    (first, _), (second, q) = tables()
    found = discrete_elbo(first, tensor(0.5, 1))
    assert_close(found, -1.5505463946059088, what="the bound")
    assert_close(discrete_elbo(second, 2 * q), -3.1108051025347034, what="the bound")


@test_case(name="refined: two draws", points=0.01, hidden=False)
def two_draws(discrete_iwae):
    """The mean weight of the first table is 1 with probability 1/16, 0.7 with 6/16, 0.4 with 9/16."""
    for table, expected in zip(tables(), (-0.6491666406562369, -0.8296657657471521), strict=True):
        assert_close(discrete_iwae(*table, 2), expected, what="the bound")


@test_case(name="refined: one other sample", points=0.01, hidden=False)
def one_other_sample(refined_proposal):
    """Beside index 1, the mean weights are (1 + 0.4)/2 and 0.4. The sum 31/28 is not 1.

    In the second table, beside index 0, they are 1/3, 7/15 and 7/24.
    """
    first, second = tables()
    assert_close(refined_proposal(*first, [1]), [5 / 14, 0.75], what="the refined proposal")
    expected = [3 / 10, 9 / 14, 6 / 35]
    assert_close(refined_proposal(*second, [0]), expected, what="the refined proposal")


@test_case(name="refined: three other samples, and none", points=0.01, hidden=False)
def three_other_samples(refined_proposal):
    """Beside 0, 1, 1, the mean weights are (1 + 1.8)/4 = 0.7 and (0.4 + 1.8)/4 = 0.55."""
    joint, q = tables()[0]
    found = refined_proposal(joint, q, [0, 1, 1])
    assert_close(found, [5 / 14, 6 / 11], what="the refined proposal")
    found = refined_proposal(joint, q, [])
    assert_close(found, [0.25, 0.75], what="the refined proposal without other samples")


@test_case(name="resampled: two samples", points=1, hidden=False)
def two_samples(expected_refined_proposal):
    """Beside index 0 the refined proposal is (1/4, 3/7), beside index 1 it is (5/14, 3/4).

    Their mean with the probabilities 1/4 and 3/4 is (37/112, 75/112). In the second table the mean of
    three is taken.
    """
    means = [[37 / 112, 75 / 112], [93 / 350, 139 / 238, 447 / 2975]]
    for table, expected in zip(tables(), means, strict=True):
        found = expected_refined_proposal(*table, 2)
        assert_close(found, expected, what="the expected refined proposal")


NAMES = ("L_1[q]", "L_K[q]", "L_1[q_K]", "log p")


@test_case(name="resampled: form of bounds_in_order()", points=0, hidden=False)
def form_of_the_order(bounds_in_order):
    """Each of the four names once; in which order is for you to find."""
    found = bounds_in_order()
    for order in permutations(NAMES):
        try:
            return assert_equal(found, list(order), what="bounds_in_order()")
        except Mismatch:
            continue
    text = "bounds_in_order() is not a tuple or a list with each of these names once: "
    raise Mismatch("value", text + ", ".join(map(repr, NAMES)) + ".")
