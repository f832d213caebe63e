"""Normalizing flows: small cases that can be checked by hand."""

import math

import torch
from drivers.flows import divergence_of_flow
from otter.test_files import test_case

from autograder.testing import assert_close, via

OK_FORMAT = False

name = "3.1"

log = math.log


def numbers(*rows):
    return torch.tensor(rows, dtype=torch.float64)


# The flow u -> (3/10 + 2 u_1, u_1 - u_2/2): its matrix has the determinant -1, and (0, 0), (1, 2) and
# (-1, 1) go to (0.3, 0), (2.3, 0) and (-1.7, -1.5). The flow u -> 2 sinh(u + log 2) takes 0 to 3/2, where
# its derivative is 5/2, and -log 6 to -8/3, where it is 10/3.
AFFINE = numbers(0.3, 0), numbers((2, 0), (1, -0.5))
AFFINE_DATA = numbers((0.3, 0), (2.3, 0), (-1.7, -1.5))
STRETCHED = numbers(0), numbers(2), numbers(log(2))
STRETCHED_DATA = numbers((1.5,), (-8 / 3,))


def check_both(divergence):
    """Compare the estimates of two flows, on three samples and on two.

    The squares of the base points are 0, 5 and 2, and 0 and (log 6)^2.
    """
    found = via(
        divergence_of_flow, divergence, AFFINE_DATA, numbers(-1, -3.5, -2), "affine", AFFINE
    )
    assert_close(found, -6.5 / 3 + log(2 * math.pi) + 7 / 6, what="the estimate")
    found = via(
        divergence_of_flow, divergence, STRETCHED_DATA, numbers(-1, -2.7), "stretched", STRETCHED
    )
    expected = -3.7 / 2 + log(2 * math.pi) / 2 + log(6) ** 2 / 4 + log(25 / 3) / 2
    assert_close(found, expected, what="the estimate")


@test_case(name="pull_back: two flows, in the data", points=0.5)
def flows_in_data(kl_in_data):
    """The numbers stand above."""
    check_both(kl_in_data)


@test_case(name="pull_back: two flows, in the base", points=0.5)
def flows_in_base(kl_in_base):
    """The numbers stand above."""
    check_both(kl_in_base)
