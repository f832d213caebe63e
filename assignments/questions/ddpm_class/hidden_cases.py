"""Hidden cases of a diffusion model: times that differ in a batch, samples by their distribution."""

import torch
from drivers.ddpm_class import (
    denoised,
    forward,
    gathered,
    noised,
    reverse,
    schedule,
    trained,
    twice,
)
from otter.test_files import test_case

from autograder.testing import (
    as_array,
    as_tensor,
    assert_all,
    assert_close,
    assert_equal,
    assert_same_distribution,
    integers,
    normal,
    unpack,
    via,
)
from reference import ddpm_class as reference

OK_FORMAT = False

name = "ddpm_class"

STANDS = {
    "forward: one pixel": "the smallest image there is",
    "reverse: one pixel": "the smallest image there is",
}

STEPS = 40
DRAWS = 4_000
ROUGH = {"rtol": 1e-3, "atol": 1e-4}  # alpha_bar is near 1, in float32


def images(rng, *shape):
    return normal(rng, *shape).float()


def times(rng, count):
    """The first, the last, and others, in any order."""
    t = torch.cat([torch.tensor([0, STEPS - 1]), integers(rng, 1, STEPS - 2, count)])
    return t[torch.as_tensor(rng.permutation(len(t)))][:count]


def check_pair(found, expected, **tolerances):
    for what, one, other in zip(
        ("the mean", "the variance"),
        unpack(found, 2, what="mean and variance"),
        expected,
        strict=True,
    ):
        assert_close(one, other.detach(), **{**ROUGH, **tolerances}, what=what)


@test_case(name="schedule: of forty steps", points=1, hidden=True)
def schedules(DenoiseDiffusion):
    found, steps = unpack(via(schedule, DenoiseDiffusion, STEPS), 2, what="schedules and steps")
    expected, _ = schedule(reference.DenoiseDiffusion, STEPS)
    assert_close(found, expected, **ROUGH, what="beta, alpha, alpha_bar, sigma2")
    assert_close(steps, STEPS, what="n_steps")


@test_case(name="schedule: gather", points=1, hidden=True)
def gather(DenoiseDiffusion, rng):
    for count in (1, 5):
        t = times(rng, count)
        expected = gathered(reference.DenoiseDiffusion, STEPS, t)
        assert_close(via(gathered, DenoiseDiffusion, STEPS, t), expected, **ROUGH)
    first = torch.zeros(2, dtype=torch.long)  # of a schedule of one step
    expected = gathered(reference.DenoiseDiffusion, 1, first)
    assert_close(via(gathered, DenoiseDiffusion, 1, first), expected, **ROUGH)


@test_case(name="forward: mean and variance", points=1, hidden=True)
def forward_pair(DenoiseDiffusion, rng):
    x0, t = images(rng, 5, 2, 3, 4), times(rng, 5)
    expected = forward(reference.DenoiseDiffusion, STEPS, x0, t)
    check_pair(via(forward, DenoiseDiffusion, STEPS, x0, t), expected)


@test_case(name="forward: a sample with given noise", points=1, hidden=True)
def forward_noise(DenoiseDiffusion, rng):
    x0, t, eps = images(rng, 5, 1, 3, 4), times(rng, 5), images(rng, 5, 1, 3, 4)
    expected = noised(reference.DenoiseDiffusion, STEPS, x0, t, eps)
    assert_close(via(noised, DenoiseDiffusion, STEPS, x0, t, eps), expected, **ROUGH)


@test_case(name="forward: samples of its own noise", points=1, hidden=True)
def forward_draws(DenoiseDiffusion, rng):
    x0 = images(rng, 1, 1, 1, 2).expand(2 * DRAWS, 1, 1, 2).contiguous()
    t = torch.tensor([STEPS - 1, STEPS // 2]).repeat(DRAWS)
    draws = as_array(via(noised, DenoiseDiffusion, STEPS, x0, t, None), shape=tuple(x0.shape))
    ours = noised(reference.DenoiseDiffusion, STEPS, x0, t, None).numpy()
    for which in (0, 1):
        assert_same_distribution(draws[which::2], ours[which::2])


@test_case(name="forward: one pixel", points=0.25, hidden=True)
def forward_one(DenoiseDiffusion, rng):
    x0, t, eps = images(rng, 1, 1, 1, 1), times(rng, 1), images(rng, 1, 1, 1, 1)
    expected = noised(reference.DenoiseDiffusion, STEPS, x0, t, eps)
    assert_close(via(noised, DenoiseDiffusion, STEPS, x0, t, eps), expected, **ROUGH)


@test_case(name="reverse: mean and variance", points=2, hidden=True)
def reverse_pair(DenoiseDiffusion, rng):
    xt, t = images(rng, 5, 2, 3, 4), times(rng, 5)
    expected = reverse(reference.DenoiseDiffusion, STEPS, xt, t)
    check_pair(via(reverse, DenoiseDiffusion, STEPS, xt, t), expected)
    # late, and where most of the image is taken away: little is left of the mean but what a slip changes
    late = STEPS, xt, integers(rng, 25, STEPS - 1, 5), 30.0
    expected = reverse(reference.DenoiseDiffusion, *late)
    check_pair(via(reverse, DenoiseDiffusion, *late), expected, atol=4e-5)


@test_case(name="reverse: samples", points=1, hidden=True)
def reverse_draws(DenoiseDiffusion, rng):
    xt = images(rng, 1, 1, 1, 2).expand(2 * DRAWS, 1, 1, 2).contiguous()
    t = torch.tensor([STEPS - 1, 1]).repeat(DRAWS)
    draws = as_array(via(denoised, DenoiseDiffusion, STEPS, xt, t), shape=tuple(xt.shape))
    ours = denoised(reference.DenoiseDiffusion, STEPS, xt, t).numpy()
    for which in (0, 1):
        assert_same_distribution(draws[which::2], ours[which::2])


def check_seeded(DenoiseDiffusion, method, shape, x, *more):
    """A call with `set_seed` gives the same twice, and one without does not."""
    found = via(twice, DenoiseDiffusion, STEPS, method, x, *more)
    values = unpack(found, 4, what="four calls")
    one, other, seeded, again = (as_tensor(v, shape=shape, what=method) for v in values)
    assert_all(torch.isfinite(seeded), f"{method} is finite")
    assert_close(again, seeded, what=f"{method} with set_seed, once more")
    assert_all(one != other, f"{method} draws anew at each call without set_seed")


@test_case(name="reverse: with a seed", points=0.25, hidden=True)
def reverse_seeded(DenoiseDiffusion, rng):
    t = torch.tensor([9, 20, 39])
    check_seeded(DenoiseDiffusion, "p_sample", (3, 1, 2, 4), images(rng, 3, 1, 2, 4), t)


@test_case(name="reverse: one pixel", points=0.25, hidden=True)
def reverse_one(DenoiseDiffusion, rng):
    xt, t = 2 + images(rng, 1, 1, 1, 1).abs(), torch.tensor([STEPS - 1])
    expected = reverse(reference.DenoiseDiffusion, STEPS, xt, t)
    check_pair(via(reverse, DenoiseDiffusion, STEPS, xt, t), expected, atol=1e-5)


def check_loss(DenoiseDiffusion, x0, noise):
    """The loss and its slope, from the times and images that the model saw."""
    found = via(trained, DenoiseDiffusion, STEPS, x0, noise)
    loss, slope, seen, t = unpack(found, 4, what="the loss, its slope, and what the model saw")
    t = as_tensor(t, shape=(len(x0),), what="the times")
    t = t.long().clamp(0, STEPS - 1)
    expected = noised(reference.DenoiseDiffusion, STEPS, x0, t, noise)
    assert_close(seen, expected, **ROUGH, what="the images that the model saw")
    scale = torch.tensor(0.5, requires_grad=True)
    predicted = scale * expected + 0.01 * t.reshape(-1, 1, 1, 1)
    right = ((noise - predicted) ** 2).flatten(1).sum(1).mean()
    (right_slope,) = torch.autograd.grad(right, scale)
    assert_close(loss, right.detach(), rtol=1e-3, atol=1e-3, what="the loss")
    assert_close(slope, right_slope, rtol=1e-3, atol=1e-3, what="its slope in a parameter")


@test_case(name="loss: at the times that the model saw", points=2, hidden=True)
def losses(DenoiseDiffusion, rng):
    for shape in ((5, 2, 3, 4), (1, 1, 2, 1)):
        check_loss(DenoiseDiffusion, images(rng, *shape), images(rng, *shape))


@test_case(name="loss: the times", points=1, hidden=True)
def drawn_times(DenoiseDiffusion, rng):
    x0 = torch.zeros(DRAWS, 1, 1, 2)
    found = via(trained, DenoiseDiffusion, STEPS, x0, None)
    _, _, seen, t = unpack(found, 4, what="the loss, its slope, and what the model saw")
    ours = rng.integers(0, STEPS, DRAWS)
    assert_same_distribution(t, ours, what="the time of an example")
    drawn = as_tensor(t, shape=(DRAWS,), what="the times").unique()
    assert_equal(len(drawn), STEPS, what="how many of the steps are drawn, of 4000 times")
    own = noised(reference.DenoiseDiffusion, STEPS, x0, torch.as_tensor(ours), None).numpy()
    assert_same_distribution(seen, own, what="an image of zeros with noise of the loss's own")


@test_case(name="loss: with a seed", points=0.25, hidden=True)
def loss_seeded(DenoiseDiffusion, rng):
    check_seeded(DenoiseDiffusion, "loss", (), images(rng, 3, 1, 2, 4))
