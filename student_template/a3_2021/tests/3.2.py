"""Normalizing flows: small cases that can be checked by hand."""

import math

import torch
from drivers.flows import (
    divergence_of_flow,
    forward_objectives,
    residual_slopes,
    reverse_divergence,
    reverse_objectives,
    solve_residual,
)
from otter.test_files import test_case

from autograder.testing import (
    as_array,
    assert_all,
    assert_close,
    assert_one_of,
    unpack,
    via,
)

OK_FORMAT = False

name = "3.2"

log = math.log


def numbers(*rows):
    return torch.tensor(rows, dtype=torch.float64)


# Two sigmoids with a = (2, 1), b = (log 3, 0), w = (1/4, 3/4), at z = -log 3, 0 and log 3. There the
# sigmoids are (1/4, 1/4), (3/4, 1/2) and (27/28, 3/4), and their sums S = 1/4, 9/16 and 45/56. The
# sums of w a sigmoid (1 - sigmoid) are 15/64, 9/32 and 495/3136, and S (1 - S) is 12/64, 63/256 and
# 495/3136.
A, B, W = numbers(2, 1), numbers(log(3), 0), numbers(1 / 4, 3 / 4)
Z = numbers(-log(3), 0, log(3))
X = numbers(-log(3), log(9 / 7), log(45 / 11))


# A radial layer with the centre (1, -1), alpha = 0.3 and beta = 0.6. At the distances 0.3, 0.9 and 2.7, of
# (0.18, 0.24), (-0.54, -0.72) and (1.62, -2.16), the factor 1 + beta/(alpha + r) across the ray is 2, 3/2
# and 6/5, and dx/dr along the ray, 1 + alpha beta/(alpha + r)\u00b2, is 3/2, 9/8 and 51/50.
CENTRE = numbers(1, -1)
BEFORE = CENTRE + numbers((0.18, 0.24), (-0.54, -0.72), (1.62, -2.16))
AFTER = CENTRE + numbers((0.36, 0.48), (-0.81, -1.08), (1.944, -2.592))


# The radial layer from above, about 0, takes (0.18, 0.24) to (0.36, 0.48) and (-0.54, -0.72) to
# (-0.81, -1.08), with the determinants 3 and 27/16. Half the squares of the former are 0.045 and 0.405.
LAYERS = [(numbers(0, 0), 0.3, 0.6)]
DATA, LOG_P_DATA = numbers((0.36, 0.48), (-0.81, -1.08)), numbers(-4, -2.3)


# The flow u -> (3/10 + 2 u_1, u_1 - u_2/2): its matrix has the determinant -1, and (0, 0), (1, 2) and
# (-1, 1) go to (0.3, 0), (2.3, 0) and (-1.7, -1.5). The flow u -> 2 sinh(u + log 2) takes 0 to 3/2, where
# its derivative is 5/2, and -log 6 to -8/3, where it is 10/3.
AFFINE = numbers(0.3, 0), numbers((2, 0), (1, -0.5))
AFFINE_DATA = numbers((0.3, 0), (2.3, 0), (-1.7, -1.5))
STRETCHED = numbers(0), numbers(2), numbers(log(2))
STRETCHED_DATA = numbers((1.5,), (-8 / 3,))


def check_both(divergence):
    """Compare the estimates of two flows, on three samples and on two.

    The squares of the base points are 0, 5 and 2, and 0 and log\u00b2 6.
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


# Three flows of one number, u -> 2u, u -> u/2 and u -> 1 + 2u.
LINES = [
    ("affine", (numbers(0), numbers((2,)))),
    ("affine", (numbers(0), numbers((0.5,)))),
    ("affine", (numbers(1), numbers((2,)))),
]


@test_case(name="objective: three flows on the samples 1 and 3 of the data", points=0.1)
def forward_by_hand(forward_objective):
    """What u -> 2u gets is taken off from what the others get.

    The mean of u\u00b2/2 is 5/8, 10 and 1/4, and log |det J| is log 2, -log 2 and log 2.
    """
    found = via(forward_objectives, forward_objective, numbers((1,), (3,)), LINES)
    found = as_array(found, shape=(3,), what="the objectives")
    expected = [10 - 5 / 8 - 2 * log(2), 1 / 4 - 5 / 8]
    assert_close(found[1:] - found[0], expected, what="the differences of the objectives")


@test_case(name="objective: three flows on the samples 0 and 1.2 of the base", points=0.1)
def reverse_by_hand(reverse_objective):
    """What u -> 2u gets is taken off from what the others get; the data have the density N(1, 4).

    -log p_X is (x - 1)\u00b2/8 but for a constant: for 0 and 2.4 its mean is 0.185, for 0 and 0.6 it is
    0.0725, for 1 and 3.4 it is 0.36. And log |det J| is log 2, -log 2 and log 2.
    """
    given = numbers((0,), (1.2,)), numbers((1,)), 2.0, LINES
    found = via(reverse_objectives, reverse_objective, *given)
    found = as_array(found, shape=(3,), what="the objectives")
    expected = [0.0725 - 0.185 + 2 * log(2), 0.36 - 0.185]
    assert_close(found[1:] - found[0], expected, what="the differences of the objectives")


@test_case(name="objective: form of the answer where p_X can be evaluated", points=0)
def form_for_density(kl_objective):
    """One of the two words."""
    assert_one_of(kl_objective("density"), ("forward", "reverse"), what="`kl_objective`")


@test_case(name="objective: form of the answer with samples of p_X", points=0)
def form_for_samples(kl_objective):
    """One of the two words."""
    assert_one_of(kl_objective("samples"), ("forward", "reverse"), what="`kl_objective`")
