"""Denoising diffusion: two steps whose square roots are all rational, so that a pencil is enough.

With betas 0.36 and 0.4375, alphas are 0.64 and 0.5625, and alpha_bars 0.64 and 0.36: the square roots are
0.8 and 0.75 of the alphas, 0.8 and 0.6 of the alpha_bars, 0.6 and 0.8 of one minus the alpha_bars.

Cases whose name begins with "form" look at the form of an answer alone; the answer is for you to find.

The model of these cases is t times x. Its mean of the step back is x/2 at step 1 and -x/8 at step 2.
"""

import torch
from drivers.ddpm import with_product
from otter.test_files import test_case

from autograder.testing import assert_close, via

OK_FORMAT = False

name = "7.11"

BETAS = torch.tensor([0.36, 0.4375], dtype=torch.float64)
MIXED = torch.tensor([2, 1, 2])


def floats(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)


@test_case(name="p_sample: steps 2, 1 and 2", points=0.01)
def sampled(p_sample):
    """The means are -x/8, x/2 and -x/8, and the deviation at step 2 is 0.2."""
    xt = floats([8.0, -16.0], [2.0, 6.0], [0.0, 4.0])
    eps = floats([1.0, 2.0], [5.0, 5.0], [-1.0, 0.0])
    expected = [[-0.8, 2.4], [1.0, 3.0], [-0.2, -0.5]]
    drawn = via(with_product, p_sample, xt, MIXED, eps, BETAS, floats(0.25, 0.04))
    assert_close(drawn, expected, what="x_{t-1}")
