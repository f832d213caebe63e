"""Denoising diffusion: small cases that can be checked by hand."""

import math

import numpy as np
import torch
from drivers.ddpm import names_under, with_product, with_two_models
from otter.test_files import test_case

from autograder.testing import as_array, assert_all, assert_close, assert_one_of, unpack, via

OK_FORMAT = False

name = "ddpm"

# Two steps whose square roots are all rational. The alphas are 0.64 and 0.5625, with the roots 0.8 and
# 0.75; the alpha_bars are 0.64 and 0.36, with the roots 0.8 and 0.6. The roots of 1 - alpha_bar are 0.6
# and 0.8.
BETAS = torch.tensor([0.36, 0.4375], dtype=torch.float64)
MIXED = torch.tensor([2, 1, 2])
IMAGES = torch.tensor([[1.0, 2.0], [3.0, -1.0], [0.0, 5.0]], dtype=torch.float64)
NOISE = torch.tensor([[1.0, 0.0], [0.5, 1.0], [-1.0, 2.0]], dtype=torch.float64)


def floats(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)


@test_case(name="forward: a schedule of two steps", points=0.01)
def schedule(noise_schedule):
    expected = [[0.64, 0.5625], [0.64, 0.36]]
    assert_close(noise_schedule(BETAS), expected, what="(alphas, alpha_bars)")


@test_case(name="forward: three images at steps 2, 1 and 2", points=0.01)
def noised(q_sample):
    """The factors are 0.6 and 0.8 at step 2, 0.8 and 0.6 at step 1."""
    expected = [[1.4, 1.2], [2.7, -0.2], [-0.8, 4.6]]
    assert_close(q_sample(IMAGES, MIXED, NOISE, BETAS), expected, what="x_t")


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


@test_case(name="denoiser: mean_from_noise at steps 2, 1 and 2", points=0.01)
def known_noise(mean_from_noise):
    """Step 2: 4/3 x - 35/48 eps. Step 1: 5/4 x - 3/4 eps, which is the image."""
    xt = floats([0.3, 6.0], [4.0, 0.0], [0.0, 12.0])
    eps = floats([4.8, 0.0], [1.0, 2.0], [9.6, -4.8])
    expected = [[-3.1, 8.0], [4.25, -1.5], [-7.0, 19.5]]
    assert_close(mean_from_noise(xt, eps, MIXED, BETAS), expected, what="the mean")


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


@test_case(name="unknown: form of the name", points=0)
def unknown_name(unknown_when_sampling):
    """Only the form is checked; the answer is for you to find."""
    names = ("x_0", "x0", "x_t", "xt", "t", "beta_t")
    assert_one_of(unknown_when_sampling(), names, what="`unknown_when_sampling`")


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


@test_case(name="trained_parts: form of the answer", points=0)
def two_sets(trained_parts):
    """Only the form is checked; the answer is for you to find."""
    known = ([], ["decoder"], ["decoder", "encoder"], ["encoder"])
    for key in ("VAE", "DDPM"):
        names = via(names_under, trained_parts, key)
        assert_all(names in known, f'the names under "{key}" are "encoder" or "decoder"')


@test_case(name="excluded_term: form of the name", points=0)
def spelling(excluded_term):
    """Only the form is checked; the answer is for you to find."""
    assert_one_of(excluded_term(), ("L_0", "L_{t-1}", "L_T"), what="`excluded_term`")


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


@test_case(name="elbo_loss: form of the loss", points=0)
def form_of_the_loss(elbo_loss):
    """Only the form is checked; one model is t times x, and one is 0."""
    noise = torch.stack([NOISE, NOISE + 1])
    losses = via(with_two_models, elbo_loss, IMAGES, noise, BETAS, floats(0.5, 0.1))
    for loss in unpack(losses, 2):
        numbers = as_array(loss, shape=(3,), float64=True, what="the loss")
        assert_all(np.isfinite(numbers), "the loss is a number for each image")


@test_case(name="ddpm_loss: three images of two elements", points=0.01)
def simple(ddpm_loss):
    """The model is t times x: the squared errors of the three images sum to 9, 6.28 and 52.2."""
    loss = via(with_product, ddpm_loss, IMAGES, MIXED, NOISE, BETAS)
    assert_close(loss, (9 + 6.28 + 52.2) / 6, what="the loss")


@test_case(name="p_sample: steps 2, 1 and 2", points=0.01)
def sampled(p_sample):
    """The model is t times x: the means are -x/8, x/2 and -x/8. The deviation at step 2 is 0.2."""
    xt = floats([8.0, -16.0], [2.0, 6.0], [0.0, 4.0])
    eps = floats([1.0, 2.0], [5.0, 5.0], [-1.0, 0.0])
    expected = [[-0.8, 2.4], [1.0, 3.0], [-0.2, -0.5]]
    drawn = via(with_product, p_sample, xt, MIXED, eps, BETAS, floats(0.25, 0.04))
    assert_close(drawn, expected, what="x_{t-1}")
