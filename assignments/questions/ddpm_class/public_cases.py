"""Public cases of a diffusion model."""

import torch
from drivers.ddpm_class import forward, noised, reverse, schedule, trained
from otter.test_files import test_case

from autograder.testing import as_tensor, assert_close, unpack, via

OK_FORMAT = False

name = "ddpm_class"

ROUGH = {"rtol": 1e-3, "atol": 1e-4}


@test_case(name="schedule: of three steps", points=0.01, hidden=False)
def three(DenoiseDiffusion):
    schedules, steps = unpack(via(schedule, DenoiseDiffusion, 3), 2, what="schedules and steps")
    expected = [
        [0.0001, 0.01005, 0.02],
        [0.9999, 0.98995, 0.98],
        [0.9999, 0.989851, 0.970054],
        [0.0001, 0.01005, 0.02],
    ]
    assert_close(schedules, torch.tensor(expected), **ROUGH, what="beta, alpha, alpha_bar, sigma2")
    assert_close(steps, 3, what="n_steps")


@test_case(name="forward: zeros and ones", points=0.01, hidden=False)
def two(DenoiseDiffusion):
    x0, t = torch.ones(2, 1, 1, 1), torch.tensor([0, 2])
    found = via(forward, DenoiseDiffusion, 3, x0, t)
    mean, variance = unpack(found, 2, what="mean and variance")
    assert_close(
        as_tensor(mean).flatten(), torch.tensor([0.99995, 0.984913]), **ROUGH, what="the mean"
    )
    assert_close(
        as_tensor(variance).flatten(),
        torch.tensor([0.0001, 0.029946]),
        **ROUGH,
        what="the variance",
    )
    sample = via(noised, DenoiseDiffusion, 3, x0, t, torch.ones(2, 1, 1, 1))
    assert_close(as_tensor(sample).flatten(), torch.tensor([1.00995, 1.157962]), **ROUGH)


@test_case(name="reverse: a pixel of one", points=0.01, hidden=False)
def one(DenoiseDiffusion):
    found = via(reverse, DenoiseDiffusion, 3, torch.ones(1, 1, 1, 1), torch.tensor([2]))
    mean, variance = unpack(found, 2, what="mean and variance")
    # the model predicts 0.5 * 1 + 0.01 * 2
    assert_close(
        as_tensor(mean).flatten(), torch.tensor([0.949444]), rtol=3e-5, atol=1e-5, what="the mean"
    )
    assert_close(
        as_tensor(variance).flatten(),
        torch.tensor([0.02]),
        rtol=1e-4,
        atol=1e-5,
        what="the variance",
    )


@test_case(name="loss: form, one number", points=0, hidden=False)
def number(DenoiseDiffusion):
    x0, noise = torch.zeros(4, 1, 2, 2), torch.ones(4, 1, 2, 2)
    loss, *_ = unpack(via(trained, DenoiseDiffusion, 3, x0, noise), 4, what="the loss")
    as_tensor(loss, shape=(), what="the loss")
