"""Denoising diffusion: two steps whose square roots are all rational, so that a pencil is enough.

With betas 0.36 and 0.4375, alphas are 0.64 and 0.5625, and alpha_bars 0.64 and 0.36: the square roots are
0.8 and 0.75 of the alphas, 0.8 and 0.6 of the alpha_bars, 0.6 and 0.8 of one minus the alpha_bars.

The model of these cases is t times x. Its mean of the step back is x/2 at step 1 and -x/8 at step 2.
"""

import math

import torch
from drivers.ddpm import with_product
from otter.test_files import test_case

from autograder.testing import assert_all, assert_close, via

OK_FORMAT = False

name = "7.5"

BETAS = torch.tensor([0.36, 0.4375], dtype=torch.float64)
MIXED = torch.tensor([2, 1, 2])
IMAGES = torch.tensor([[1.0, 2.0], [3.0, -1.0], [0.0, 5.0]], dtype=torch.float64)
NOISE = torch.tensor([[1.0, 0.0], [0.5, 1.0], [-1.0, 2.0]], dtype=torch.float64)


def floats(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)


@test_case(name="negative_elbo: three numbers and two steps", points=1)
def whole(negative_elbo):
    """The numbers 1, 0, -1 become 2, 0.6, -2 at step 1 and 2, 1, -2 at step 2.

    L_0 is 0, 0.09, 0 and a constant; L_1 is 175/576 times 9, 1, 9 and a constant; L_2 is 0, -0.18, 0 and a
    constant. The variances are those of the cases of the single terms.
    """
    x0, eps = floats(1.0, 0.0, -1.0), floats([2.0, 1.0, -2.0], [1.75, 1.25, -1.75])
    constant = (math.log(math.pi) + (math.log(2) - 0.5) - math.log(0.64)) / 2
    expected = [part + constant for part in (1575 / 576, 0.09 + 175 / 576 - 0.18, 1575 / 576)]
    bound = via(with_product, negative_elbo, x0, eps, BETAS, floats(0.5, 63 / 128))
    assert_close(bound, expected, what="the bound")
