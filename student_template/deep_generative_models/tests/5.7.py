"""Normalizing flows: small cases that can be checked by hand."""

import math

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "5.7"

log = math.log


def numbers(*rows):
    return torch.tensor(rows, dtype=torch.float64)


@test_case(name="likelihood: no layer", points=0.01)
def no_layer(flow_log_likelihood):
    """The log-density of N(0, I) in two dimensions is -|x|^2/2 - log(2 pi)."""
    value = flow_log_likelihood(numbers((3, 4), (0, 0), (-1, 1)), [])
    expected = numbers(-12.5, 0, -1) - log(2 * math.pi)
    assert_close(value, expected, what="the log-likelihood")


@test_case(name="likelihood: two layers on a line", points=0.01)
def two_layers(flow_log_likelihood):
    """The layer (0, 1, 1) moves u = 1 to 3/2, and the layer (1, 1/2, 1/2) moves that to 7/4.

    The slopes are 5/4 and 5/4.
    """
    layers = [(numbers(0), 1.0, 1.0), (numbers(1), 0.5, 0.5)]
    expected = -1 / 2 - log(2 * math.pi) / 2 - log(25 / 16)
    assert_close(
        flow_log_likelihood(numbers((1.75,)), layers), [expected], what="the log-likelihood"
    )
