"""Denoising diffusion: small cases that can be checked by hand."""

import torch
from drivers.ddpm import with_product
from otter.test_files import test_case

from autograder.testing import assert_close, via

OK_FORMAT = False

name = "7.10"

# Two steps whose square roots are all rational. The alphas are 0.64 and 0.5625, with the roots 0.8 and
# 0.75; the alpha_bars are 0.64 and 0.36, with the roots 0.8 and 0.6. The roots of 1 - alpha_bar are 0.6
# and 0.8.
BETAS = torch.tensor([0.36, 0.4375], dtype=torch.float64)
MIXED = torch.tensor([2, 1, 2])
IMAGES = torch.tensor([[1.0, 2.0], [3.0, -1.0], [0.0, 5.0]], dtype=torch.float64)
NOISE = torch.tensor([[1.0, 0.0], [0.5, 1.0], [-1.0, 2.0]], dtype=torch.float64)


@test_case(name="ddpm_loss: three images of two elements", points=0.01)
def simple(ddpm_loss):
    """The model is t times x: the squared errors of the three images sum to 9, 6.28 and 52.2."""
    loss = via(with_product, ddpm_loss, IMAGES, MIXED, NOISE, BETAS)
    assert_close(loss, (9 + 6.28 + 52.2) / 6, what="the loss")
