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

name = "flows"

log = math.log


def numbers(*rows):
    return torch.tensor(rows, dtype=torch.float64)


@test_case(name="relu: a rising slope and a falling one", points=1)
def two_slopes(relu_collision):
    """2 relu(3z - 1) and relu(1 - z/2): any two different numbers with one image will do."""
    for a, b, c in ((2.0, 3.0, -1.0), (1.0, -0.5, 1.0)):
        z1, z2 = as_array(relu_collision(a, b, c), shape=(2,), what="the pair")
        assert_all(math.isfinite(z1 + z2), "the two numbers are finite")
        assert_all(abs(z1 - z2) > 1e-6, "the two numbers are different")
        gap = abs(a) * abs(max(b * z1 + c, 0.0) - max(b * z2 + c, 0.0))
        assert_all(gap <= 1e-6, "the two numbers have the same image")


# Two sigmoids with a = (2, 1), b = (log 3, 0), w = (1/4, 3/4), at z = -log 3, 0 and log 3. There the
# sigmoids are (1/4, 1/4), (3/4, 1/2) and (27/28, 3/4), and their sums S = 1/4, 9/16 and 45/56. The
# sums of w a sigmoid (1 - sigmoid) are 15/64, 9/32 and 495/3136, and S (1 - S) is 12/64, 63/256 and
# 495/3136.
A, B, W = numbers(2, 1), numbers(log(3), 0), numbers(1 / 4, 3 / 4)
Z = numbers(-log(3), 0, log(3))
X = numbers(-log(3), log(9 / 7), log(45 / 11))


@test_case(name="sigmoidal: two sigmoids", points=0.01)
def two_sigmoids(sigmoidal_flow):
    """The numbers stand above: S / (1 - S) is 1/3, 9/7 and 45/11."""
    images, log_slopes = unpack(sigmoidal_flow(Z, A, B, W), 2)
    assert_close(images, X, what="g(z)")
    assert_close(log_slopes, numbers(log(5 / 4), log(8 / 7), 0), what="the log-derivative")


@test_case(name="sigmoidal: one sigmoid is an affine map", points=0.01)
def one_sigmoid(sigmoidal_flow):
    """logit(sigmoid(3z - 1)) = 3z - 1."""
    came = sigmoidal_flow(numbers(-1, 0, 2, 4), numbers(3), numbers(-1), numbers(1))
    x, log_det = unpack(came, 2)
    assert_close(x, numbers(-4, -1, 5, 11), what="x")
    assert_close(log_det, numbers(log(3), log(3), log(3), log(3)), what="the log-derivative")


@test_case(name="sigmoidal: back from two sigmoids", points=0.01)
def back_from_two_sigmoids(sigmoidal_flow_inverse):
    """The numbers stand above.

    The slopes are at least 1, so that an error of z is no greater than the allowed one of x, which is
    below 3e-9.
    """
    assert_close(sigmoidal_flow_inverse(X, A, B, W), Z, rtol=0, atol=5e-9, what="z")


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


@test_case(name="radius: distances before the layer", points=0.01)
def radius_by_hand(radial_radius):
    """With alpha = 5 and beta = 10: 5 + 50/10, 15 + 150/20 and 45 + 450/50.

    With alpha = 0.3 and beta = -0.2: 0.7 - 0.14/1 and 0.2 - 0.04/0.5.
    """
    found = radial_radius(numbers(10, 22.5, 54), 5.0, 10.0)
    assert_close(found, numbers(5, 15, 45), what="r")
    found = radial_radius(numbers(0.56, 0.12), 0.3, -0.2)
    assert_close(found, numbers(0.7, 0.2), what="r")


@test_case(name="planar: three points", points=0.01)
def three_points(planar_flow):
    """At w·z + b = log 2, 0 and -log 3 the tanh is 3/5, 0 and -4/5.

    1 - tanh^2 is 16/25, 1 and 9/25 there. With w·u = -5 the determinants are -11/5, -4 and -4/5.
    """
    z = numbers((0, 0), (-log(2), 0), (0, -log(6) / 2))
    u, w = numbers(3, -4), numbers(1, 2)
    x, log_det = unpack(planar_flow(z, u, w, log(2)), 2)
    moved = numbers((3 / 5, 3 / 5), (0, 0), (-4 / 5, -4 / 5)) * u
    assert_close(x, z + moved, what="x")
    assert_close(log_det, numbers(log(11 / 5), log(4), log(4 / 5)), what="the log-determinant")


@test_case(name="planar: two constrained vectors", points=0.01)
def two_constrained_vectors(planar_constrain):
    """w·u = 0 has to become log 2 - 1; and w·u = log 3 has to become log 4 - 1, along w = (0, 2, 0)."""
    along = (log(2) - 1) / 25
    found = planar_constrain(numbers(4, -3), numbers(3, 4))
    assert_close(found, numbers(4 + 3 * along, -3 + 4 * along), what="the constrained u")
    found = planar_constrain(numbers(1, log(3) / 2, -2), numbers(0, 2, 0))
    assert_close(found, numbers(1, (log(4) - 1) / 2, -2), what="the constrained u")


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


# The radial layer from above, about 0, takes (0.18, 0.24) to (0.36, 0.48) and (-0.54, -0.72) to
# (-0.81, -1.08), with the determinants 3 and 27/16. Half the squares of the former are 0.045 and 0.405.
LAYERS = [(numbers(0, 0), 0.3, 0.6)]
DATA, LOG_P_DATA = numbers((0.36, 0.48), (-0.81, -1.08)), numbers(-4, -2.3)


@test_case(name="kl_identity: the forward estimate", points=0.01)
def forward_estimate(forward_kl):
    """The log-density of the flow is -0.045 - log(2 pi) - log 3 and -0.405 - log(2 pi) - log(27/16)."""
    expected = (-4 - 2.3 + 0.045 + 0.405 + 2 * log(2 * math.pi) + log(81 / 16)) / 2
    assert_close(forward_kl(DATA, LOG_P_DATA, LAYERS), expected, what="the estimate")


@test_case(name="kl_identity: the same in the base", points=0.01)
def estimate_in_base(forward_kl_in_base):
    """Pulled back to the base, the log-densities of the data are -4 + log 3 and -2.3 + log(27/16)."""
    expected = (-4 - 2.3 + log(81 / 16) + 0.045 + 0.405 + 2 * log(2 * math.pi)) / 2
    assert_close(forward_kl_in_base(DATA, LOG_P_DATA, LAYERS), expected, what="the estimate")


@test_case(name="reverse: the reverse estimate", points=0.01)
def reverse_estimate(reverse_kl):
    """The layer takes (0.18, 0.24) to (0.36, 0.48) and leaves (0, 0), with the determinants 3 and 9.

    The target N((0, 2), 4 I) has the log-densities -0.305 - log(8 pi) and -0.5 - log(8 pi) there, and the
    base has -0.045 - log(2 pi) and -log(2 pi): the terms are log 4 + 0.26 - log 3 and log 4 + 0.5 - log 9.
    """
    u = numbers((0.18, 0.24), (0, 0))
    value = via(reverse_divergence, reverse_kl, u, LAYERS, numbers((0, 2)), 2.0)
    assert_close(value, (0.76 + log(16 / 27)) / 2, what="the estimate")


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


# Three flows of one number, u -> 2u, u -> u/2 and u -> 1 + 2u.
LINES = [
    ("affine", (numbers(0), numbers((2,)))),
    ("affine", (numbers(0), numbers((0.5,)))),
    ("affine", (numbers(1), numbers((2,)))),
]


@test_case(name="objective: three flows on the samples 1 and 3 of the data", points=0.1)
def forward_by_hand(forward_objective):
    """What u -> 2u gets is taken off from what the others get: a constant does not matter."""
    found = via(forward_objectives, forward_objective, numbers((1,), (3,)), LINES)
    found = as_array(found, shape=(3,), what="the objectives")
    expected = [7.988705638880109, -0.375]
    assert_close(found[1:] - found[0], expected, what="the differences of the objectives")


@test_case(name="objective: three flows on the samples 0 and 1.2 of the base", points=0.1)
def reverse_by_hand(reverse_objective):
    """What u -> 2u gets is taken off from what the others get; the data have the density N(1, 4)."""
    given = numbers((0,), (1.2,)), numbers((1,)), 2.0, LINES
    found = via(reverse_objectives, reverse_objective, *given)
    found = as_array(found, shape=(3,), what="the objectives")
    expected = [1.2737943611198906, 0.175]
    assert_close(found[1:] - found[0], expected, what="the differences of the objectives")


@test_case(name="objective: form of the answer where p_X can be evaluated", points=0)
def form_for_density(kl_objective):
    """One of the two words; which one is for you to find."""
    assert_one_of(kl_objective("density"), ("forward", "reverse"), what="`kl_objective`")


@test_case(name="objective: form of the answer with samples of p_X", points=0)
def form_for_samples(kl_objective):
    """One of the two words; which one is for you to find."""
    assert_one_of(kl_objective("samples"), ("forward", "reverse"), what="`kl_objective`")
