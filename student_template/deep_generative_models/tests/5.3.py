"""Normalizing flows: small cases that can be checked by hand."""

import math

import torch
from drivers.flows import residual_slopes, solve_residual
from otter.test_files import test_case

from autograder.testing import assert_close, via

OK_FORMAT = False

name = "5.3"

log = math.log


def numbers(*rows):
    return torch.tensor(rows, dtype=torch.float64)


@test_case(name="residual: the inverse for a cube", points=0.01)
def inverse_cube(residual_inverse):
    """With f(z) = z^3: 2.2 + 10.648 = 12.848, -1 - 1 = -2, 3 + 27 = 30."""
    z = via(solve_residual, residual_inverse, numbers(12.848, -2, 0, 30), "cube", 1.0)
    assert_close(z, numbers(2.2, -1, 0, 3), rtol=0, atol=1e-8, what="z")


@test_case(name="residual: the inverse for a slope of almost -1", points=0.01)
def inverse_line(residual_inverse):
    """With f(z) = -0.99 z, z + f(z) is a hundredth of z."""
    z = via(solve_residual, residual_inverse, numbers(0.5, -1, 3), "line", -0.99)
    assert_close(z, numbers(50, -100, 300), rtol=0, atol=1e-5, what="z")


@test_case(name="residual: the log-derivative for a cube", points=0.01)
def slopes_cube(residual_log_det):
    """The derivative of z + z^3 is 1 + 3 z^2."""
    log_det = via(residual_slopes, residual_log_det, numbers(0, 1, -2, 3), "cube", 1.0)
    assert_close(log_det, numbers(0, log(4), log(13), log(28)), what="the log-derivative")
