"""Denoising diffusion: two steps whose square roots are all rational, so that a pencil is enough.

With betas 0.36 and 0.4375, alphas are 0.64 and 0.5625, and alpha_bars 0.64 and 0.36: the square roots are
0.8 and 0.75 of the alphas, 0.8 and 0.6 of the alpha_bars, 0.6 and 0.8 of one minus the alpha_bars.

Cases whose name begins with "form" look at the form of an answer alone; the answer is for you to find.

The model of these cases is t times x. Its mean of the step back is x/2 at step 1 and -x/8 at step 2.
"""

import numpy as np
import torch
from drivers.ddpm import with_product
from otter.test_files import test_case

from autograder.testing import as_array, assert_all, via

OK_FORMAT = False

name = "2.7"

BETAS = torch.tensor([0.36, 0.4375], dtype=torch.float64)
IMAGES = torch.tensor([[1.0, 2.0], [3.0, -1.0], [0.0, 5.0]], dtype=torch.float64)
NOISE = torch.tensor([[1.0, 0.0], [0.5, 1.0], [-1.0, 2.0]], dtype=torch.float64)


def floats(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)


@test_case(name="elbo_loss: form of the loss", points=0)
def form_of_the_loss(elbo_loss):
    noise = torch.stack([NOISE, NOISE + 1])
    loss = via(with_product, elbo_loss, IMAGES, noise, BETAS, floats(0.5, 0.1))
    numbers = as_array(loss, shape=(3,), float64=True, what="the loss")
    assert_all(np.isfinite(numbers), "the loss is a number for each image")
