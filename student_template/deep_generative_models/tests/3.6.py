"""Variational autoencoders: small cases that can be checked by hand."""

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "3.6"


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
