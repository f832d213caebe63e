"""Variational autoencoders: small cases that can be checked by hand."""

from math import log

import torch
from otter.test_files import test_case

from autograder.testing import assert_close, unpack

OK_FORMAT = False

name = "1.1"


def rows(*values):
    """A float64 tensor of these rows."""
    return torch.tensor(values, dtype=torch.float64)


def small_tables():
    """Two joint tables p(x, z), each with a q that is neither even nor the posterior.

    The evidence, which is the sum of a table, is 0.4 and 0.6.
    """
    return [
        (rows(0.3, 0.1), rows(0.6, 0.4)),
        (rows(0.1, 0.3, 0.2), rows(0.2, 0.5, 0.3)),
    ]


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
