"""Normalizing flows: small cases that can be checked by hand."""

import math

import torch
from otter.test_files import test_case

from autograder.testing import assert_close, unpack

OK_FORMAT = False

name = "5.6"

log = math.log


def numbers(*rows):
    return torch.tensor(rows, dtype=torch.float64)


@test_case(name="planar: three points", points=0.01)
def three_points(planar_flow):
    """At w\u00b7z + b = log 2, 0 and -log 3 the tanh is 3/5, 0 and -4/5.

    1 - tanh^2 is 16/25, 1 and 9/25 there. With w\u00b7u = -5 the determinants are -11/5, -4 and -4/5.
    """
    z = numbers((0, 0), (-log(2), 0), (0, -log(6) / 2))
    u, w = numbers(3, -4), numbers(1, 2)
    x, log_det = unpack(planar_flow(z, u, w, log(2)), 2)
    moved = numbers((3 / 5, 3 / 5), (0, 0), (-4 / 5, -4 / 5)) * u
    assert_close(x, z + moved, what="x")
    assert_close(log_det, numbers(log(11 / 5), log(4), log(4 / 5)), what="the log-determinant")


@test_case(name="planar: two constrained vectors", points=0.01)
def two_constrained_vectors(planar_constrain):
    """w\u00b7u = 0 has to become log 2 - 1; and w\u00b7u = log 3 has to become log 4 - 1, along w = (0, 2, 0)."""
    along = (log(2) - 1) / 25
    found = planar_constrain(numbers(4, -3), numbers(3, 4))
    assert_close(found, numbers(4 + 3 * along, -3 + 4 * along), what="the constrained u")
    found = planar_constrain(numbers(1, log(3) / 2, -2), numbers(0, 2, 0))
    assert_close(found, numbers(1, (log(4) - 1) / 2, -2), what="the constrained u")
