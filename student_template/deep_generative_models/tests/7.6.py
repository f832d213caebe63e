"""Denoising diffusion: small cases that can be checked by hand."""

import torch
from drivers.ddpm import with_product
from otter.test_files import test_case

from autograder.testing import assert_close, via

OK_FORMAT = False

name = "7.6"

# Two steps whose square roots are all rational. The alphas are 0.64 and 0.5625, with the roots 0.8 and
# 0.75; the alpha_bars are 0.64 and 0.36, with the roots 0.8 and 0.6. The roots of 1 - alpha_bar are 0.6
# and 0.8.
BETAS = torch.tensor([0.36, 0.4375], dtype=torch.float64)
MIXED = torch.tensor([2, 1, 2])
IMAGES = torch.tensor([[1.0, 2.0], [3.0, -1.0], [0.0, 5.0]], dtype=torch.float64)
NOISE = torch.tensor([[1.0, 0.0], [0.5, 1.0], [-1.0, 2.0]], dtype=torch.float64)


def floats(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)


@test_case(name="denoiser: mean_from_noise at steps 2, 1 and 2", points=0.01)
def known_noise(mean_from_noise):
    """Step 2: 4/3 x - 35/48 eps. Step 1: 5/4 x - 3/4 eps, which is the image."""
    xt = floats([0.3, 6.0], [4.0, 0.0], [0.0, 12.0])
    eps = floats([4.8, 0.0], [1.0, 2.0], [9.6, -4.8])
    expected = [[-3.1, 8.0], [4.25, -1.5], [-7.0, 19.5]]
    assert_close(mean_from_noise(xt, eps, MIXED, BETAS), expected, what="the mean")


@test_case(name="denoiser: loss_weight at steps 2, 1 and 2", points=0.01)
def weight(loss_weight):
    """Step 2: 0.4375^2 / (0.5 0.5625 0.64). Step 1: 0.36^2 / (1 0.64 0.36)."""
    expected = [1225 / 1152, 0.5625, 1225 / 1152]
    assert_close(loss_weight(MIXED, BETAS, floats(0.5, 0.25)), expected, what="the weights")


@test_case(name="denoiser: weighted_ddpm_loss with weights of 2 and 4", points=0.01)
def weighted(weighted_ddpm_loss):
    """The model is t times x: the squared errors of the three images sum to 9, 6.28 and 52.2.

    Step 1 weighs 2, step 2 weighs 4.
    """
    sigma2 = floats(0.140625, 1225 / 18432)
    loss = via(with_product, weighted_ddpm_loss, IMAGES, MIXED, NOISE, BETAS, sigma2)
    assert_close(loss, (4 * 9 + 2 * 6.28 + 4 * 52.2) / 3, what="the loss")
