"""Variational autoencoders: small cases that can be checked by hand.

The cases of the model have two pixels and s^2 = 1/2. With one latent dimension W is (2, 1), so that the
covariance of x is [[9/2, 2], [2, 3/2]] with the determinant 11/4, and the posterior has the precision
1 + 2 * 5 = 11. With two latent dimensions the precision of the posterior is [[3, 2], [2, 5]]. The rows
of x are b plus (0, 0), (1, 0) and (1, 2).
"""

from itertools import product
from math import log, pi

import torch
from otter.test_files import test_case

from autograder.testing import Mismatch, assert_close, assert_equal

OK_FORMAT = False

name = "1.3"

APPROACHES = ("instance", "amortized")


def rows(*values):
    """A float64 tensor of these rows."""
    return torch.tensor(values, dtype=torch.float64)


def small_model():
    """Three examples, W, b and the noise variance; one latent dimension."""
    return rows((1, -1), (2, -1), (2, 1)), rows((2,), (1,)), rows(1, -1), 0.5


def small_q():
    """Means and log-variances: N(0, 1), N(1, 1) and N(0, 1/4)."""
    return rows((0,), (1,), (0,)), rows((0,), (0,), (-log(4),))


def wide_model():
    """Three examples, W, b and the noise variance; two latent dimensions."""
    return rows((1, -1), (2, -1), (2, 1)), rows((1, 1), (0, 1)), rows(1, -1), 0.5


def assert_one_of(value, choices, what):
    """Assert that a value equals one of the choices."""
    for choice in choices:
        try:
            return assert_equal(value, choice)
        except Mismatch:
            continue
    raise Mismatch("value", f"{what} is not of the form that the prompt describes.")


@test_case(name="comparison: the form of the answer", points=0.25)
def form_of_the_comparison(better_approach):
    """A dict with the three keys and one of the two words for each; the words are not judged here."""
    keys = ("marginal_likelihood", "computation", "memory")
    choices = [dict(zip(keys, words, strict=True)) for words in product(APPROACHES, repeat=3)]
    assert_one_of(better_approach(), choices, "the answer")
