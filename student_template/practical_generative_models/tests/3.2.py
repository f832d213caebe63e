"""Public cases of a diffusion model."""

import torch
from drivers.ddpm_class import forward, noised
from otter.test_files import test_case

from autograder.testing import as_tensor, assert_close, unpack, via

OK_FORMAT = False

name = "3.2"

ROUGH = {"rtol": 1e-3, "atol": 1e-4}


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
