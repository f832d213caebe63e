"""Public cases of a diffusion model."""

import torch
from drivers.ddpm_class import reverse
from otter.test_files import test_case

from autograder.testing import as_tensor, assert_close, unpack, via

OK_FORMAT = False

name = "3.3"


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
