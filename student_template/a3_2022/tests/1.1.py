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
