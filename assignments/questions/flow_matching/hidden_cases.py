"""Hidden cases of flow matching: times that differ in a batch, steps that are powers of two."""

import torch
from drivers.flow_matching import SCALE, asked, placed, stepped, told, trained, twice
from otter.test_files import test_case

from autograder.testing import (
    as_tensor,
    assert_all,
    assert_close,
    assert_same_distribution,
    integers,
    normal,
    unpack,
    via,
)
from reference import flow_matching as reference

OK_FORMAT = False

name = "flow_matching"

Right = reference.FlowMatching
DRAWS = 4_000
SHAPES = ((5, 2, 3, 4), (1, 1, 1, 1))


def images(rng, *shape):
    return normal(rng, *shape).float()


def times(rng, count):
    """Times that float32 and the model's whole times hold exactly, away from both ends."""
    return (integers(rng, 4, 12, count) / 16).float()


def check(FlowMatching, method, *arguments, driver=asked):
    expected = driver(Right, method, *arguments)
    assert_close(via(driver, FlowMatching, method, *arguments), expected, what=method)


@test_case(name="path: points", points=1, hidden=True)
def between(FlowMatching, rng):
    for shape in SHAPES:
        given = images(rng, *shape), 1 + images(rng, *shape), times(rng, shape[0])
        assert_close(via(placed, FlowMatching, *given), placed(Right, *given), what="sample_xt")


@test_case(name="path: velocities", points=1, hidden=True)
def velocities(FlowMatching, rng):
    for shape in SHAPES:
        x0, x1 = images(rng, *shape), 1 + images(rng, *shape)
        check(FlowMatching, "compute_conditional_velocity", x0, x1)


@test_case(name="path: the model's velocity", points=1, hidden=True)
def predicted(FlowMatching, rng):
    for shape in SHAPES:
        check(FlowMatching, "predict_velocity", images(rng, *shape), times(rng, shape[0]))


@test_case(name="path: the default scale", points=0.25, hidden=True)
def default(FlowMatching, rng):
    t = times(rng, 5)
    found = via(told, FlowMatching, images(rng, 5, 1, 2, 3), t)
    assert_close(found, (1000 * t).long(), what="the times that the model saw")


@test_case(name="loss: at the times that the model saw", points=2, hidden=True)
def losses(FlowMatching, rng):
    for shape in SHAPES:
        x0, noise = images(rng, *shape), 2 + images(rng, *shape)
        found = via(trained, FlowMatching, x0, noise)
        loss, slope, seen, whole = unpack(found, 4, what="the loss and what the model saw")
        seen = as_tensor(seen, shape=tuple(x0.shape), what="the images that the model saw").float()
        whole = as_tensor(whole, shape=(len(x0),), what="the times that the model saw").float()
        way = (noise - x0).flatten(1)
        # on a straight line all entries of an example have gone the same share of their way
        t = ((seen - x0).flatten(1) * way).sum(1) / (way**2).sum(1)
        expected = placed(Right, x0, noise, t)
        assert_close(seen, expected, rtol=1e-3, atol=1e-3, what="the images that the model saw")
        near = (t * SCALE - whole > -0.05) & (t * SCALE - whole < 1.05)
        assert_all(near, "the model is told the time at which the image is, in whole steps")
        parameter = torch.tensor(0.5, requires_grad=True)
        velocity = parameter * expected + (whole / SCALE).reshape(-1, 1, 1, 1) ** 2 / 10
        right = ((velocity - (noise - x0)) ** 2).flatten(1).sum(1).mean()
        slopes = torch.autograd.grad(right, [parameter])
        assert_close(loss, right.detach(), rtol=3e-3, atol=1e-2, what="the loss")
        assert_close(slope, slopes[0], rtol=3e-3, atol=1e-2, what="its slope in a parameter")


@test_case(name="loss: the times", points=1, hidden=True)
def drawn_times(FlowMatching, rng):
    x0 = torch.zeros(DRAWS, 1, 1, 2)
    found = unpack(via(trained, FlowMatching, x0, None), 4, what="the loss and what it saw")
    t = rng.uniform(size=DRAWS)
    assert_same_distribution(found[3], (t * SCALE).astype(int), what="the time of an example")
    own = t[:, None] * rng.standard_normal((DRAWS, 2))
    assert_same_distribution(
        found[2], own.reshape(DRAWS, 1, 1, 2), what="the point between zeros and the loss's noise"
    )


@test_case(name="loss: with a seed", points=0.25, hidden=True)
def seeded(FlowMatching, rng):
    found = unpack(via(twice, FlowMatching, images(rng, 3, 1, 2, 4)), 4, what="four losses")
    one, other, first, again = (as_tensor(value, shape=(), what="a loss") for value in found)
    assert_all(torch.isfinite(first), "the loss is finite")
    assert_close(again, first, what="the loss with set_seed, once more")
    assert_all(one != other, "the loss draws anew at each call without set_seed")


@test_case(name="steps: Euler", points=1, hidden=True)
def euler(FlowMatching, rng):
    for shape, dt in zip(SHAPES, (-0.125, 0.25), strict=True):
        given = images(rng, *shape), float(times(rng, 1)), dt
        check(FlowMatching, "euler_step", *given, driver=stepped)


@test_case(name="steps: midpoint", points=1, hidden=True)
def midpoint(FlowMatching, rng):
    for shape, dt in zip(SHAPES, (-0.5, 0.5), strict=True):
        given = images(rng, *shape), float(times(rng, 1)), dt
        check(FlowMatching, "midpoint_step", *given, driver=stepped)


@test_case(name="sampling: Euler", points=1, hidden=True)
def euler_samples(FlowMatching, rng):
    for shape, steps in zip(SHAPES, (4, 2), strict=True):
        check(FlowMatching, "euler_sample", images(rng, *shape), steps)


@test_case(name="sampling: midpoint", points=1, hidden=True)
def midpoint_samples(FlowMatching, rng):
    for shape, steps in zip(SHAPES, (4, 1), strict=True):
        check(FlowMatching, "midpoint_sample", images(rng, *shape), steps)
