"""Variational autoencoders: small cases that can be checked by hand.

Cases whose name begins with "form" look at the form of an answer alone; the answer is for you to find.
"""

from math import log, pi

import torch
from otter.test_files import test_case

from autograder.testing import assert_close, assert_one_of, unpack

OK_FORMAT = False

name = "3.2"

APPROACHES = ("instance", "amortized")


def rows(*values):
    """A float64 tensor of these rows."""
    return torch.tensor(values, dtype=torch.float64)


def small_model():
    """Three examples of two pixels, W, b and the noise variance 1/2; one latent dimension.

    The rows of x are b plus (0, 0), (1, 0) and (1, 2). The covariance of x is [[9/2, 2], [2, 3/2]] with
    the determinant 11/4, and the posterior has the precision 1 + 2 * 5 = 11.
    """
    return rows((1, -1), (2, -1), (2, 1)), rows((2,), (1,)), rows(1, -1), 0.5


def small_q():
    """Means and log-variances: N(0, 1), N(1, 1) and N(0, 1/4)."""
    return rows((0,), (1,), (0,)), rows((0,), (0,), (-log(4),))


def wide_model():
    """The same examples and b; two latent dimensions. The posterior has the precision [[3, 2], [2, 5]]."""
    return rows((1, -1), (2, -1), (2, 1)), rows((1, 1), (0, 1)), rows(1, -1), 0.5


def small_tables():
    """Two joint tables p(x, z), each with a q that is neither even nor the posterior.

    The evidence, which is the sum of a table, is 0.4 and 0.6.
    """
    return [
        (rows(0.3, 0.1), rows(0.6, 0.4)),
        (rows(0.1, 0.3, 0.2), rows(0.2, 0.5, 0.3)),
    ]


LOGITS = ((0.2, -0.3), (0.5, -1.0, 0.1))


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
    """One of the two words."""
    assert_one_of(bigger_gap(), APPROACHES, what="`bigger_gap`")


def check_word(answers, key):
    """Assert that the dict has a word of the two under a key, whatever stands under the others."""
    assert_one_of(answers, {key: APPROACHES}, what="`better_approach`")
