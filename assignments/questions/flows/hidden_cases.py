"""Normalizing flows: maps, inverses and divergences against the reference, and laws of their own."""

import itertools
import math

import numpy as np
import torch
from drivers.flows import (
    divergence_of_flow,
    flow_gradients,
    forward_gradients,
    forward_objectives,
    likelihood_gradients,
    mixture,
    residual,
    residual_gradients,
    residual_slopes,
    reverse_divergence,
    reverse_gradients,
    reverse_objectives,
    solve_residual,
)
from otter.test_files import test_case

from autograder.testing import (
    as_tensor,
    assert_all,
    assert_close,
    assert_equal,
    normal,
    uniform,
    unpack,
    via,
)
from reference import flows as reference

OK_FORMAT = False

name = "flows"

SYMMETRIC = {
    "constant_once: kl_identity: the same in the base": (
        "in two dimensions the constant of one is missing, as the pattern says"
    )
}

# What an inverse may miss its target by, times 1 + |target|: twice what the prompt allows.
MISS = 2e-9
MISS_FLOAT32 = 2e-4


def number(rng, low, high):
    return uniform(rng, low, high).item()


def real(value, shape, what):
    """A student's value in float64, for laws that compare it with nothing."""
    numbers = as_tensor(value, shape=shape, what=what)
    assert_all(not numbers.is_complex(), f"{what} is real")
    return numbers.double()


def check_flow(found, expected, points="x", volumes="the log-determinant"):
    """Compare the points and the log-determinants of a map."""
    x, log_det = unpack(found, 2)
    assert_close(x, expected[0], what=points)
    assert_close(log_det, expected[1], what=volumes)


def check_gradients(found, expected, names):
    parts = unpack(found, len(names), "the gradients")
    for gradient, right, of in zip(parts, expected, names, strict=True):
        assert_close(gradient, right, what=f"the gradient in {of}")


def check_jacobian(flow, right, z):
    """Hold the log-determinants of a map against differences of its own points, and the reference.

    Differences of fourth order with steps of 1e-3 leave an error of about 1e-12.
    """
    count, size = z.shape
    step = 1e-3
    moves = step * torch.eye(size, dtype=z.dtype)
    steps = torch.stack([k * moves for k in (-2, -1, 1, 2)])
    around = (z[:, None, None] + steps).reshape(-1, size)
    x, log_det = unpack(flow(torch.cat([around, z])), 2)
    x = as_tensor(x, shape=(len(around) + count, size), what="x")
    log_det = as_tensor(log_det, shape=(len(x),), what="the log-determinant")
    assert_all(
        x.isfinite() & log_det.isfinite()[:, None], "the map and its log-determinant are finite"
    )
    far_down, down, up, far_up = x[: len(around)].reshape(count, 4, size, size).unbind(1)
    jacobian = (far_down - far_up + 8 * (up - down)) / (12 * step)
    expected = torch.linalg.slogdet(jacobian).logabsdet
    assert_close(log_det[-count:], expected, rtol=1e-7, atol=1e-7, what="the log-determinant")
    assert_close(log_det[-count:], right(z)[1], what="the log-determinant")


# --- relu -------------------------------------------------------------------------------------


def check_collision(relu_collision, a, b, c):
    """Two different numbers with one image.

    A number may lie on the edge of the half-line where the unit is 0, on the wrong side of it by a
    rounding, in float32 too; so the images may differ, but by far less than on the slope.
    """
    z = real(relu_collision(a, b, c), (2,), "the pair")
    image = a * (b * z + c).clamp(min=0)
    assert_all(z.isfinite(), "the two numbers are finite")
    assert_all(abs(z[0] - z[1]) > 1e-6, "the two numbers are different")
    room = min(1e-6 * abs(a * c), 1e-2 * abs(a * b * (z[0] - z[1])))
    assert_all(abs(image[0] - image[1]) <= room, "the two numbers have the same image")


@test_case(name="relu: slopes of either sign", points=3, hidden=True)
def either_sign(relu_collision, rng):
    for signs in itertools.product((1.0, -1.0), repeat=3):
        check_collision(relu_collision, *[sign * number(rng, 0.5, 3.0) for sign in signs])
    # Where the slope falls and turns in 1, pairs that are measured from 0 lie on it.
    slope = number(rng, 0.5, 3.0)
    check_collision(relu_collision, 2.0, -slope, slope)


@test_case(name="relu: a slope that turns far from 0", points=2, hidden=True)
def far_turn(relu_collision, rng):
    for slope in (number(rng, 1e-3, 2e-3), -number(rng, 1e-3, 2e-3)):
        check_collision(relu_collision, 1.5, slope, number(rng, 20.0, 50.0))


@test_case(name="relu: a slope of 0", points=1, hidden=True)
def no_slope(relu_collision, rng):
    """Beside slopes of either sign, for which no fixed pair will do."""
    for slope in (number(rng, 1.0, 2.0), -number(rng, 1.0, 2.0)):
        check_collision(relu_collision, 1.5, slope, 1.0)
    for c in (number(rng, 0.5, 2.0), 0.0, -number(rng, 0.5, 2.0)):
        check_collision(relu_collision, 2.0, 0.0, c)


@test_case(name="relu: an offset of 0", points=1, hidden=True)
def no_offset(relu_collision, rng):
    for slope in (number(rng, 0.5, 3.0), -number(rng, 0.5, 3.0)):
        check_collision(relu_collision, 1.5, slope, 0.0)


# --- sigmoidal --------------------------------------------------------------------------------


def sigmoids(rng, count, dtype=torch.float64):
    """Slopes, offsets and weights of so many sigmoids, of which no two are alike."""
    a = torch.linspace(0.5, 2.0, count) + uniform(rng, 0.0, 0.3, count)
    b = torch.linspace(-2.0, 2.0, count).flip(0) + uniform(rng, -0.5, 0.5, count)
    w = uniform(rng, 0.3, 1.0, count)
    return a.to(dtype), b.to(dtype), (w / w.sum()).to(dtype)


def check_images(z, x, parameters, room):
    image, _ = reference.sigmoidal_flow(real(z, (len(x),), "z"), *parameters)
    assert_all((image - x).abs() <= room * (1 + x.abs()), "the image of z is x")


@test_case(name="sigmoidal: the flow", points=3, hidden=True)
def sigmoidal_values(sigmoidal_flow, rng):
    z, parameters = 2 * normal(rng, 7), sigmoids(rng, 4)
    found, expected = sigmoidal_flow(z, *parameters), reference.sigmoidal_flow(z, *parameters)
    check_flow(found, expected, points="g(z)", volumes="the log-derivative")


@test_case(name="sigmoidal: the log-derivative is the slope of x", points=1, hidden=True)
def sigmoidal_slope(sigmoidal_flow, rng):
    parameters = sigmoids(rng, 3)

    def flow(z):
        x, log_det = unpack(sigmoidal_flow(z[:, 0], *parameters), 2)
        return as_tensor(x, shape=(len(z),), what="x")[:, None], log_det

    check_jacobian(
        flow, lambda z: reference.sigmoidal_flow(z[:, 0], *parameters), normal(rng, 5, 1)
    )


@test_case(name="sigmoidal: gradients", points=1, hidden=True)
def sigmoidal_gradients(sigmoidal_flow, rng):
    """In w the gradient is judged along the simplex: off it the map may be continued in many ways."""
    given = [normal(rng, 5), *sigmoids(rng, 3)], normal(rng, 5), normal(rng, 5)
    found = via(flow_gradients, sigmoidal_flow, *given)
    expected = flow_gradients(reference.sigmoidal_flow, *given)
    check_gradients(found[:3], expected[:3], ("z", "a", "b"))
    along = as_tensor(found[3], shape=(3,), what="the gradient in w")
    assert_close(
        along - along.mean(),
        expected[3] - expected[3].mean(),
        what="the gradient in w along the simplex",
    )


@test_case(name="sigmoidal: far out, with a weight of 0", points=1, hidden=True)
def sigmoidal_far_out(sigmoidal_flow, rng):
    a, b, w = sigmoids(rng, 4)
    w = torch.cat([w[:1] + w[1], torch.zeros(1), w[2:]])
    sides = torch.tensor([-1.0, -1, -1, 1, 1, 1], dtype=torch.float64)
    z = sides * torch.tensor([700.0, 300, 40, 40, 300, 700]) - uniform(rng, -0.5, 0.5, 6)
    check_flow(sigmoidal_flow(z, a, b, w), reference.sigmoidal_flow(z, a, b, w))


@test_case(name="sigmoidal: float32", points=1, hidden=True)
def sigmoidal_single(sigmoidal_flow, rng):
    z, parameters = normal(rng, 6, dtype=torch.float32), sigmoids(rng, 4, torch.float32)
    check_flow(sigmoidal_flow(z, *parameters), reference.sigmoidal_flow(z, *parameters))


@test_case(name="sigmoidal: the inverse", points=3, hidden=True)
def sigmoidal_inverse(sigmoidal_flow_inverse, rng):
    """With 0 among the images, where a bracket that is measured by x has no width."""
    x, parameters = torch.cat([torch.zeros(1), 3 * normal(rng, 7)]), sigmoids(rng, 5)
    check_images(sigmoidal_flow_inverse(x, *parameters), x, parameters, MISS)


@test_case(name="sigmoidal: the inverse with distant sigmoids", points=1, hidden=True)
def sigmoidal_inverse_distant(sigmoidal_flow_inverse, rng):
    """Neighbouring floats about 2e6 have images that are 2e-10 apart, hence the wider room.

    The sigmoid that would rule far out on the left has a weight of 0. Between two sigmoids g is as good as
    constant: its slope rounds to 0, and any z there will do.
    """
    a, _, w = sigmoids(rng, 4)
    a = a / 2  # some below 1: there z may lie farther out than every x - b
    b = 1e6 * torch.tensor([0.3, -1.0, 1.0, 0.1], dtype=torch.float64)
    w = torch.cat([torch.zeros(1), w[:1] + w[1], w[2:]])
    flat = 1e6 * torch.stack([uniform(rng, -0.4, -0.2), uniform(rng, 0.2, 0.6)])
    on_plateaus, _ = reference.sigmoidal_flow(flat, a, b, w)
    ends = torch.tensor([-1.0, 1.0], dtype=torch.float64)
    far = 1e6 * torch.cat([ends, uniform(rng, -1.0, -0.5, 1), uniform(rng, 0.5, 1.0, 1)])
    x = torch.cat([far, 3 * normal(rng, 3), on_plateaus])
    check_images(sigmoidal_flow_inverse(x, a, b, w), x, (a, b, w), 10 * MISS)


@test_case(name="sigmoidal: the inverse in float32", points=1, hidden=True)
def sigmoidal_inverse_single(sigmoidal_flow_inverse, rng):
    x, parameters = 3 * normal(rng, 6, dtype=torch.float32), sigmoids(rng, 4, torch.float32)
    check_images(sigmoidal_flow_inverse(x, *parameters), x, parameters, MISS_FLOAT32)


@test_case(name="sigmoidal: one point, one sigmoid", points=0.5, hidden=True)
def sigmoidal_of_one(sigmoidal_flow, sigmoidal_flow_inverse, rng):
    for count in (1, 3):
        z, parameters = normal(rng, 1), sigmoids(rng, count)
        x, log_det = reference.sigmoidal_flow(z, *parameters)
        check_flow(sigmoidal_flow(z, *parameters), (x, log_det))
        check_images(sigmoidal_flow_inverse(x, *parameters), x, parameters, MISS)


# --- residual ---------------------------------------------------------------------------------


def check_residual(residual_inverse, y, kind, scale, room=MISS):
    z = via(solve_residual, residual_inverse, y, kind, scale)
    z = real(z, (len(y),), "z")
    miss = (z + residual(kind, scale)(z) - y).abs()
    assert_all(miss <= room * (1 + y.abs()), "z + f(z) is y")


@test_case(name="residual: the inverse of a steep map", points=2, hidden=True)
def residual_steep(residual_inverse, rng):
    y = torch.cat([3 * normal(rng, 4), uniform(rng, 10.0, 40.0, 2), -uniform(rng, 9.0, 30.0, 2)])
    check_residual(residual_inverse, y, "cube", number(rng, 0.5, 2.0))


@test_case(name="residual: the inverse of an almost flat map", points=2, hidden=True)
def residual_flat(residual_inverse, rng):
    y = torch.cat([normal(rng, 3), uniform(rng, -40.0, -5.0, 2), uniform(rng, 5.0, 40.0, 2)])
    check_residual(residual_inverse, y, "line", -number(rng, 0.98, 0.99))


@test_case(name="residual: the inverse at 0 and far out", points=1, hidden=True)
def residual_far_out(residual_inverse, rng):
    """The ends of what the prompt allows, and 0, which the maps here leave where it is."""
    far = uniform(rng, 300.0, 1000.0, 3)
    y = torch.cat([torch.tensor([0.0, 1000.0, -1000.0], dtype=torch.float64), far, -far])
    check_residual(residual_inverse, y, "cube", number(rng, 0.5, 2.0))
    check_residual(residual_inverse, y, "line", -number(rng, 0.98, 0.99))


@test_case(name="residual: one point", points=0.5, hidden=True)
def residual_of_one(residual_inverse, residual_log_det, rng):
    check_residual(residual_inverse, uniform(rng, 2.0, 9.0, 1), "cube", number(rng, 0.5, 2.0))
    check_slopes(residual_log_det, normal(rng, 1), "exp", number(rng, 0.5, 2.0))


@test_case(name="residual: the inverse of a wavy map", points=1, hidden=True)
def residual_wavy(residual_inverse, rng):
    check_residual(residual_inverse, 5 * normal(rng, 9), "sine", number(rng, 0.9, 0.99))
    check_residual(residual_inverse, 5 * normal(rng, 6), "tanh", -number(rng, 0.9, 0.99))


@test_case(name="residual: the inverse in float32", points=1, hidden=True)
def residual_single(residual_inverse, rng):
    y = 3 * normal(rng, 5, dtype=torch.float32)
    check_residual(residual_inverse, y, "cube", 0.75, MISS_FLOAT32)


def check_slopes(residual_log_det, z, kind, scale):
    expected = reference.residual_log_det(z, residual(kind, scale))
    found = via(residual_slopes, residual_log_det, z, kind, scale)
    assert_close(found, expected, what="the log-derivative")


@test_case(name="residual: the log-derivative", points=3, hidden=True)
def residual_slope(residual_log_det, rng):
    check_slopes(residual_log_det, normal(rng, 7), "tanh", -number(rng, 0.5, 0.9))
    check_slopes(residual_log_det, 2 * normal(rng, 4), "cube", number(rng, 0.5, 2.0))
    check_slopes(residual_log_det, normal(rng, 6), "exp", number(rng, 0.5, 2.0))
    check_slopes(residual_log_det, normal(rng, 5), "line", -0.99)


@test_case(name="residual: gradients of the log-derivative", points=1, hidden=True)
def residual_slope_gradients(residual_log_det, rng):
    scales = (
        ("cube", number(rng, 0.5, 2.0)),
        ("tanh", -number(rng, 0.5, 0.9)),
        ("exp", number(rng, 0.5, 2.0)),
    )
    for kind, scale in scales:
        given = normal(rng, 5), kind, scale, normal(rng, 5)
        found = via(residual_gradients, residual_log_det, *given)
        expected = residual_gradients(reference.residual_log_det, *given)
        check_gradients(found, expected, ("z", "a tensor that f holds"))


@test_case(name="residual: the log-derivative in float32", points=1, hidden=True)
def residual_slope_single(residual_log_det, rng):
    check_slopes(residual_log_det, normal(rng, 6, dtype=torch.float32), "cube", 0.75)


# --- radial -----------------------------------------------------------------------------------


def layers_of(rng, size, dtype=torch.float64):
    """Three layers that push, pull and push, about centres of their own."""
    push, pull, second = number(rng, 0.5, 1.5), number(rng, 0.5, 1.5), number(rng, 0.5, 1.5)
    return [
        (normal(rng, size, dtype=dtype), push, number(rng, 1.0, 3.0)),
        (normal(rng, size, dtype=dtype), pull, -pull * number(rng, 0.5, 0.8)),
        (normal(rng, size, dtype=dtype), second, number(rng, 0.5, 1.5)),
    ]


def near_centre(rng, size, dtype=torch.float64):
    """Points in 0, and on the way to it, and at a distance."""
    directions = torch.nn.functional.normalize(normal(rng, 6, size))
    distances = torch.tensor([0.0, 1e-9, 1e-6, 1e-4, 1e-2, 1.0], dtype=torch.float64)
    return (distances[:, None] * directions).to(dtype)


def singular(rng, size, dtype=torch.float64):
    """A layer about 0 with β = -α + 1e-6."""
    alpha = number(rng, 0.5, 2.0)
    return torch.zeros(size, dtype=dtype), alpha, -alpha + 1e-6


@test_case(name="radial: the layer", points=3, hidden=True)
def radial_values(radial_flow, rng):
    for layer in layers_of(rng, 4)[:2]:
        z = 2 * normal(rng, 6, 4)
        check_flow(radial_flow(z, *layer), reference.radial_flow(z, *layer))


@test_case(name="radial: the log-determinant is that of its own Jacobian", points=1, hidden=True)
def radial_jacobian(radial_flow, rng):
    layer = layers_of(rng, 5)[1]
    z = layer[0] + (1 + uniform(rng, 0.0, 1.0, 3, 1)) * torch.nn.functional.normalize(
        normal(rng, 3, 5)
    )
    check_jacobian(lambda z: radial_flow(z, *layer), lambda z: reference.radial_flow(z, *layer), z)


@test_case(name="radial: gradients", points=1, hidden=True)
def radial_gradients(radial_flow, rng):
    for layer in layers_of(rng, 3)[:2]:
        given = [normal(rng, 5, 3), *layer], normal(rng, 5, 3), normal(rng, 5)
        found = via(flow_gradients, radial_flow, *given)
        expected = flow_gradients(reference.radial_flow, *given)
        check_gradients(found, expected, ("z", "z0", "alpha", "beta"))


@test_case(name="radial: one dimension", points=1, hidden=True)
def radial_line(radial_flow, rng):
    layer = layers_of(rng, 1)[1]
    z = normal(rng, 5, 1)
    check_flow(radial_flow(z, *layer), reference.radial_flow(z, *layer))


@test_case(name="radial: two hundred dimensions, float32 too", points=1, hidden=True)
def radial_many(radial_flow, rng):
    for dtype in (torch.float64, torch.float32):
        z, layer = normal(rng, 3, 200, dtype=dtype), layers_of(rng, 200, dtype)[0]
        check_flow(radial_flow(z, *layer), reference.radial_flow(z, *layer))


@test_case(name="radial: float32", points=1, hidden=True)
def radial_single(radial_flow, rng):
    z, layer = 2 * normal(rng, 5, 4, dtype=torch.float32), layers_of(rng, 4, torch.float32)[0]
    check_flow(radial_flow(z, *layer), reference.radial_flow(z, *layer))


@test_case(name="radial: an almost singular layer", points=1, hidden=True)
def radial_near(radial_flow, rng):
    z, layer = near_centre(rng, 5), singular(rng, 5)
    check_flow(radial_flow(z, *layer), reference.radial_flow(z, *layer))


@test_case(name="radial: an almost singular layer in float32", points=1, hidden=True)
def radial_near_single(radial_flow, rng):
    """In several layers, since a difference that has lost its digits may be right by chance in one."""
    for size in (1, 3, 4, 6):
        z, layer = near_centre(rng, size, torch.float32), singular(rng, size, torch.float32)
        check_flow(radial_flow(z, *layer), reference.radial_flow(z, *layer))


@test_case(name="radial: a singular layer", points=0.5, hidden=True)
def radial_singular(radial_flow, rng):
    z0 = normal(rng, 3)
    z = torch.cat([z0[None], z0 + 2 * normal(rng, 4, 3)])
    check_flow(radial_flow(z, z0, 1.5, -1.5), reference.radial_flow(z, z0, 1.5, -1.5))


@test_case(name="radial: the inverse", points=3, hidden=True)
def radial_inverse(radial_flow_inverse, rng):
    for layer in layers_of(rng, 4)[:2]:
        z = 2 * normal(rng, 6, 4)
        x, _ = reference.radial_flow(z, *layer)
        assert_close(radial_flow_inverse(x, *layer), z, what="z")


@test_case(name="radial: the inverse undoes the layer", points=1, hidden=True)
def radial_round_trip(radial_flow, radial_flow_inverse, rng):
    layer = layers_of(rng, 3)[1]
    z = 2 * normal(rng, 7, 3)
    x, _ = unpack(radial_flow(z, *layer), 2)
    x = as_tensor(x, shape=(7, 3), what="x")
    assert_close(radial_flow_inverse(x, *layer), z, what="z")


@test_case(name="radial: the inverse in one and in two hundred dimensions", points=1, hidden=True)
def radial_inverse_sizes(radial_flow_inverse, rng):
    for size in (1, 200):
        layer = layers_of(rng, size)[1]
        x = normal(rng, 4, size)
        expected = reference.radial_flow_inverse(x, *layer)
        assert_close(radial_flow_inverse(x, *layer), expected, what="z")


@test_case(name="radial: the inverse next to the centre and in it", points=1, hidden=True)
def radial_inverse_near(radial_flow_inverse, rng):
    x = near_centre(rng, 4)
    for layer in (singular(rng, 4), (torch.zeros(4).double(), 0.75, number(rng, 1.0, 3.0))):
        expected = reference.radial_flow_inverse(x, *layer)
        assert_close(radial_flow_inverse(x, *layer), expected, what="z")


@test_case(name="radial: the inverse in float32", points=1, hidden=True)
def radial_inverse_single(radial_flow_inverse, rng):
    x = 2 * normal(rng, 5, 4, dtype=torch.float32)
    layer = layers_of(rng, 4, torch.float32)[0]
    expected = reference.radial_flow_inverse(x, *layer)
    assert_close(radial_flow_inverse(x, *layer), expected, what="z")


@test_case(name="radial: the inverse of a singular layer", points=0.5, hidden=True)
def radial_inverse_singular(radial_flow_inverse, rng):
    z0 = normal(rng, 3)
    x = torch.cat([z0[None], z0 + 2 * normal(rng, 4, 3)])
    expected = reference.radial_flow_inverse(x, z0, 1.5, -1.5)
    assert_close(radial_flow_inverse(x, z0, 1.5, -1.5), expected, what="z")


@test_case(name="radial: one point, one dimension", points=0.5, hidden=True)
def radial_of_one(radial_flow, radial_flow_inverse, rng):
    for sizes in ((1, 1), (1, 4), (5, 1)):
        z, layer = 2 * normal(rng, *sizes), layers_of(rng, sizes[1])[0]
        x, log_det = reference.radial_flow(z, *layer)
        check_flow(radial_flow(z, *layer), (x, log_det))
        assert_close(radial_flow_inverse(x, *layer), z, what="z")


# --- radius -----------------------------------------------------------------------------------


def distances(rng, count, dtype=torch.float64):
    """Distances before a layer, from near to far."""
    return torch.cat([uniform(rng, 0.2, 1.0, count), uniform(rng, 2.0, 20.0, 2)]).to(dtype)


def check_radius(radial_radius, r, alpha, beta):
    """Ask for distances that are known before the layer."""
    rho = r + beta * r / (alpha + r)
    assert_close(radial_radius(rho, alpha, beta), r, what="r")


@test_case(name="radius: layers that push and pull", points=3, hidden=True)
def radius_values(radial_radius, rng):
    alpha = number(rng, 0.5, 2.0)
    check_radius(radial_radius, distances(rng, 3), alpha, number(rng, 1.0, 4.0))
    check_radius(radial_radius, distances(rng, 4), alpha, -alpha * number(rng, 0.3, 0.8))


@test_case(name="radius: beta = -alpha", points=1, hidden=True)
def radius_singular(radial_radius, rng):
    """The end of the domain, where the image of 0 is still 0."""
    alpha = number(rng, 0.5, 2.0)
    r = torch.cat([torch.zeros(1, dtype=torch.float64), distances(rng, 4)])
    check_radius(radial_radius, r, alpha, -alpha)


@test_case(name="radius: almost at the centre", points=0.5, hidden=True)
def radius_near(radial_radius, rng):
    """Where the two terms of the root almost cancel: eight digits of a small distance are asked for."""
    alpha = number(rng, 0.5, 2.0)
    rho = 10 ** torch.cat([uniform(rng, -12.0, -9.0, 3), uniform(rng, -9.0, -3.0, 3)])
    for beta in (-alpha + 1e-6, number(rng, 1.0, 3.0)):
        expected = reference.radial_radius(rho, alpha, beta)
        assert_close(radial_radius(rho, alpha, beta), expected, rtol=1e-8, atol=0, what="r")


@test_case(name="radius: one distance", points=0.5, hidden=True)
def radius_of_one(radial_radius, rng):
    check_radius(radial_radius, uniform(rng, 0.5, 5.0, 1), number(rng, 0.5, 2.0), 1.5)


@test_case(name="radius: float32", points=0.5, hidden=True)
def radius_single(radial_radius, rng):
    rho, alpha = distances(rng, 4, torch.float32), number(rng, 0.5, 2.0)
    expected = reference.radial_radius(rho, alpha, -alpha / 2)
    assert_close(radial_radius(rho, alpha, -alpha / 2), expected, what="r")


# --- planar -----------------------------------------------------------------------------------


def plane(rng, size, alignment, dtype=torch.float64):
    """u, w and b of a layer with that w·u."""
    w = normal(rng, size)
    w = w * (number(rng, 1.2, 2.0) / w.norm())
    across = normal(rng, size)
    u = across + (alignment - across @ w) / (w @ w) * w
    return u.to(dtype), w.to(dtype), number(rng, -1.0, 1.0)


def points_along(rng, w, b, activations):
    """Points with these values of w·z + b, anywhere across w."""
    t = torch.tensor(activations, dtype=torch.float64) + uniform(rng, -0.1, 0.1, len(activations))
    z, wide = normal(rng, len(t), len(w)), w.double()
    return (z + torch.outer(t - b - z @ wide, wide / (wide @ wide))).to(w.dtype)


# With w·u = -6 the determinant is 0 at |w·z + b| = 1.5: below it is negative, above positive.
BOTH_SIGNS = (-3.0, -0.9, -0.3, 0.4, 0.8, 2.6)


@test_case(name="planar: the layer", points=3, hidden=True)
def planar_values(planar_flow, rng):
    u, w, b = plane(rng, 4, 1.5)
    z = 2 * normal(rng, 7, 4)
    check_flow(planar_flow(z, u, w, b), reference.planar_flow(z, u, w, b))


@test_case(name="planar: a layer that is not invertible", points=1, hidden=True)
def planar_unconstrained(planar_flow, rng):
    u, w, b = plane(rng, 3, -6.0)
    z = points_along(rng, w, b, BOTH_SIGNS)
    check_flow(planar_flow(z, u, w, b), reference.planar_flow(z, u, w, b))


@test_case(name="planar: the log-determinant is that of its own Jacobian", points=1, hidden=True)
def planar_jacobian(planar_flow, rng):
    u, w, b = plane(rng, 5, -6.0)
    z = points_along(rng, w, b, BOTH_SIGNS[1:5])
    check_jacobian(
        lambda z: planar_flow(z, u, w, b), lambda z: reference.planar_flow(z, u, w, b), z
    )


@test_case(name="planar: gradients", points=1, hidden=True)
def planar_gradients(planar_flow, rng):
    u, w, b = plane(rng, 3, -6.0)
    z = points_along(rng, w, b, BOTH_SIGNS[:5])
    given = [z, u, w, b], normal(rng, 5, 3), normal(rng, 5)
    found = via(flow_gradients, planar_flow, *given)
    expected = flow_gradients(reference.planar_flow, *given)
    check_gradients(found, expected, ("z", "u", "w", "b"))


@test_case(name="planar: a large w·u", points=1, hidden=True)
def planar_large(planar_flow, rng):
    """With w·u = -800 the determinant is 0 at |w·z + b| = 4."""
    for alignment in (800.0, -800.0):
        u, w, b = plane(rng, 3, alignment)
        z = points_along(rng, w, b, (-7.0, -2.5, -0.5, 0.3, 1.5, 6.0))
        check_flow(planar_flow(z, u, w, b), reference.planar_flow(z, u, w, b))


@test_case(name="planar: float32", points=1, hidden=True)
def planar_single(planar_flow, rng):
    u, w, b = plane(rng, 3, 1.5, torch.float32)
    z = normal(rng, 6, 3, dtype=torch.float32)
    check_flow(planar_flow(z, u, w, b), reference.planar_flow(z, u, w, b))


@test_case(name="planar: the constrained u", points=2, hidden=True)
def planar_constrained(planar_constrain, rng):
    for size, alignment in ((4, -3.0), (5, 0.5), (3, 2.0), (1, -1.0)):
        u, w, _ = plane(rng, size, alignment)
        for given in ((u, w), (5 * u, w / 5)):  # w·u stays, with a w shorter than 1 as well
            expected = reference.planar_constrain(*given)
            assert_close(planar_constrain(*given), expected, what="the constrained u")


@test_case(name="planar: a constrained layer keeps the order along w", points=1, hidden=True)
def planar_order(planar_flow, planar_constrain, rng):
    for alignment in (-9.0, -2.0):
        u, w, b = plane(rng, 4, alignment)
        constrained = as_tensor(planar_constrain(u, w), shape=(4,), what="the constrained u")
        line = torch.linspace(-4, 4, 33, dtype=torch.float64)[:, None] * w / w.norm()
        x, _ = unpack(planar_flow(line, constrained, w, b), 2)
        along = as_tensor(x, shape=(33, 4), what="x") @ w
        assert_all(along.diff() > 0, "what comes first along w comes first after the layer too")
        assert_close(
            constrained - u,
            (constrained - u) @ w / (w @ w) * w,
            what="the way from u to the constrained u",
        )


@test_case(name="planar: the constrained u for a large w·u", points=1, hidden=True)
def planar_constrained_large(planar_constrain, rng):
    """w·u itself is rounded, so that the constrained product is -1 to 1e-12 of it only."""
    for alignment in (800.0, -800.0):
        u, w, _ = plane(rng, 4, alignment)
        constrained = as_tensor(planar_constrain(u, w), shape=(4,), what="the constrained u")
        expected = reference.planar_constrain(u, w)
        assert_close(constrained, expected, what="the constrained u")
        assert_all(constrained @ w >= -1 - 1e-12 * abs(alignment), "w·u is at least -1 to rounding")


@test_case(name="planar: one point, one dimension", points=0.5, hidden=True)
def planar_of_one(planar_flow, planar_constrain, rng):
    for sizes in ((1, 1), (1, 3), (4, 1)):
        u, w, b = plane(rng, sizes[1], 1.5)
        z = normal(rng, *sizes)
        check_flow(planar_flow(z, u, w, b), reference.planar_flow(z, u, w, b))
        expected = reference.planar_constrain(u, w)
        assert_close(planar_constrain(u, w), expected, what="the constrained u")


# --- likelihood -------------------------------------------------------------------------------


@test_case(name="likelihood: three layers", points=3, hidden=True)
def likelihood_values(flow_log_likelihood, rng):
    x, layers = 2 * normal(rng, 5, 4), layers_of(rng, 4)
    expected = reference.flow_log_likelihood(x, layers)
    assert_close(flow_log_likelihood(x, layers), expected, what="the log-likelihood")


@test_case(name="likelihood: the density integrates to 1", points=1, hidden=True)
def likelihood_integral(flow_log_likelihood, rng):
    """In polar coordinates about the one centre of two layers, where the density has its only kink.

    The rule of Gauss and Legendre along 20 rays of length 10 is right to about 1e-9 then.
    """
    centre = torch.stack([uniform(rng, 0.3, 1.0), uniform(rng, -1.0, -0.3)])
    layers = [
        (centre, number(rng, 1.0, 2.0), number(rng, 1.0, 2.0)),
        (centre, 2.0, -number(rng, 0.7, 1.0)),
    ]
    nodes, weights = (torch.from_numpy(part) for part in np.polynomial.legendre.leggauss(32))
    distances, weights = 5 * (nodes + 1), 5 * weights
    angles = torch.arange(20, dtype=torch.float64) * (2 * math.pi / 20)
    rays = torch.stack([angles.cos(), angles.sin()], 1)
    points = centre + distances[:, None, None] * rays
    log_p = flow_log_likelihood(points.reshape(-1, 2), layers)
    expected = reference.flow_log_likelihood(points.reshape(-1, 2), layers)
    assert_close(log_p, expected, what="the log-likelihood")
    log_p = as_tensor(log_p, shape=(640,), what="the log-likelihood").reshape(32, 20)
    mass = 2 * math.pi * (weights * distances * log_p.exp().mean(1)).sum()
    assert_close(mass, 1.0, rtol=0, atol=1e-6, what="the integral of the density")


@test_case(name="likelihood: no layer in six dimensions", points=1, hidden=True)
def likelihood_empty(flow_log_likelihood, rng):
    x = normal(rng, 4, 6)
    expected = reference.flow_log_likelihood(x, [])
    assert_close(flow_log_likelihood(x, []), expected, what="the log-likelihood")


@test_case(name="likelihood: gradients", points=1, hidden=True)
def likelihood_gradient(flow_log_likelihood, rng):
    given = 2 * normal(rng, 5, 3), layers_of(rng, 3), normal(rng, 5)
    found = via(likelihood_gradients, flow_log_likelihood, *given)
    expected = likelihood_gradients(reference.flow_log_likelihood, *given)
    assert_close(found, expected, what="the gradient in x and in the layers")


@test_case(name="likelihood: float32", points=1, hidden=True)
def likelihood_single(flow_log_likelihood, rng):
    x, layers = 2 * normal(rng, 6, 3, dtype=torch.float32), layers_of(rng, 3, torch.float32)
    expected = reference.flow_log_likelihood(x, layers)
    assert_close(flow_log_likelihood(x, layers), expected, what="the log-likelihood")


@test_case(name="likelihood: an almost singular layer", points=1, hidden=True)
def likelihood_near(flow_log_likelihood, rng):
    x, layers = near_centre(rng, 4), [singular(rng, 4)]
    expected = reference.flow_log_likelihood(x, layers)
    assert_close(flow_log_likelihood(x, layers), expected, what="the log-likelihood")


@test_case(name="likelihood: one point, one dimension", points=0.5, hidden=True)
def likelihood_of_one(flow_log_likelihood, rng):
    for sizes in ((1, 1), (1, 4), (5, 1)):
        x, layers = 2 * normal(rng, *sizes), layers_of(rng, sizes[1])
        expected = reference.flow_log_likelihood(x, layers)
        assert_close(flow_log_likelihood(x, layers), expected, what="the log-likelihood")


# --- divergences ------------------------------------------------------------------------------


def data(rng, count, size, dtype=torch.float64):
    """Samples with log-densities, and the layers of a flow. The divergence is well above 0."""
    x = 2 * normal(rng, count, size, dtype=dtype)
    return x, normal(rng, count, dtype=dtype) + 5, layers_of(rng, size, dtype)


def check_forward(divergence, given):
    """Compare an estimate; both ways to compute it have one value."""
    assert_close(divergence(*given), reference.forward_kl(*given), what="the estimate")


@test_case(name="kl_identity: the forward divergence", points=3, hidden=True)
def forward_values(forward_kl, rng):
    check_forward(forward_kl, data(rng, 7, 3))


@test_case(name="kl_identity: the divergence in the base", points=3, hidden=True)
def base_values(forward_kl_in_base, rng):
    check_forward(forward_kl_in_base, data(rng, 6, 4))


@test_case(name="kl_identity: both divergences are equal", points=1, hidden=True)
def both_equal(forward_kl, forward_kl_in_base, rng):
    given = data(rng, 5, 3)
    forward = as_tensor(forward_kl(*given), shape=(), what="the forward divergence")
    assert_close(forward, reference.forward_kl(*given), what="the forward divergence")
    assert_close(forward_kl_in_base(*given), forward, what="the divergence in the base")


@test_case(name="kl_identity: a flow and a quarter more than itself", points=1, hidden=True)
def no_divergence(forward_kl, forward_kl_in_base, rng):
    x, _, layers = data(rng, 6, 5)
    # Not from itself, but from e^¼ times itself: 0 is what a function that does nothing may return.
    log_p_x = reference.flow_log_likelihood(x, layers) + 0.25
    assert_close(forward_kl(x, log_p_x, layers), 0.25, what="the forward divergence")
    assert_close(forward_kl_in_base(x, log_p_x, layers), 0.25, what="the divergence in the base")


@test_case(name="kl_identity: one sample, and no layer", points=1, hidden=True)
def forward_small(forward_kl, forward_kl_in_base, rng):
    x, log_p_x, layers = data(rng, 1, 3)
    for divergence in (forward_kl, forward_kl_in_base):
        check_forward(divergence, (x, log_p_x, layers))
        check_forward(divergence, (x, log_p_x, []))


@test_case(name="kl_identity: one dimension", points=0.5, hidden=True)
def forward_line(forward_kl, forward_kl_in_base, rng):
    for divergence in (forward_kl, forward_kl_in_base):
        for count in (1, 5):
            check_forward(divergence, data(rng, count, 1))


@test_case(name="kl_identity: gradients", points=2, hidden=True)
def forward_gradient(forward_kl, forward_kl_in_base, rng):
    given = data(rng, 5, 3)
    expected = forward_gradients(reference.forward_kl, *given)
    for divergence in (forward_kl, forward_kl_in_base):
        check_forward(divergence, given)
        found = via(forward_gradients, divergence, *given)
        assert_close(found, expected, what="the gradient in log_p_x and in the layers")


@test_case(name="kl_identity: float32", points=1, hidden=True)
def forward_single(forward_kl, forward_kl_in_base, rng):
    for divergence in (forward_kl, forward_kl_in_base):
        check_forward(divergence, data(rng, 6, 4, torch.float32))


def check_reverse(reverse_kl, u, layers, means, deviation):
    found = via(reverse_divergence, reverse_kl, u, layers, means, deviation)
    expected = reference.reverse_kl(u, layers, mixture(means, deviation))
    assert_close(found, expected, what="the estimate")


@test_case(name="reverse: the reverse divergence", points=3, hidden=True)
def reverse_values(reverse_kl, rng):
    u, layers = normal(rng, 7, 3), layers_of(rng, 3)
    check_reverse(reverse_kl, u, layers, 2 * normal(rng, 4, 3), 0.8)


@test_case(name="reverse: the reverse divergence of the base itself", points=1, hidden=True)
def reverse_empty(reverse_kl, rng):
    check_reverse(reverse_kl, normal(rng, 5, 4), [], 2 * normal(rng, 2, 4), 0.7)
    means = torch.zeros(1, 3, dtype=torch.float64)
    found = via(reverse_divergence, reverse_kl, normal(rng, 5, 3), [], means, 1.0)
    assert_close(found, 0.0, what="the divergence of N(0, I) from itself")


@test_case(name="reverse: gradients of the reverse divergence", points=2, hidden=True)
def reverse_gradient(reverse_kl, rng):
    given = normal(rng, 6, 3), layers_of(rng, 3), 2 * normal(rng, 4, 3), 0.9
    check_reverse(reverse_kl, *given)
    found = via(reverse_gradients, reverse_kl, *given)
    expected = reverse_gradients(reference.reverse_kl, *given)
    assert_close(found, expected, what="the gradient in the layers")


@test_case(name="reverse: float32", points=1, hidden=True)
def reverse_single(reverse_kl, rng):
    u, layers = normal(rng, 6, 4, dtype=torch.float32), layers_of(rng, 4, torch.float32)
    check_reverse(reverse_kl, u, layers, 2 * normal(rng, 3, 4, dtype=torch.float32), 0.6)


@test_case(name="reverse: one sample, one dimension", points=0.5, hidden=True)
def reverse_of_one(reverse_kl, rng):
    for sizes in ((1, 1), (1, 3), (4, 1)):
        u, layers = normal(rng, *sizes), layers_of(rng, sizes[1])
        check_reverse(reverse_kl, u, layers, 2 * normal(rng, 3, sizes[1]), 0.8)


# --- any flow ---------------------------------------------------------------------------------


def affine_flow(rng, size, dtype=torch.float64):
    """A flow by its name and parameters: a matrix with a determinant of either sign, and a shift."""
    matrix = torch.diag(uniform(rng, 0.5, 2.0, size)) + 0.3 * normal(rng, size, size).tril(-1)
    matrix[0] = -matrix[0]
    return "affine", (normal(rng, size, dtype=dtype), matrix.to(dtype))


def stretched_flow(rng, size, dtype=torch.float64):
    """A flow whose log-determinant depends on the point."""
    shift, scale, tilt = normal(rng, size), uniform(rng, 0.4, 2.5, size), uniform(rng, 0.3, 1, size)
    return "stretched", (shift.to(dtype), scale.to(dtype), tilt.to(dtype))


def check_divergence(divergence, rng, sizes, dtype=torch.float64):
    """Compare an estimate for two flows; both sides of the identity are one number."""
    for flow in (affine_flow, stretched_flow):
        kind, parameters = flow(rng, sizes[1], dtype)
        x = 2 * normal(rng, *sizes, dtype=dtype)
        given = x, normal(rng, sizes[0], dtype=dtype) - 5, kind, parameters
        expected = divergence_of_flow(reference.kl_in_data, *given)
        found = via(divergence_of_flow, divergence, *given)
        assert_close(found, expected, what=f"the estimate for a flow of the kind {kind!r}")


@test_case(name="pull_back: drawn flows, in the data", points=1.5, hidden=True)
def in_data(kl_in_data, rng):
    check_divergence(kl_in_data, rng, (5, 3))


@test_case(name="pull_back: drawn flows, in the base", points=1.5, hidden=True)
def in_base(kl_in_base, rng):
    check_divergence(kl_in_base, rng, (4, 3))


@test_case(name="pull_back: one sample, one dimension", points=0.5, hidden=True)
def pull_back_of_one(kl_in_data, kl_in_base, rng):
    for divergence in (kl_in_data, kl_in_base):
        for sizes in ((1, 1), (1, 3), (4, 1)):
            check_divergence(divergence, rng, sizes)


@test_case(name="pull_back: float32", points=0.5, hidden=True)
def pull_back_single(kl_in_data, kl_in_base, rng):
    for divergence in (kl_in_data, kl_in_base):
        check_divergence(divergence, rng, (5, 3), torch.float32)


def several_flows(rng, size, dtype=torch.float64):
    """Two flows of either kind."""
    return [flow(rng, size, dtype) for flow in (affine_flow, stretched_flow) * 2]


def check_objective(objectives, functions, given):
    """Compare what several flows get, but for a constant that they share."""
    ours = as_tensor(objectives(functions[1], *given)).double()
    theirs = via(objectives, functions[0], *given)
    theirs = as_tensor(theirs, shape=(len(ours),), what="the objectives of several flows").double()
    assert_all(theirs.isfinite(), "the objectives of several flows are finite")
    what = "what the objectives of several flows differ by"
    single = given[0].dtype == torch.float32
    bounds = {"rtol": 1e-4, "atol": 1e-5} if single else {"rtol": 1e-8, "atol": 1e-10}
    assert_close(theirs[1:] - theirs[0], ours[1:] - ours[0], what=what, **bounds)


def check_forward_objective(forward_objective, rng, sizes, dtype=torch.float64):
    given = 2 * normal(rng, *sizes, dtype=dtype), several_flows(rng, sizes[1], dtype)
    functions = forward_objective, reference.forward_objective
    check_objective(forward_objectives, functions, given)


def check_reverse_objective(reverse_objective, rng, sizes, dtype=torch.float64):
    target = 2 * normal(rng, 2, sizes[1], dtype=dtype), 1.3
    given = normal(rng, *sizes, dtype=dtype), *target, several_flows(rng, sizes[1], dtype)
    functions = reverse_objective, reference.reverse_objective
    check_objective(reverse_objectives, functions, given)


@test_case(name="objective: drawn flows on samples of the data", points=0.4, hidden=True)
def forward_objective_values(forward_objective, rng):
    check_forward_objective(forward_objective, rng, (5, 3))


@test_case(name="objective: drawn flows on samples of the base", points=0.4, hidden=True)
def reverse_objective_values(reverse_objective, rng):
    check_reverse_objective(reverse_objective, rng, (5, 3))


@test_case(name="objective: one sample, one dimension", points=0.2, hidden=True)
def objectives_of_one(forward_objective, reverse_objective, rng):
    for sizes in ((1, 1), (1, 3), (4, 1)):
        check_forward_objective(forward_objective, rng, sizes)
        check_reverse_objective(reverse_objective, rng, sizes)


@test_case(name="objective: flows in float32", points=0.2, hidden=True)
def objectives_single(forward_objective, reverse_objective, rng):
    check_forward_objective(forward_objective, rng, (5, 3), torch.float32)
    check_reverse_objective(reverse_objective, rng, (5, 3), torch.float32)


@test_case(name="objective: p_X can be evaluated", points=1, hidden=True)
def objective_density(kl_objective):
    assert_equal(kl_objective("density"), "reverse", what="the divergence to minimize")


@test_case(name="objective: samples of p_X", points=1, hidden=True)
def objective_samples(kl_objective):
    assert_equal(kl_objective("samples"), "forward", what="the divergence to minimize")
