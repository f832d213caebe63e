"""Denoising diffusion: small cases that can be checked by hand."""

import math

import torch
from drivers.ddpm import with_product
from otter.test_files import test_case

from autograder.testing import assert_close, via

OK_FORMAT = False

name = "7.5"

# Two steps whose square roots are all rational. The alphas are 0.64 and 0.5625, with the roots 0.8 and
# 0.75; the alpha_bars are 0.64 and 0.36, with the roots 0.8 and 0.6. The roots of 1 - alpha_bar are 0.6
# and 0.8.
BETAS = torch.tensor([0.36, 0.4375], dtype=torch.float64)
IMAGES = torch.tensor([[1.0, 2.0], [3.0, -1.0], [0.0, 5.0]], dtype=torch.float64)


def floats(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)


@test_case(name="bound: prior_matching of three images", points=0.01)
def end(prior_matching):
    """The squares of the images sum to 5, 10 and 25; x_2 has the variance 0.64."""
    constant = -math.log(0.64)
    expected = [0.54 + constant, 1.44 + constant, 4.14 + constant]
    assert_close(prior_matching(IMAGES, BETAS), expected, what="L_T")


@test_case(name="bound: denoising_matching with twice the variance", points=0.01)
def middle(denoising_matching):
    """The model is t times x, so that the learned mean is -x_2/8.

    The means differ by 35/64 (x_0 + x_2), and the variances are 63/256 and 126/256.
    """
    xt = floats([1.0, 0.0], [1.0, 1.0], [2.0, -1.0])
    t, sigma2 = torch.tensor([2, 2, 2]), floats(0.5, 63 / 128)
    constant = math.log(2) - 0.5
    expected = [175 / 576 * square + constant for square in (8, 16, 20)]
    terms = via(with_product, denoising_matching, IMAGES, xt, t, BETAS, sigma2)
    assert_close(terms, expected, what="L_{t-1}")


@test_case(name="bound: reconstruction with a variance of one half", points=0.01)
def start(reconstruction):
    """The model is t times x, so that the learned mean is x_1/2.

    The images lie (0, 2), (1, 0) and (-1, 2) away from the means.
    """
    x1 = floats([2.0, 0.0], [4.0, -2.0], [2.0, 6.0])
    expected = [square + math.log(math.pi) for square in (4, 1, 5)]
    terms = via(with_product, reconstruction, IMAGES, x1, BETAS, floats(0.5, 0.1))
    assert_close(terms, expected, what="L_0")


@test_case(name="bound: negative_elbo of three numbers and two steps", points=0.01)
def whole(negative_elbo):
    """The numbers 1, 0, -1 become 2, 0.6, -2 at step 1 and 2, 1, -2 at step 2.

    L_0 is 0, 0.09, 0 and a constant; L_1 is 175/576 times 9, 1, 9 and a constant; L_2 is 0, -0.18, 0 and a
    constant. The model and the variances are those of the cases of the single terms.
    """
    x0 = floats([1.0], [0.0], [-1.0])
    eps = floats([[2.0], [1.0], [-2.0]], [[1.75], [1.25], [-1.75]])
    constant = (math.log(math.pi) + (math.log(2) - 0.5) - math.log(0.64)) / 2
    expected = [part + constant for part in (1575 / 576, 0.09 + 175 / 576 - 0.18, 1575 / 576)]
    bound = via(with_product, negative_elbo, x0, eps, BETAS, floats(0.5, 63 / 128))
    assert_close(bound, expected, what="the bound")
