"""Variational autoencoders: small cases that can be checked by hand.

Cases whose name begins with "form" look at the form of an answer alone; the answer is for you to find.
"""

from math import log, pi

import torch
from otter.test_files import test_case

from autograder.testing import assert_close, assert_one_of, unpack

OK_FORMAT = False

name = "1.1"

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


@test_case(name="complete_data: the entropy of two tables", points=0.2)
def entropy_term_by_hand(ecll_terms):
    """The entropy depends on q alone."""
    expected = [
        -0.6 * log(0.6) - 0.4 * log(0.4),
        -0.2 * log(0.2) - 0.5 * log(0.5) - 0.3 * log(0.3),
    ]
    for table, right in zip(small_tables(), expected, strict=True):
        _, _, found = unpack(ecll_terms(*table), 3)
        assert_close(found, right, what="the entropy")


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


def check_word(answers, key):
    """Assert that the dict has a word of the two under a key, whatever stands under the others."""
    assert_one_of(answers, {key: APPROACHES}, what="`better_approach`")
