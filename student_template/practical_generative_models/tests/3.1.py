"""Public cases of a diffusion model."""

import torch
from drivers.ddpm_class import schedule
from otter.test_files import test_case

from autograder.testing import assert_close, unpack, via

OK_FORMAT = False

name = "3.1"

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
