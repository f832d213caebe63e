"""Hidden cases of the losses of GANs: values and slopes, from the points that the critic saw."""

import torch
from drivers.gan_losses import penalised, value
from otter.test_files import test_case

from autograder.testing import (
    as_tensor,
    assert_all,
    assert_close,
    normal,
    uniform,
    unpack,
    via,
)
from reference import gan_losses as reference

OK_FORMAT = False

name = "gan_losses"

STANDS = {
    "wasserstein: one example": "a batch of one example is the smallest input there is",
    "penalty: one example": "a batch of one example is the smallest input there is",
}


def samples(rng, *shape):
    """Two batches, the weights of a critic, and its two numbers."""
    x, y = normal(rng, *shape).float(), normal(rng, *shape).float() + 0.5
    scale, shift = rng.uniform(0.5, 0.9), rng.uniform(0.2, 0.4)
    return x, y, uniform(rng, 0.5, 1.0, *shape[1:]).float(), float(scale), float(shift)


def check(function, ours, given):
    found = via(value, function, *given)
    loss, slopes = unpack(found, 2, what="the loss and its slopes")
    right, right_slopes = value(ours, *given)
    assert_close(loss, right.detach())
    assert_close(slopes, right_slopes, what="the gradient in the critic's parameters")


@test_case(name="wasserstein: vectors and images", points=1, hidden=True)
def wasserstein(vf_wasserstein_distance, rng):
    for shape in ((5, 3), (4, 2, 3, 3)):
        check(vf_wasserstein_distance, reference.vf_wasserstein_distance, samples(rng, *shape))


@test_case(name="wasserstein: one example", points=0.25, hidden=True)
def wasserstein_one(vf_wasserstein_distance, rng):
    check(vf_wasserstein_distance, reference.vf_wasserstein_distance, samples(rng, 1, 3))


@test_case(name="hellinger: vectors and images", points=1, hidden=True)
def hellinger(vf_squared_hellinger, rng):
    for shape in ((5, 3), (4, 1, 2, 2), (1, 2)):
        check(vf_squared_hellinger, reference.vf_squared_hellinger, samples(rng, *shape))


def check_penalty(lp_reg, given):
    """The penalty at the points that the critic saw, its slopes, and where those points lie."""
    x, _, weight, scale, shift = given
    found = via(penalised, lp_reg, *given)
    what = "the penalty, its slopes and the points"
    penalty, slopes, points = unpack(found, 3, what=what)
    seen = as_tensor(points, shape=tuple(x.shape), what="the points that the critic saw").double()
    parameters = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (scale, shift)]
    slope = parameters[0] * weight.double() * seen + parameters[1]
    right = (torch.relu(slope.flatten(1).norm(dim=1) - 1) ** 2).mean()
    right_slopes = torch.stack(torch.autograd.grad(right, parameters))
    assert_close(penalty, right.detach().float())
    assert_close(slopes, right_slopes.float(), what="the gradient in the critic's parameters")
    return seen


def check_points(seen, x, y):
    """Each point lies between its two examples, at a place of its own."""
    x, y = x.double().flatten(1), y.double().flatten(1)
    away = seen.flatten(1) - y
    share = (away * (x - y)).sum(1) / ((x - y) ** 2).sum(1)
    assert_close(
        away.float(), (share[:, None] * (x - y)).float(), rtol=0.0, atol=1e-4, what="the points"
    )
    within = (share > -1e-4) & (share < 1 + 1e-4)
    assert_all(within, "each point lies between the two examples of its row")
    if len(share) > 1:
        gaps = torch.sort(share).values.diff()
        assert_all(gaps.max() > 1e-3, "each row has its own random place")


@test_case(name="penalty: the value at the points", points=1, hidden=True)
def penalty(lp_reg, rng):
    x, y, weight, scale, shift = samples(rng, 6, 4)
    check_penalty(lp_reg, (x, y, weight, 2 * scale, shift))


@test_case(name="penalty: where the points lie", points=1, hidden=True)
def places(lp_reg, rng):
    given = samples(rng, 8, 4)
    check_points(check_penalty(lp_reg, given), *given[:2])


@test_case(name="penalty: a slope below 1", points=0.04, hidden=True)
def flat(lp_reg, rng):
    x, y, weight, _, _ = samples(rng, 6, 2)
    check_penalty(lp_reg, (x, y, weight, 0.0, 0.3))


@test_case(name="penalty: one example", points=0.25, hidden=True)
def lone(lp_reg, rng):
    x, y, weight, scale, shift = samples(rng, 1, 4)
    check_penalty(lp_reg, (x, y, weight, 3 * scale, shift))


@test_case(name="penalty_images: the value at the points", points=1, hidden=True)
def images(lp_reg, rng):
    check_penalty(lp_reg, samples(rng, 4, 2, 3, 3))


@test_case(name="penalty_images: where the points lie", points=1, hidden=True)
def places_of_images(lp_reg, rng):
    given = samples(rng, 6, 1, 3, 3)
    check_points(check_penalty(lp_reg, given), *given[:2])
