"""Denoising diffusion: small cases that can be checked by hand."""

import numpy as np
import torch
from drivers.ddpm import with_two_models
from otter.test_files import test_case

from autograder.testing import as_array, assert_all, unpack, via

OK_FORMAT = False

name = "7.9"

# Two steps whose square roots are all rational. The alphas are 0.64 and 0.5625, with the roots 0.8 and
# 0.75; the alpha_bars are 0.64 and 0.36, with the roots 0.8 and 0.6. The roots of 1 - alpha_bar are 0.6
# and 0.8.
BETAS = torch.tensor([0.36, 0.4375], dtype=torch.float64)
IMAGES = torch.tensor([[1.0, 2.0], [3.0, -1.0], [0.0, 5.0]], dtype=torch.float64)
NOISE = torch.tensor([[1.0, 0.0], [0.5, 1.0], [-1.0, 2.0]], dtype=torch.float64)


def floats(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)


@test_case(name="elbo_loss: form of the loss", points=0)
def form_of_the_loss(elbo_loss):
    """Only the form is checked; one model is t times x, and one is 0."""
    noise = torch.stack([NOISE, NOISE + 1])
    losses = via(with_two_models, elbo_loss, IMAGES, noise, BETAS, floats(0.5, 0.1))
    for loss in unpack(losses, 2):
        numbers = as_array(loss, shape=(3,), float64=True, what="the loss")
        assert_all(np.isfinite(numbers), "the loss is a number for each image")
