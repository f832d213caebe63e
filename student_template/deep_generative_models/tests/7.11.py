"""Denoising diffusion: small cases that can be checked by hand."""

import torch
from drivers.ddpm import with_product
from otter.test_files import test_case

from autograder.testing import assert_close, via

OK_FORMAT = False

name = "7.11"

# Two steps whose square roots are all rational. The alphas are 0.64 and 0.5625, with the roots 0.8 and
# 0.75; the alpha_bars are 0.64 and 0.36, with the roots 0.8 and 0.6. The roots of 1 - alpha_bar are 0.6
# and 0.8.
BETAS = torch.tensor([0.36, 0.4375], dtype=torch.float64)
MIXED = torch.tensor([2, 1, 2])


def floats(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)


@test_case(name="p_sample: steps 2, 1 and 2", points=0.01)
def sampled(p_sample):
    """The model is t times x: the means are -x/8, x/2 and -x/8. The deviation at step 2 is 0.2."""
    xt = floats([8.0, -16.0], [2.0, 6.0], [0.0, 4.0])
    eps = floats([1.0, 2.0], [5.0, 5.0], [-1.0, 0.0])
    expected = [[-0.8, 2.4], [1.0, 3.0], [-0.2, -0.5]]
    drawn = via(with_product, p_sample, xt, MIXED, eps, BETAS, floats(0.25, 0.04))
    assert_close(drawn, expected, what="x_{t-1}")
