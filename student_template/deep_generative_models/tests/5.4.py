"""Normalizing flows: small cases that can be checked by hand."""

import math

import torch
from otter.test_files import test_case

from autograder.testing import assert_close, unpack

OK_FORMAT = False

name = "5.4"

log = math.log


def numbers(*rows):
    return torch.tensor(rows, dtype=torch.float64)


# A radial layer with the centre (1, -1), alpha = 0.3 and beta = 0.6. At the distances 0.3, 0.9 and 2.7, of
# (0.18, 0.24), (-0.54, -0.72) and (1.62, -2.16), the factor 1 + beta/(alpha + r) across the ray is 2, 3/2
# and 6/5, and dx/dr along the ray, 1 + alpha beta/(alpha + r)^2, is 3/2, 9/8 and 51/50.
CENTRE = numbers(1, -1)
BEFORE = CENTRE + numbers((0.18, 0.24), (-0.54, -0.72), (1.62, -2.16))
AFTER = CENTRE + numbers((0.36, 0.48), (-0.81, -1.08), (1.944, -2.592))


@test_case(name="radial: pushed away", points=0.01)
def pushed_away(radial_flow):
    """The numbers stand above; in two dimensions there is one direction across the ray."""
    x, log_det = unpack(radial_flow(BEFORE, CENTRE, 0.3, 0.6), 2)
    assert_close(x, AFTER, what="x")
    assert_close(log_det, numbers(log(3), log(27 / 16), log(153 / 125)), what="the log-determinant")


@test_case(name="radial: pulled in, three dimensions", points=0.01)
def pulled_in(radial_flow):
    """With alpha = 0.5 and beta = -0.4, at the distances 0.3, 1.1 and 3.5 from the centre.

    The factor is 1/2, 3/4 and 9/10 in the two directions across the ray, and 11/16, 59/64 and 79/80 along.
    """
    z = numbers((0.1, 0.2, 0.2), (-0.6, 0.2, 0.9), (0, -2.1, 2.8))
    x, log_det = unpack(radial_flow(z, numbers(0, 0, 0), 0.5, -0.4), 2)
    assert_close(x, numbers((0.5,), (0.75,), (0.9,)) * z, what="x")
    expected = numbers(log(11 / 64), log(531 / 1024), log(6399 / 8000))
    assert_close(log_det, expected, what="the log-determinant")


@test_case(name="radial: back again", points=0.01)
def back_again(radial_flow_inverse):
    """The numbers stand above."""
    assert_close(radial_flow_inverse(AFTER, CENTRE, 0.3, 0.6), BEFORE, what="z")
