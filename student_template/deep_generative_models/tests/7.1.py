"""Denoising diffusion: small cases that can be checked by hand."""

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "7.1"

# Two steps whose square roots are all rational. The alphas are 0.64 and 0.5625, with the roots 0.8 and
# 0.75; the alpha_bars are 0.64 and 0.36, with the roots 0.8 and 0.6. The roots of 1 - alpha_bar are 0.6
# and 0.8.
BETAS = torch.tensor([0.36, 0.4375], dtype=torch.float64)
MIXED = torch.tensor([2, 1, 2])
IMAGES = torch.tensor([[1.0, 2.0], [3.0, -1.0], [0.0, 5.0]], dtype=torch.float64)
NOISE = torch.tensor([[1.0, 0.0], [0.5, 1.0], [-1.0, 2.0]], dtype=torch.float64)


@test_case(name="forward: a schedule of two steps", points=0.01)
def schedule(noise_schedule):
    expected = [[0.64, 0.5625], [0.64, 0.36]]
    assert_close(noise_schedule(BETAS), expected, what="(alphas, alpha_bars)")


@test_case(name="forward: three images at steps 2, 1 and 2", points=0.01)
def noised(q_sample):
    """The factors are 0.6 and 0.8 at step 2, 0.8 and 0.6 at step 1."""
    expected = [[1.4, 1.2], [2.7, -0.2], [-0.8, 4.6]]
    assert_close(q_sample(IMAGES, MIXED, NOISE, BETAS), expected, what="x_t")
