"""Denoising diffusion: small cases that can be checked by hand."""

import math

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "7.3"

# Two steps whose square roots are all rational. The alphas are 0.64 and 0.5625, with the roots 0.8 and
# 0.75; the alpha_bars are 0.64 and 0.36, with the roots 0.8 and 0.6. The roots of 1 - alpha_bar are 0.6
# and 0.8.
BETAS = torch.tensor([0.36, 0.4375], dtype=torch.float64)


@test_case(name="reverse: two images that are as likely", points=0.01)
def two_images(true_reverse_density):
    """x_2 = 0 lies in the middle of the two: both are as likely as before.

    The means are 35/64 and -35/64, and the variance is 63/256, so the exponents are 175/72 and 0 at 35/64,
    and both are 175/288 at 0.
    """
    height = 1 / math.sqrt(2 * math.pi * 63 / 256)
    ends = height * (1 + math.exp(-175 / 72)) / 2
    expected = [ends, height * math.exp(-175 / 288), ends]
    numbers = torch.tensor([35 / 64, 0, -35 / 64], dtype=torch.float64)
    images = torch.tensor([1, -1], dtype=torch.float64)
    found = true_reverse_density(numbers, 0.0, 2, images, BETAS)
    assert_close(found, expected, what="the density")
