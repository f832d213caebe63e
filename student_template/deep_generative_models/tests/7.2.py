"""Denoising diffusion: small cases that can be checked by hand."""

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "7.2"

# Two steps whose square roots are all rational. The alphas are 0.64 and 0.5625, with the roots 0.8 and
# 0.75; the alpha_bars are 0.64 and 0.36, with the roots 0.8 and 0.6. The roots of 1 - alpha_bar are 0.6
# and 0.8.
BETAS = torch.tensor([0.36, 0.4375], dtype=torch.float64)
MIXED = torch.tensor([2, 1, 2])
IMAGES = torch.tensor([[1.0, 2.0], [3.0, -1.0], [0.0, 5.0]], dtype=torch.float64)


def floats(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)


@test_case(name="posterior: the mean at steps 2, 1 and 2", points=0.01)
def known_image_mean(posterior_mean):
    """At step 2, Bayes' rule weighs the image with 35/64 and x_2 with 27/64."""
    xt = floats([1.1, 0.0], [7.0, 7.0], [2.0, -1.0])
    expected = [[64.7 / 64, 70 / 64], [3.0, -1.0], [54 / 64, 148 / 64]]
    assert_close(posterior_mean(IMAGES, xt, MIXED, BETAS), expected, what="the mean")


@test_case(name="posterior: the variance at steps 2, 2 and 1", points=0.01)
def known_image_variance(posterior_variance):
    """At step 2 the precision is 0.5625/0.4375 + 1/0.36 = 256/63; at step 1 nothing is uncertain.

    With betas 0.3 and 0.2 it is 0.8/0.2 + 1/0.3 = 22/3.
    """
    t = torch.tensor([2, 2, 1])
    expected = [63 / 256, 63 / 256, 0.0]
    assert_close(posterior_variance(t, BETAS), expected, what="the variance")
    expected = [3 / 22, 3 / 22, 0.0]
    found = posterior_variance(t, floats(0.3, 0.2))
    assert_close(found, expected, what="the variance for betas 0.3 and 0.2")
