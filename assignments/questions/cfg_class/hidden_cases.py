"""Hidden cases of a guided diffusion: ratios that differ in a batch, up to 8, which float32 can hold."""

import torch
from drivers.cfg_class import STEPS, asked, ratios, trained, twice
from otter.test_files import test_case

from autograder.testing import (
    as_tensor,
    assert_all,
    assert_close,
    assert_equal,
    assert_same_distribution,
    integers,
    normal,
    uniform,
    unpack,
    via,
)
from reference import cfg_class as reference

OK_FORMAT = False

name = "cfg_class"

Right = reference.CFGDiffusion
DRAWS = 4_000
SHAPES = ((5, 2, 3, 4), (1, 1, 1, 1))
MANY = 1_000
TO_5E_3 = {"rtol": 0.0, "atol": 5e-3}


def images(rng, *shape):
    return normal(rng, *shape).float()


def pair(rng, count):
    """Ratios before and after a reverse step."""
    before = uniform(rng, -6.0, 5.0, count, 1, 1, 1)
    return before.float(), (before + uniform(rng, 0.5, 3.0, count, 1, 1, 1)).float()


def check(CFGDiffusion, method, *arguments):
    expected = asked(Right, method, *arguments)
    found = via(asked, CFGDiffusion, method, *arguments)
    assert_close(found, expected, rtol=2e-3, atol=1e-4, what=method)


@test_case(name="ratios: of times", points=1, hidden=True)
def of_times(CFGDiffusion, rng):
    for count in (1, 6):
        t = integers(rng, 5, STEPS - 5, count)
        found = via(ratios, CFGDiffusion, t)
        assert_close(found, ratios(Right, t), **TO_5E_3, what="the ratios")
    t = torch.tensor([12, 500, MANY - 1])  # from a ratio of 8 on
    found = via(ratios, CFGDiffusion, t, MANY)
    assert_close(found, ratios(Right, t, MANY), **TO_5E_3, what="the ratios of a thousand steps")


@test_case(name="ratios: image and noise", points=1, hidden=True)
def shares(CFGDiffusion, rng):
    for count in (1, 5):
        before, after = pair(rng, count)
        check(CFGDiffusion, "alpha_lambda", before)
        check(CFGDiffusion, "sigma_lambda", before)
        check(CFGDiffusion, "get_exp_ratio", before, after)


@test_case(name="forward: samples", points=1, hidden=True)
def samples(CFGDiffusion, rng):
    for shape in SHAPES:
        before, _ = pair(rng, shape[0])
        check(CFGDiffusion, "q_sample", images(rng, *shape), before, images(rng, *shape))


@test_case(name="forward: deviations", points=1, hidden=True)
def deviations(CFGDiffusion, rng):
    for count in (1, 5):
        check(CFGDiffusion, "sigma_q", *pair(rng, count))
        check(CFGDiffusion, "sigma_q_x", *pair(rng, count))


@test_case(name="reverse: means", points=1, hidden=True)
def means(CFGDiffusion, rng):
    for shape in SHAPES:
        z, x = images(rng, *shape), 1 + images(rng, *shape)
        check(CFGDiffusion, "mu_p_theta", z, x, *pair(rng, shape[0]))


@test_case(name="reverse: variances", points=1, hidden=True)
def variances(CFGDiffusion, rng):
    for count in (1, 5):
        check(CFGDiffusion, "var_p_theta", *pair(rng, count))
        check(CFGDiffusion, "var_p_theta", *pair(rng, count), 0.7)


@test_case(name="reverse: samples", points=1, hidden=True)
def drawn(CFGDiffusion, rng):
    z = images(rng, 1, 1, 1, 2).expand(DRAWS, 1, 1, 2).contiguous()
    one, other = (ratio.expand(DRAWS, 1, 1, 1).contiguous() for ratio in pair(rng, 1))
    given = ("p_sample", z, one, other, 0.5 * z)
    assert_same_distribution(via(asked, CFGDiffusion, *given), asked(Right, *given).numpy())


def check_seeded(CFGDiffusion, method, shape, *arguments):
    """A call with `set_seed` gives the same twice, and one without does not."""
    found = via(twice, CFGDiffusion, method, *arguments)
    values = unpack(found, 4, what="four calls")
    one, other, seeded, again = (as_tensor(v, shape=shape, what=method) for v in values)
    assert_all(torch.isfinite(seeded), f"{method} is finite")
    assert_close(again, seeded, what=f"{method} with set_seed, once more")
    assert_all(one != other, f"{method} draws anew at each call without set_seed")


@test_case(name="reverse: with a seed", points=0.25, hidden=True)
def reverse_seeded(CFGDiffusion, rng):
    z = images(rng, 3, 1, 2, 4)
    check_seeded(CFGDiffusion, "p_sample", tuple(z.shape), z, *pair(rng, 3), 0.5 * z)


@test_case(name="loss: of what the model saw", points=2, hidden=True)
def losses(CFGDiffusion, rng):
    of_four, of_one = (4, 2, 3, 4), (1, 1, 6, 1)
    given = ((of_four, torch.tensor([0, 1, 2, 0])), (of_four, None), (of_one, torch.tensor([2])))
    for shape, labels in given:
        x0, noise = images(rng, *shape), images(rng, *shape)
        found = via(trained, CFGDiffusion, x0, labels, noise)
        loss, slope, seen = unpack(found, 3, what="the loss, its slope and what the model saw")
        seen = as_tensor(seen, shape=tuple(x0.shape), what="the images that the model saw").double()
        parts = torch.stack([x0.flatten(1), noise.flatten(1)], 2).double()
        weights = torch.linalg.lstsq(parts, seen.flatten(1)[:, :, None]).solution
        mixed = (parts @ weights).reshape(x0.shape)
        assert_close(seen.float(), mixed.float(), rtol=1e-3, atol=1e-3, what="the noised images")
        size = (weights**2).sum((1, 2))
        assert_close(
            size.float(), torch.ones(len(x0)), rtol=1e-3, atol=1e-3, what="alpha² + sigma²"
        )
        assert_all(weights > -1e-3, "image and noise are added")
        parameter = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
        more = 0 if labels is None else 0.1 * labels.reshape(-1, 1, 1, 1)
        right = ((noise - parameter * seen - more) ** 2).flatten(1).sum(1).mean()
        slopes = torch.autograd.grad(right, [parameter])
        assert_close(loss, right.detach().float(), rtol=1e-3, atol=1e-3, what="the loss")
        assert_close(slope, slopes[0].float(), rtol=1e-3, atol=1e-3, what="its slope")


@test_case(name="loss: the times", points=1, hidden=True)
def drawn_times(CFGDiffusion, rng):
    # the model sees alpha and sigma side by side
    x0, noise = (torch.tensor(pair).expand(DRAWS, 1, 1, 2).clone() for pair in ([1.0, 0], [0, 1.0]))
    found = unpack(via(trained, CFGDiffusion, x0, None, noise), 3, what="what the model saw")
    seen = as_tensor(found[2], shape=(DRAWS, 1, 1, 2), what="the images that the model saw")
    angles = torch.atan2(seen[..., 1], seen[..., 0]).reshape(-1).double()
    t = torch.round(angles / (torch.pi / 2) * STEPS)
    assert_same_distribution(t, rng.integers(0, STEPS, DRAWS), what="the time of an example")
    assert_equal(len(t.unique()), STEPS, what="how many of the steps are drawn, of 4000 times")


@test_case(name="loss: noise of its own", points=1, hidden=True)
def own_noise(CFGDiffusion, rng):
    x0 = torch.zeros(DRAWS, 1, 1, 2)
    found = unpack(via(trained, CFGDiffusion, x0, None), 3, what="what the model saw")
    ratio = ratios(Right, torch.as_tensor(rng.integers(0, STEPS, DRAWS))).reshape(-1, 1, 1, 1)
    ours = asked(Right, "q_sample", x0, ratio, normal(rng, DRAWS, 1, 1, 2).float())
    assert_same_distribution(found[2], ours.numpy(), what="an image of zeros with noise")


@test_case(name="loss: with a seed", points=0.25, hidden=True)
def loss_seeded(CFGDiffusion, rng):
    check_seeded(CFGDiffusion, "loss", (), images(rng, 3, 1, 2, 4), torch.tensor([0, 1, 2]))
