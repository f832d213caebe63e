"""Public cases of a diffusion model."""

import torch
from drivers.ddpm_class import trained
from otter.test_files import test_case

from autograder.testing import as_tensor, unpack, via

OK_FORMAT = False

name = "3.4"


@test_case(name="loss: form, one number", points=0, hidden=False)
def number(DenoiseDiffusion):
    x0, noise = torch.zeros(4, 1, 2, 2), torch.ones(4, 1, 2, 2)
    loss, *_ = unpack(via(trained, DenoiseDiffusion, 3, x0, noise), 4, what="the loss")
    as_tensor(loss, shape=(), what="the loss")
