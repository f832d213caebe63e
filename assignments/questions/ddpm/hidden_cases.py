"""Denoising diffusion: mixed steps, images of any rank, and laws that every right answer obeys."""

import math

import numpy as np
import torch
from drivers.ddpm import gradient, names_under, wave, way_back, with_knowledge, with_wave
from otter.test_files import test_case
from torch.distributions import Normal, kl_divergence

from autograder.testing import (
    as_tensor,
    assert_all,
    assert_close,
    assert_equal,
    integers,
    normal,
    uniform,
    via,
)
from reference import ddpm as reference

OK_FORMAT = False

name = "ddpm"

STEPS = 7
IMAGES = (5, 3, 2, 4)
VECTORS = (4, 6)
NUMBERS = (5,)

# A schedule in float32 is honest with float32 data, but 1 - alpha_bar then has a relative error of 2e-4
# at the first of the thousand steps, and results have up to 2.5e-4.
LOOSE = 5e-3


def schedule(rng, steps=STEPS, dtype=torch.float64):
    """Variances of the steps there, in no order, and of the steps back."""
    betas = uniform(rng, 0.05, 0.3, steps, dtype=dtype)
    return betas, uniform(rng, 0.05, 0.5, steps, dtype=dtype)


def long_schedule(dtype=torch.float64):
    """The thousand steps of Ho et al. 2020, and the first, the last and some between."""
    return torch.linspace(1e-4, 0.02, 1000, dtype=dtype), torch.tensor([3, 1, 1000, 2, 400])


def mixed_steps(rng, count, first=1, last=STEPS):
    """Steps in no order, with the first and the last that there are."""
    t = integers(rng, first, last, count)
    t[1], t[-1] = first, last
    return t


def batch(rng, shape, dtype=torch.float64):
    """Two batches of that shape: images and noise, or images and noisy images."""
    return normal(rng, *shape, dtype=dtype), normal(rng, *shape, dtype=dtype)


def parameters(rng):
    """Parameters of the model `wave`."""
    return uniform(rng, 0.5, 1.0, 3)


def sizes_of_one(rng, first=1):
    """One image, images of one number, and one step: images, noise, steps and the two tables."""
    for shape, steps in (((1, 3), STEPS), ((4, 1), STEPS), ((1, 2, 1), first), ((1,), STEPS)):
        yield *batch(rng, shape), integers(rng, first, steps, shape[0]), *schedule(rng, steps)


def spread(row, t, like):
    """The entries of a schedule at the steps t, to broadcast over the images."""
    return row[t - 1].reshape(-1, *[1] * (like.ndim - 1))


def walk(betas):
    """The factor before the image and the variance after each step, from the moments of single steps."""
    slope, variance, slopes, variances = 1.0, 0.0, [], []
    for beta in betas.tolist():
        slope, variance = math.sqrt(1 - beta) * slope, (1 - beta) * variance + beta
        slopes.append(slope)
        variances.append(variance)
    return torch.tensor([slopes, variances], dtype=torch.float64)


def step_back(x0, xt, t, betas):
    """Mean and variance of x_{t-1} where x_t and the image are known, by adding precisions; t from 2."""
    slopes, variances = walk(betas)
    beta, slope, variance = (
        spread(row, s, x0) for row, s in ((betas, t), (slopes, t - 1), (variances, t - 1))
    )
    total = 1 / (1 / variance + (1 - beta) / beta)
    return total * (slope / variance * x0 + (1 - beta).sqrt() / beta * xt), total


def learned_mean(xt, guess, t, betas):
    """The mean of the step back at the image that a guess of the noise implies; t from 2."""
    slope, variance = (spread(row, t, xt) for row in walk(betas))
    return step_back((xt - variance.sqrt() * guess) / slope, xt, t, betas)[0]


def check(student, right, theta, *given, what):
    """Compare a student's function with the reference's, both with the model `wave`."""
    came = via(with_wave, student, theta, *given)
    assert_close(came, with_wave(right, theta, *given), what=what)


def check_gradient(student, right, theta, *given, what):
    """Compare the values, and their gradients in the model's parameters."""
    check(student, right, theta, *given, what=what)
    came = via(gradient, student, theta, *given)
    assert_close(came, gradient(right, theta, *given), what=f"the gradient of {what}")


# --- The way there ---


@test_case(name="forward: a schedule of seven steps", points=2, hidden=True)
def schedule_of_seven(noise_schedule, rng):
    betas, _ = schedule(rng)
    expected = reference.noise_schedule(betas)
    assert_close(noise_schedule(betas), expected, what="(alphas, alpha_bars)")


@test_case(name="forward: the schedule shrinks by alpha at every step", points=1, hidden=True)
def schedule_law(noise_schedule, rng):
    betas, _ = schedule(rng, 6)
    alphas, alpha_bars = as_tensor(noise_schedule(betas), shape=(2, 6), what="the two schedules")
    before = torch.cat([torch.ones(1), alpha_bars[:-1]])
    assert_close(alphas + betas, torch.ones(6).double(), what="alpha + beta")
    assert_close(alpha_bars, alphas * before, what="alpha_bar against the one before, times alpha")


@test_case(name="forward: images of rank 4", points=2, hidden=True)
def noised_images(q_sample, rng):
    x0, eps = batch(rng, IMAGES)
    t, (betas, _) = mixed_steps(rng, len(x0)), schedule(rng)
    expected = reference.q_sample(x0, t, eps, betas)
    assert_close(q_sample(x0, t, eps, betas), expected, what="x_t")


@test_case(name="forward: vectors and numbers", points=1, hidden=True)
def noised_vectors(q_sample, rng):
    betas, _ = schedule(rng)
    for shape in (VECTORS, NUMBERS):
        x0, eps = batch(rng, shape)
        t = mixed_steps(rng, len(x0))
        expected = reference.q_sample(x0, t, eps, betas)
        assert_close(q_sample(x0, t, eps, betas), expected, what=f"x_t of the shape {shape}")


@test_case(name="forward: the moments of the chain", points=2, hidden=True)
def moments(q_sample, rng):
    """The factors before image and noise are those that the single steps lead to."""
    betas, _ = schedule(rng)
    t = torch.tensor([4, 1, 7, 2, 5, 3, 6, 1, 7])
    ones, zeros = torch.ones(9, 2).double(), torch.zeros(9, 2).double()
    slope, variance = (row[t - 1][:, None].expand(9, 2) for row in walk(betas))
    assert_close(q_sample(ones, t, zeros, betas), slope, what="x_t of an image of ones")
    assert_close(q_sample(zeros, t, ones, betas), variance.sqrt(), what="x_t of noise of ones")


@test_case(name="forward: 1000 steps", points=1, hidden=True)
def long_way(noise_schedule, q_sample, rng):
    betas, t = long_schedule()
    x0, eps = batch(rng, IMAGES)
    expected = reference.noise_schedule(betas)
    assert_close(noise_schedule(betas), expected, what="(alphas, alpha_bars)")
    expected = reference.q_sample(x0, t, eps, betas)
    assert_close(q_sample(x0, t, eps, betas), expected, what="x_t")


@test_case(name="forward: a single step, in int32", points=0.5, hidden=True)
def short_way(noise_schedule, q_sample, rng):
    betas, _ = schedule(rng, 1)
    x0, eps = batch(rng, (3, 2))
    t = torch.ones(3, dtype=torch.int32)
    expected = reference.noise_schedule(betas)
    assert_close(noise_schedule(betas), expected, what="(alphas, alpha_bars)")
    expected = reference.q_sample(x0, t, eps, betas)
    assert_close(q_sample(x0, t, eps, betas), expected, what="x_1")


@test_case(name="forward: float32", points=0.5, hidden=True)
def noised_single(noise_schedule, q_sample, rng):
    betas, _ = schedule(rng, dtype=torch.float32)
    x0, eps = batch(rng, VECTORS, torch.float32)
    t = mixed_steps(rng, len(x0))
    expected = reference.noise_schedule(betas)
    assert_close(noise_schedule(betas), expected, what="(alphas, alpha_bars)")
    for table in (betas, betas.double()):
        expected = reference.q_sample(x0, t, eps, table)
        assert_close(q_sample(x0, t, eps, table), expected, what=f"x_t with betas {table.dtype}")


@test_case(name="forward: sizes of 1", points=0.5, hidden=True)
def noised_small(q_sample, rng):
    for x0, eps, t, betas, _ in sizes_of_one(rng):
        expected = reference.q_sample(x0, t, eps, betas)
        what = f"x_t of the shape {tuple(x0.shape)}"
        assert_close(q_sample(x0, t, eps, betas), expected, what=what)


# --- One step back, if the image is known ---


@test_case(name="posterior: the mean of images of rank 4", points=2, hidden=True)
def posterior_images(posterior_mean, rng):
    x0, xt = batch(rng, IMAGES)
    t, (betas, _) = mixed_steps(rng, len(x0)), schedule(rng)
    expected = reference.posterior_mean(x0, xt, t, betas)
    assert_close(posterior_mean(x0, xt, t, betas), expected, what="the mean")


@test_case(name="posterior: the mean of numbers", points=1, hidden=True)
def posterior_numbers(posterior_mean, rng):
    x0, xt = batch(rng, NUMBERS)
    t, (betas, _) = mixed_steps(rng, len(x0)), schedule(rng)
    expected = reference.posterior_mean(x0, xt, t, betas)
    assert_close(posterior_mean(x0, xt, t, betas), expected, what="the mean")


@test_case(name="posterior: the mean of vectors", points=2, hidden=True)
def posterior_vectors(posterior_mean, rng):
    x0, xt = batch(rng, VECTORS)
    t, (betas, _) = mixed_steps(rng, len(x0), first=2), schedule(rng)
    expected = reference.posterior_mean(x0, xt, t, betas)
    assert_close(posterior_mean(x0, xt, t, betas), expected, what="the mean")


@test_case(name="posterior: the variance at mixed steps", points=1, hidden=True)
def posterior_spread(posterior_variance, rng):
    t, (betas, _) = mixed_steps(rng, 9), schedule(rng)
    expected = reference.posterior_variance(t, betas)
    assert_close(posterior_variance(t, betas), expected, what="the variance")


@test_case(name="posterior: precisions add", points=2, hidden=True)
def bayes(posterior_mean, posterior_variance, rng):
    """Bayes' rule for Gaussians: what the image says of x_{t-1}, and what x_t says of it."""
    x0, xt = batch(rng, (6, 3))
    t, (betas, _) = mixed_steps(rng, len(x0), first=2), schedule(rng)
    mean, variance = step_back(x0, xt, t, betas)
    assert_close(posterior_mean(x0, xt, t, betas), mean, what="the mean")
    assert_close(posterior_variance(t, betas), variance[:, 0], what="the variance")


@test_case(name="posterior: the first step arrives at the image", points=1, hidden=True)
def arrival(posterior_mean, posterior_variance, rng):
    x0, xt = batch(rng, VECTORS)
    t, (betas, _) = torch.ones(4, dtype=torch.int64), schedule(rng)
    assert_close(posterior_mean(x0, xt, t, betas), x0, what="the mean at t = 1")
    assert_close(posterior_variance(t, betas), torch.zeros(4).double(), what="the variance")


@test_case(name="posterior: 1000 steps", points=1, hidden=True)
def posterior_long(posterior_mean, posterior_variance, rng):
    betas, t = long_schedule()
    x0, xt = batch(rng, (5, 3))
    expected = reference.posterior_mean(x0, xt, t, betas)
    assert_close(posterior_mean(x0, xt, t, betas), expected, what="the mean")
    expected = reference.posterior_variance(t, betas)
    assert_close(posterior_variance(t, betas), expected, what="the variance")


@test_case(name="posterior: a single step, in int32", points=0.5, hidden=True)
def posterior_short(posterior_mean, posterior_variance, rng):
    betas, _ = schedule(rng, 1)
    x0, xt = batch(rng, (3, 2))
    t = torch.ones(3, dtype=torch.int32)
    assert_close(posterior_mean(x0, xt, t, betas), x0, what="the mean")
    assert_close(posterior_variance(t, betas), torch.zeros(3).double(), what="the variance")


@test_case(name="posterior: float32", points=0.5, hidden=True)
def posterior_single(posterior_mean, posterior_variance, rng):
    x0, xt = batch(rng, (5, 6), torch.float32)
    short, _ = schedule(rng, dtype=torch.float32)
    t = mixed_steps(rng, len(x0))
    expected = reference.posterior_mean(x0, xt, t, short)
    assert_close(posterior_mean(x0, xt, t, short), expected, what="the mean")
    expected = reference.posterior_variance(t, short)
    assert_close(posterior_variance(t, short), expected, what="the variance")
    betas, t = long_schedule(torch.float32)
    expected = reference.posterior_mean(x0, xt, t, betas)
    mean = posterior_mean(x0, xt, t, betas)
    assert_close(mean, expected, rtol=LOOSE, atol=LOOSE, what="the mean among 1000 steps")
    expected = reference.posterior_variance(t, betas)
    variance = posterior_variance(t, betas)
    # These variances begin at 5e-5: the usual absolute tolerance would be a fifth of that.
    assert_close(variance, expected, rtol=LOOSE, atol=1e-8, what="the variance among 1000 steps")


@test_case(name="posterior: sizes of 1", points=0.5, hidden=True)
def posterior_small(posterior_mean, posterior_variance, rng):
    for x0, xt, t, betas, _ in sizes_of_one(rng):
        expected = reference.posterior_mean(x0, xt, t, betas)
        what = f"the mean of the shape {tuple(x0.shape)}"
        assert_close(posterior_mean(x0, xt, t, betas), expected, what=what)
        expected = reference.posterior_variance(t, betas)
        assert_close(posterior_variance(t, betas), expected, what="the variance")


# --- One step back, if the image is not known ---


@test_case(name="unknown: the name", points=1, hidden=True)
def unknown_name(unknown_when_sampling):
    answer = unknown_when_sampling()
    known = ("x_0", "x0")
    expected = answer if type(answer) is str and answer in known else known[0]
    assert_equal(answer, expected, what="what sampling does not know")


@test_case(name="reverse: the step back from three images", points=2, hidden=True)
def reverse_density(true_reverse_density, rng):
    betas, _ = schedule(rng)
    data, x_prev = normal(rng, 3), normal(rng, 6)
    for t in (2, 5, STEPS):
        given = (x_prev, float(normal(rng)), t, data, betas)
        expected = reference.true_reverse_density(*given)
        what = f"the density at t = {t}"
        assert_close(true_reverse_density(*given), expected, what=what)


@test_case(name="reverse: the joint density over that of x_t", points=2, hidden=True)
def reverse_law(true_reverse_density, rng):
    """Bayes' rule without the step back: the step there, and how x_{t-1} and x_t are spread."""
    betas, _ = schedule(rng)
    data, x_prev, xt, t = normal(rng, 4), normal(rng, 5), normal(rng), 4
    slopes, variances = walk(betas)

    def marginal(step, x):
        q = Normal(slopes[step - 1] * data, variances[step - 1].sqrt())
        return q.log_prob(x[..., None]).exp().mean(-1)

    beta = betas[t - 1]
    there = Normal((1 - beta).sqrt() * x_prev, beta.sqrt()).log_prob(xt).exp()
    expected = there * marginal(t - 1, x_prev) / marginal(t, xt)
    found = true_reverse_density(x_prev, float(xt), t, data, betas)
    assert_close(found, expected, what="the density")


@test_case(name="reverse: the third of 1000 steps", points=0.5, hidden=True)
def reverse_long(true_reverse_density, rng):
    """Images, and x_t, that a deviation of 0.02 lies between."""
    betas, _ = long_schedule()
    data, xt = uniform(rng, -0.03, 0.03, 3), float(uniform(rng, -0.01, 0.01))
    given = (uniform(rng, -0.02, 0.02, 4), xt, 3, data, betas)
    expected = reference.true_reverse_density(*given)
    assert_close(true_reverse_density(*given), expected, what="the density")


@test_case(name="reverse: an image alone, and numbers alone", points=0.5, hidden=True)
def reverse_small(true_reverse_density, rng):
    for steps, count, images in ((2, 3, 1), (2, 1, 4), (5, 1, 1)):
        betas, _ = schedule(rng, steps)
        given = (normal(rng, count), float(normal(rng)), 2, normal(rng, images), betas)
        expected = reference.true_reverse_density(*given)
        what = f"the density of {count} numbers with {images} images"
        assert_close(true_reverse_density(*given), expected, what=what)


# --- One step back, if the noise is known ---


@test_case(name="denoiser: mean_from_noise of vectors", points=1, hidden=True)
def noise_of_vectors(mean_from_noise, rng):
    xt, eps = batch(rng, VECTORS)
    t, (betas, _) = mixed_steps(rng, len(xt)), schedule(rng)
    expected = reference.mean_from_noise(xt, eps, t, betas)
    assert_close(mean_from_noise(xt, eps, t, betas), expected, what="the mean")


@test_case(name="denoiser: mean_from_noise of images of rank 4", points=2, hidden=True)
def noise_images(mean_from_noise, rng):
    xt, eps = batch(rng, IMAGES)
    t, (betas, _) = mixed_steps(rng, len(xt)), schedule(rng)
    expected = reference.mean_from_noise(xt, eps, t, betas)
    assert_close(mean_from_noise(xt, eps, t, betas), expected, what="the mean")


@test_case(name="denoiser: mean_from_noise of vectors and numbers", points=1, hidden=True)
def noise_vectors(mean_from_noise, rng):
    betas, _ = schedule(rng)
    for shape in (VECTORS, NUMBERS):
        xt, eps = batch(rng, shape)
        t = mixed_steps(rng, len(xt))
        expected = reference.mean_from_noise(xt, eps, t, betas)
        came = mean_from_noise(xt, eps, t, betas)
        assert_close(came, expected, what=f"the mean of the shape {shape}")


@test_case(
    name="denoiser: mean_from_noise at the image that the noise implies", points=2, hidden=True
)
def implied_image(mean_from_noise, rng):
    """From step 2 on, the mean is Bayes' rule at the image that the noise implies."""
    xt, eps = batch(rng, (6, 5))
    t, (betas, _) = mixed_steps(rng, len(xt), first=2), schedule(rng)
    expected = learned_mean(xt, eps, t, betas)
    assert_close(mean_from_noise(xt, eps, t, betas), expected, what="the mean")


@test_case(name="denoiser: mean_from_noise at 1000 steps", points=1, hidden=True)
def noise_long(mean_from_noise, rng):
    betas, t = long_schedule()
    xt, eps = batch(rng, (5, 3))
    expected = reference.mean_from_noise(xt, eps, t, betas)
    assert_close(mean_from_noise(xt, eps, t, betas), expected, what="the mean")


@test_case(name="denoiser: mean_from_noise in float32", points=0.5, hidden=True)
def noise_single(mean_from_noise, rng):
    xt, eps = batch(rng, VECTORS, torch.float32)
    t, (betas, _) = mixed_steps(rng, len(xt)), schedule(rng, dtype=torch.float32)
    expected = reference.mean_from_noise(xt, eps, t, betas)
    assert_close(mean_from_noise(xt, eps, t, betas), expected, what="the mean")


@test_case(name="denoiser: sizes of 1", points=0.5, hidden=True)
def denoiser_small(mean_from_noise, loss_weight, weighted_ddpm_loss, rng):
    for x, eps, t, betas, sigma2 in sizes_of_one(rng):
        expected = reference.mean_from_noise(x, eps, t, betas)
        what = f"the mean of the shape {tuple(x.shape)}"
        assert_close(mean_from_noise(x, eps, t, betas), expected, what=what)
        expected = reference.loss_weight(t, betas, sigma2)
        assert_close(loss_weight(t, betas, sigma2), expected, what="the weights")
        given = (parameters(rng), x, t, eps, betas, sigma2)
        what = f"the loss of the shape {tuple(x.shape)}"
        check(weighted_ddpm_loss, reference.weighted_ddpm_loss, *given, what=what)


# --- The terms of the bound ---


@test_case(name="bound: prior_matching of vectors", points=1, hidden=True)
def prior_vectors(prior_matching, rng):
    x0, (betas, _) = normal(rng, *VECTORS), schedule(rng)
    assert_close(prior_matching(x0, betas), reference.prior_matching(x0, betas), what="L_T")


@test_case(name="bound: denoising_matching of vectors", points=1, hidden=True)
def denoising_vectors(denoising_matching, rng):
    x0, xt = batch(rng, VECTORS)
    t, tables = mixed_steps(rng, len(x0), first=2), schedule(rng)
    given = (parameters(rng), x0, xt, t, *tables)
    check(denoising_matching, reference.denoising_matching, *given, what="L_{t-1}")


@test_case(name="bound: reconstruction of vectors", points=1, hidden=True)
def reconstruction_vectors(reconstruction, rng):
    x0, x1 = batch(rng, VECTORS)
    given = (parameters(rng), x0, x1, *schedule(rng))
    check(reconstruction, reference.reconstruction, *given, what="L_0")


@test_case(name="bound: negative_elbo of vectors", points=1, hidden=True)
def whole_vectors(negative_elbo, rng):
    x0, eps = normal(rng, *VECTORS), normal(rng, STEPS, *VECTORS)
    given = (parameters(rng), x0, eps, *schedule(rng))
    check(negative_elbo, reference.negative_elbo, *given, what="the bound")


@test_case(name="bound: prior_matching of images of rank 4", points=1, hidden=True)
def prior_images(prior_matching, rng):
    x0, (betas, _) = normal(rng, *IMAGES), schedule(rng)
    assert_close(prior_matching(x0, betas), reference.prior_matching(x0, betas), what="L_T")


@test_case(name="bound: prior_matching is a divergence", points=1, hidden=True)
def prior_law(prior_matching, rng):
    x0, (betas, _) = normal(rng, *VECTORS), schedule(rng)
    slopes, variances = walk(betas)
    end = Normal(slopes[-1] * x0, variances[-1].sqrt())
    expected = kl_divergence(end, Normal(torch.zeros_like(x0), 1.0)).sum(1)
    assert_close(prior_matching(x0, betas), expected, what="L_T")


@test_case(name="bound: denoising_matching of images of rank 4", points=2, hidden=True)
def denoising_images(denoising_matching, rng):
    x0, xt = batch(rng, IMAGES)
    t, tables = mixed_steps(rng, len(x0), first=2), schedule(rng)
    given = (parameters(rng), x0, xt, t, *tables)
    check(denoising_matching, reference.denoising_matching, *given, what="L_{t-1}")


@test_case(name="bound: denoising_matching is a divergence", points=2, hidden=True)
def denoising_law(denoising_matching, rng):
    x0, xt = batch(rng, (6, 3))
    t, (betas, sigma2) = mixed_steps(rng, len(x0), first=2), schedule(rng)
    theta = parameters(rng)
    mean, variance = step_back(x0, xt, t, betas)
    learned = Normal(learned_mean(xt, wave(theta)(xt, t), t, betas), spread(sigma2, t, xt).sqrt())
    expected = kl_divergence(Normal(mean, variance.sqrt()), learned).sum(1)
    terms = via(with_wave, denoising_matching, theta, x0, xt, t, betas, sigma2)
    assert_close(terms, expected, what="L_{t-1}")


@test_case(name="bound: denoising_matching vanishes for the true step", points=1, hidden=True)
def denoising_vanishes(denoising_matching, rng):
    """The model knows the only image there is, and the variances are those of the true steps.

    What it adds to the right noise is then all that the term holds.
    """
    image, eps = normal(rng, 4), normal(rng, 5, 4)
    t, (betas, _) = mixed_steps(rng, 5, first=2), schedule(rng)
    slopes, variances = walk(betas)
    x0 = image.expand(5, 4).clone()
    xt = spread(slopes, t, x0) * x0 + spread(variances, t, x0).sqrt() * eps
    later = torch.arange(2, STEPS + 1)
    sigma2 = torch.cat([betas[:1], step_back(later.double(), later.double(), later, betas)[1]])
    for offset in (torch.zeros(4).double(), normal(rng, 4)):
        knowledge = (image, slopes, variances.sqrt(), offset)
        terms = via(with_knowledge, denoising_matching, *knowledge, x0, xt, t, betas, sigma2)
        expected = reference.loss_weight(t, betas, sigma2) * offset.square().sum()
        assert_close(terms, expected, what="L_{t-1}")


@test_case(name="bound: reconstruction of images of rank 4", points=1, hidden=True)
def reconstruction_images(reconstruction, rng):
    x0, x1 = batch(rng, IMAGES)
    given = (parameters(rng), x0, x1, *schedule(rng))
    check(reconstruction, reference.reconstruction, *given, what="L_0")


@test_case(name="bound: reconstruction is a density", points=1, hidden=True)
def reconstruction_law(reconstruction, rng):
    """Over all numbers x_0, its exponential integrates to one."""
    betas, sigma2 = schedule(rng)
    theta, x1 = parameters(rng), normal(rng, 1).expand(801).clone()
    x0 = torch.linspace(-15, 15, 801, dtype=torch.float64)
    terms = via(with_wave, reconstruction, theta, x0, x1, betas, sigma2)
    expected = with_wave(reference.reconstruction, theta, x0, x1, betas, sigma2)
    assert_close(terms, expected, what="L_0")
    density = torch.exp(-as_tensor(terms, shape=(801,), what="L_0").double())
    assert_close(density.sum() * 30 / 800, 1.0, what="the integral of exp(-L_0)")


@test_case(name="bound: 1000 steps", points=1, hidden=True)
def bound_long(prior_matching, denoising_matching, rng):
    betas, t = long_schedule()
    x0, xt = batch(rng, (5, 3))
    assert_close(prior_matching(x0, betas), reference.prior_matching(x0, betas), what="L_T")
    given = (parameters(rng), x0, xt, t.clamp(min=2), betas, betas.flip(0))
    check(denoising_matching, reference.denoising_matching, *given, what="L_{t-1}")


@test_case(name="bound: numbers", points=0.5, hidden=True)
def bound_numbers(prior_matching, denoising_matching, reconstruction, rng):
    x0, x = batch(rng, NUMBERS)
    t, tables, theta = mixed_steps(rng, len(x0), first=2), schedule(rng), parameters(rng)
    expected = reference.prior_matching(x0, tables[0])
    assert_close(prior_matching(x0, tables[0]), expected, what="L_T")
    given = (theta, x0, x, t, *tables)
    check(denoising_matching, reference.denoising_matching, *given, what="L_{t-1}")
    check(reconstruction, reference.reconstruction, theta, x0, x, *tables, what="L_0")


@test_case(name="bound: gradients", points=1, hidden=True)
def bound_gradients(denoising_matching, reconstruction, rng):
    x0, x = batch(rng, VECTORS)
    t, tables, theta = mixed_steps(rng, len(x0), first=2), schedule(rng), parameters(rng)
    given = (theta, x0, x, t, *tables)
    check_gradient(denoising_matching, reference.denoising_matching, *given, what="L_{t-1}")
    check_gradient(reconstruction, reference.reconstruction, theta, x0, x, *tables, what="L_0")


@test_case(name="bound: float32", points=0.5, hidden=True)
def bound_single(prior_matching, denoising_matching, reconstruction, rng):
    x0, x = batch(rng, VECTORS, torch.float32)
    t, theta = mixed_steps(rng, len(x0), first=2), parameters(rng)
    tables = schedule(rng, dtype=torch.float32)
    expected = reference.prior_matching(x0, tables[0])
    assert_close(prior_matching(x0, tables[0]), expected, what="L_T")
    given = (theta, x0, x, t, *tables)
    check(denoising_matching, reference.denoising_matching, *given, what="L_{t-1}")
    check(reconstruction, reference.reconstruction, theta, x0, x, *tables, what="L_0")


@test_case(name="bound: the terms for sizes of 1", points=0.5, hidden=True)
def bound_small(prior_matching, denoising_matching, reconstruction, rng):
    for x0, x, _, betas, sigma2 in sizes_of_one(rng):
        expected = reference.prior_matching(x0, betas)
        assert_close(
            prior_matching(x0, betas), expected, what=f"L_T of the shape {tuple(x0.shape)}"
        )
        given = (parameters(rng), x0, x, betas, sigma2)
        what = f"L_0 of the shape {tuple(x0.shape)}"
        check(reconstruction, reference.reconstruction, *given, what=what)
    for x0, xt, t, betas, sigma2 in sizes_of_one(rng, first=2):
        given = (parameters(rng), x0, xt, t, betas, sigma2)
        what = f"L_{{t-1}} of the shape {tuple(x0.shape)}"
        check(denoising_matching, reference.denoising_matching, *given, what=what)


# --- The whole bound ---


@test_case(name="bound: negative_elbo of images of rank 4", points=2, hidden=True)
def whole_images(negative_elbo, rng):
    x0, eps = normal(rng, *IMAGES), normal(rng, STEPS, *IMAGES)
    given = (parameters(rng), x0, eps, *schedule(rng))
    check(negative_elbo, reference.negative_elbo, *given, what="the bound")


@test_case(name="bound: negative_elbo has the mean of the chain", points=2, hidden=True)
def whole_law(negative_elbo, rng):
    """The mean of log q(x_1, x_2 | x_0) - log p(x_0, x_1, x_2) over paths that take single steps.

    Both means are sums over a grid of Gauss and Hermite; x_0 is one number.
    """
    betas, sigma2 = schedule(rng, 2)
    theta, image = parameters(rng), uniform(rng, -1.5, 1.5)
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    weight = torch.from_numpy(np.outer(weights, weights)).flatten() / (weights.sum() ** 2)
    grid = torch.from_numpy(np.stack(np.meshgrid(nodes, nodes)).reshape(2, -1))
    x0 = image.expand(1600).clone()
    came = as_tensor(
        via(with_wave, negative_elbo, theta, x0, grid, betas, sigma2),
        shape=(1600,),
        what="the bound",
    )

    path, ratio = [x0], torch.zeros(1600).double()
    for beta, eps in zip(betas, grid, strict=True):
        step = Normal((1 - beta).sqrt() * path[-1], beta.sqrt())
        path.append(step.mean + step.stddev * eps)
        ratio += step.log_prob(path[-1])
    for t, variance in enumerate(sigma2, start=1):
        steps = torch.full((1600,), t)
        mean = reference.mean_from_noise(path[t], wave(theta)(path[t], steps), steps, betas)
        ratio -= Normal(mean, variance.sqrt()).log_prob(path[t - 1])
    ratio -= Normal(0.0, 1.0).log_prob(path[-1])
    expected = (weight * ratio).sum()
    assert_close((weight * came.double()).sum(), expected, what="the mean of the bound")


@test_case(name="bound: negative_elbo of vectors, T = 1 and T = 4", points=1, hidden=True)
def whole_short(negative_elbo, rng):
    for steps in (1, 4):
        x0, eps = normal(rng, 3, 2), normal(rng, steps, 3, 2)
        given = (parameters(rng), x0, eps, *schedule(rng, steps))
        what = f"the bound of {steps} steps"
        check(negative_elbo, reference.negative_elbo, *given, what=what)


@test_case(name="bound: negative_elbo of 100 steps", points=0.5, hidden=True)
def whole_long(negative_elbo, rng):
    betas = torch.linspace(1e-4, 0.02, 100, dtype=torch.float64)
    x0, eps = normal(rng, 3, 2), normal(rng, 100, 3, 2)
    given = (parameters(rng), x0, eps, betas, 1.25 * betas)
    check(negative_elbo, reference.negative_elbo, *given, what="the bound")


@test_case(name="bound: the gradient of negative_elbo", points=1, hidden=True)
def whole_gradient(negative_elbo, rng):
    x0, eps = normal(rng, *VECTORS), normal(rng, 5, *VECTORS)
    given = (parameters(rng), x0, eps, *schedule(rng, 5))
    check_gradient(negative_elbo, reference.negative_elbo, *given, what="the bound")


@test_case(name="bound: negative_elbo in float32", points=0.5, hidden=True)
def whole_single(negative_elbo, rng):
    x0 = normal(rng, *VECTORS, dtype=torch.float32)
    eps = normal(rng, STEPS, *VECTORS, dtype=torch.float32)
    given = (parameters(rng), x0, eps, *schedule(rng, dtype=torch.float32))
    check(negative_elbo, reference.negative_elbo, *given, what="the bound")


@test_case(name="bound: negative_elbo for sizes of 1", points=0.5, hidden=True)
def whole_small(negative_elbo, rng):
    for x0, _, _, betas, sigma2 in sizes_of_one(rng):
        eps = normal(rng, len(betas), *x0.shape)
        what = f"the bound of the shape {tuple(x0.shape)}"
        given = (parameters(rng), x0, eps, betas, sigma2)
        check(negative_elbo, reference.negative_elbo, *given, what=what)


# --- What is not trained ---


@test_case(name="excluded_term: the name", points=1, hidden=True)
def excluded_name(excluded_term):
    assert_equal(excluded_term(), reference.excluded_term(), what="the name of the term")


# --- What is trained ---


@test_case(name="trained_parts: of a VAE", points=1, hidden=True)
def parts_of_a_vae(trained_parts):
    names, expected = (
        via(names_under, trained_parts, "VAE"),
        names_under(reference.trained_parts, "VAE"),
    )
    assert_equal(names, expected, what='the names under "VAE"')


@test_case(name="trained_parts: of a DDPM", points=1, hidden=True)
def parts_of_a_ddpm(trained_parts):
    names, expected = (
        via(names_under, trained_parts, "DDPM"),
        names_under(reference.trained_parts, "DDPM"),
    )
    assert_equal(names, expected, what='the names under "DDPM"')


# --- The loss of the bound ---


def check_loss(elbo_loss, rng, shape, steps, what, dtype=torch.float64):
    """Compare two models: a constant that does not depend on the model drops out."""
    x0, eps = normal(rng, *shape, dtype=dtype), normal(rng, steps, *shape, dtype=dtype)
    given, models = (x0, eps, *schedule(rng, steps, dtype)), (parameters(rng), -parameters(rng))
    came = [
        as_tensor(via(with_wave, elbo_loss, m, *given), shape=shape[:1], what=what) for m in models
    ]
    expected = [with_wave(reference.elbo_loss, m, *given) for m in models]
    assert_all(torch.isfinite(came[0]) & torch.isfinite(came[1]), f"{what} is finite")
    difference = f"{what}, one model's less another's,"
    assert_close(came[0] - came[1], expected[0] - expected[1], what=difference)


def check_loss_gradient(elbo_loss, theta, x0, *given):
    """Compare the gradients alone: the values are right up to a constant."""
    came = via(with_wave, elbo_loss, theta, x0, *given)
    loss = as_tensor(came, shape=(len(x0),), what="the loss")
    assert_all(torch.isfinite(loss), "the loss is finite")
    came = via(gradient, elbo_loss, theta, x0, *given)
    expected = gradient(reference.elbo_loss, theta, x0, *given)
    assert_close(came, expected, what="the gradient of the loss")


@test_case(name="elbo_loss: two models", points=1, hidden=True)
def loss_of_two_models(elbo_loss, rng):
    check_loss(elbo_loss, rng, VECTORS, STEPS, "the loss")


@test_case(name="elbo_loss: images of rank 4, and numbers", points=1, hidden=True)
def loss_of_images(elbo_loss, rng):
    check_loss(elbo_loss, rng, IMAGES, 3, "the loss of images")
    check_loss(elbo_loss, rng, NUMBERS, 4, "the loss of numbers")


@test_case(name="elbo_loss: sizes of 1", points=0.5, hidden=True)
def loss_small(elbo_loss, rng):
    for shape, steps in (((1, 3), 4), ((3, 1), 4), ((1,), 1)):
        check_loss(elbo_loss, rng, shape, steps, f"the loss of the shape {shape}")


@test_case(name="elbo_loss: 30 steps", points=0.5, hidden=True)
def loss_of_many_steps(elbo_loss, rng):
    betas = torch.linspace(1e-4, 0.02, 30, dtype=torch.float64)
    x0, eps = normal(rng, 3, 2), normal(rng, 30, 3, 2)
    given = (parameters(rng), x0, eps, betas, 1.25 * betas)
    check_loss_gradient(elbo_loss, *given)


@test_case(name="elbo_loss: its gradient", points=1, hidden=True)
def loss_gradient(elbo_loss, rng):
    x0, eps = normal(rng, *VECTORS), normal(rng, 5, *VECTORS)
    given = (parameters(rng), x0, eps, *schedule(rng, 5))
    check_loss_gradient(elbo_loss, *given)


# --- The weighted loss ---


@test_case(name="denoiser: loss_weight at mixed steps", points=2, hidden=True)
def weights(loss_weight, rng):
    t, tables = mixed_steps(rng, 9), schedule(rng)
    assert_close(loss_weight(t, *tables), reference.loss_weight(t, *tables), what="the weights")


@test_case(name="denoiser: loss_weight from errors of noise to divergences", points=2, hidden=True)
def weights_law(loss_weight, rng):
    """A guess that is wrong by one moves the mean of the step back; the divergence is the weight."""
    t, (betas, sigma2) = mixed_steps(rng, 6, first=2), schedule(rng)
    zeros, deviation = torch.zeros(6).double(), sigma2[t - 1].sqrt()
    right, wrong = (
        Normal(learned_mean(zeros, zeros + guess, t, betas), deviation) for guess in (0, 1)
    )
    assert_close(loss_weight(t, betas, sigma2), kl_divergence(right, wrong), what="the weights")


@test_case(name="denoiser: loss_weight at 1000 steps, in int32", points=0.5, hidden=True)
def weights_long(loss_weight, rng):
    betas, t = long_schedule()
    sigma2 = betas.flip(0) * uniform(rng, 0.5, 2.0, 1000)
    expected = reference.loss_weight(t, betas, sigma2)
    came = loss_weight(t.int(), betas, sigma2)
    assert_close(came, expected, what="the weights")


@test_case(name="denoiser: weighted_ddpm_loss of images of rank 4", points=2, hidden=True)
def weighted_images(weighted_ddpm_loss, rng):
    x0, eps = batch(rng, IMAGES)
    t, tables = mixed_steps(rng, len(x0)), schedule(rng)
    given = (parameters(rng), x0, t, eps, *tables)
    check(weighted_ddpm_loss, reference.weighted_ddpm_loss, *given, what="the loss")


@test_case(name="denoiser: weighted_ddpm_loss of vectors and numbers", points=1, hidden=True)
def weighted_vectors(weighted_ddpm_loss, rng):
    tables = schedule(rng)
    for shape in (VECTORS, NUMBERS):
        x0, eps = batch(rng, shape)
        given = (parameters(rng), x0, mixed_steps(rng, len(x0)), eps, *tables)
        what = f"the loss of the shape {shape}"
        check(weighted_ddpm_loss, reference.weighted_ddpm_loss, *given, what=what)


@test_case(name="denoiser: the gradient of weighted_ddpm_loss", points=1, hidden=True)
def weighted_gradient(weighted_ddpm_loss, rng):
    x0, eps = batch(rng, VECTORS)
    given = (parameters(rng), x0, mixed_steps(rng, len(x0)), eps, *schedule(rng))
    check_gradient(weighted_ddpm_loss, reference.weighted_ddpm_loss, *given, what="the loss")


@test_case(name="denoiser: weights and weighted loss in float32", points=0.5, hidden=True)
def weighted_single(loss_weight, weighted_ddpm_loss, rng):
    x0, eps = batch(rng, VECTORS, torch.float32)
    t, tables = mixed_steps(rng, len(x0)), schedule(rng, dtype=torch.float32)
    assert_close(loss_weight(t, *tables), reference.loss_weight(t, *tables), what="the weights")
    given = (parameters(rng), x0, t, eps, *tables)
    check(weighted_ddpm_loss, reference.weighted_ddpm_loss, *given, what="the loss")
    betas, t = long_schedule(torch.float32)
    came, expected = loss_weight(t, betas, betas), reference.loss_weight(t, betas, betas)
    assert_close(came, expected, rtol=LOOSE, atol=1e-8, what="the weights among 1000 steps")


# --- The simple loss ---


@test_case(name="ddpm_loss: images of rank 4", points=2, hidden=True)
def simple_images(ddpm_loss, rng):
    x0, eps = batch(rng, IMAGES)
    given = (parameters(rng), x0, mixed_steps(rng, len(x0)), eps, schedule(rng)[0])
    check(ddpm_loss, reference.ddpm_loss, *given, what="the loss")


@test_case(name="ddpm_loss: vectors and numbers", points=1, hidden=True)
def simple_vectors(ddpm_loss, rng):
    betas, _ = schedule(rng)
    for shape in (VECTORS, NUMBERS):
        x0, eps = batch(rng, shape)
        given = (parameters(rng), x0, mixed_steps(rng, len(x0)), eps, betas)
        check(ddpm_loss, reference.ddpm_loss, *given, what=f"the loss of the shape {shape}")


def check_knowledge(ddpm_loss, rng, t, betas):
    """All that a model loses that knows the image is the square of what it adds to the right noise."""
    image, eps, offset = normal(rng, 3), normal(rng, 5, 3), uniform(rng, 0.5, 1.0, 3)
    slopes, variances = walk(betas)
    knowledge = (image, slopes, variances.sqrt(), offset)
    loss = via(with_knowledge, ddpm_loss, *knowledge, image.expand(5, 3).clone(), t, eps, betas)
    assert_close(loss, offset.square().mean(), what="the loss of a model that knows the image")


@test_case(name="ddpm_loss: a model that knows the image", points=1, hidden=True)
def simple_knowledge(ddpm_loss, rng):
    check_knowledge(ddpm_loss, rng, mixed_steps(rng, 5), schedule(rng)[0])


@test_case(name="ddpm_loss: its gradient", points=2, hidden=True)
def simple_gradient(ddpm_loss, rng):
    x0, eps = batch(rng, VECTORS)
    given = (parameters(rng), x0, mixed_steps(rng, len(x0)), eps, schedule(rng)[0])
    check_gradient(ddpm_loss, reference.ddpm_loss, *given, what="the loss")


@test_case(name="ddpm_loss: 1000 steps", points=0.5, hidden=True)
def simple_long(ddpm_loss, rng):
    """A model that knows the image sees what float32 loses at small steps."""
    betas, t = long_schedule()
    check_knowledge(ddpm_loss, rng, t, betas)


@test_case(name="ddpm_loss: float32", points=0.5, hidden=True)
def simple_single(ddpm_loss, rng):
    x0, eps = batch(rng, VECTORS, torch.float32)
    betas, _ = schedule(rng, dtype=torch.float32)
    given = (parameters(rng), x0, mixed_steps(rng, len(x0)), eps, betas)
    check(ddpm_loss, reference.ddpm_loss, *given, what="the loss")


@test_case(name="ddpm_loss: sizes of 1", points=0.5, hidden=True)
def simple_small(ddpm_loss, rng):
    for x0, eps, t, betas, _ in sizes_of_one(rng):
        what = f"the loss of the shape {tuple(x0.shape)}"
        check(ddpm_loss, reference.ddpm_loss, parameters(rng), x0, t, eps, betas, what=what)


# --- Sampling ---


@test_case(name="p_sample: sizes of 1", points=0.5, hidden=True)
def sample_small(p_sample, rng):
    for xt, eps, t, betas, sigma2 in sizes_of_one(rng):
        what = f"x_{{t-1}} of the shape {tuple(xt.shape)}"
        given = (parameters(rng), xt, t, eps, betas, sigma2)
        check(p_sample, reference.p_sample, *given, what=what)


@test_case(name="p_sample: images of rank 4", points=2, hidden=True)
def sample_images(p_sample, rng):
    xt, eps = batch(rng, IMAGES)
    given = (parameters(rng), xt, mixed_steps(rng, len(xt)), eps, *schedule(rng))
    check(p_sample, reference.p_sample, *given, what="x_{t-1}")


@test_case(name="p_sample: what the noise does at each step", points=2, hidden=True)
def sample_noise(p_sample, rng):
    """Against the same step without noise: nothing at step 1, the deviation of the step elsewhere."""
    xt, eps = batch(rng, VECTORS)
    t, (betas, sigma2), theta = mixed_steps(rng, 4), schedule(rng), parameters(rng)
    loud, quiet = (
        as_tensor(via(with_wave, p_sample, theta, xt, t, e, betas, sigma2), shape=VECTORS)
        for e in (eps, torch.zeros_like(eps))
    )
    assert_all(torch.isfinite(loud) & torch.isfinite(quiet), "x_{t-1} is finite")
    expected = torch.where(t[:, None] == 1, 0.0, sigma2[t - 1][:, None].sqrt() * eps)
    assert_close(loud - quiet, expected, what="what the noise adds to x_{t-1}")


@test_case(name="p_sample: numbers", points=1, hidden=True)
def sample_numbers(p_sample, rng):
    xt, eps = batch(rng, NUMBERS)
    given = (parameters(rng), xt, mixed_steps(rng, len(xt)), eps, *schedule(rng))
    check(p_sample, reference.p_sample, *given, what="x_{t-1}")


@test_case(name="p_sample: the whole way back", points=1, hidden=True)
def sample_chain(p_sample, rng):
    given = (parameters(rng), normal(rng, 3, 2), normal(rng, 6, 3, 2), *schedule(rng, 6))
    expected = way_back(reference.p_sample, *given)
    assert_close(via(way_back, p_sample, *given), expected, what="x_0")


@test_case(name="p_sample: a model that knows the image ends there", points=1, hidden=True)
def sample_knowledge(p_sample, rng):
    image, (x1, eps), tables = normal(rng, 3), batch(rng, (4, 3)), schedule(rng)
    slopes, variances = walk(tables[0])
    knowledge = (image, slopes, variances.sqrt(), torch.zeros(3).double())
    given = (x1, torch.ones(4, dtype=torch.int64), eps, *tables)
    end = via(with_knowledge, p_sample, *knowledge, *given)
    assert_close(end, image.expand(4, 3), what="x_0")


@test_case(name="p_sample: 1000 steps", points=0.5, hidden=True)
def sample_long(p_sample, rng):
    betas, t = long_schedule()
    xt, eps = batch(rng, (5, 3))
    given = (parameters(rng), xt, t, eps, betas, betas)
    check(p_sample, reference.p_sample, *given, what="x_{t-1}")


@test_case(name="p_sample: float32", points=0.5, hidden=True)
def sample_single(p_sample, rng):
    xt, eps = batch(rng, VECTORS, torch.float32)
    tables = schedule(rng, dtype=torch.float32)
    given = (parameters(rng), xt, mixed_steps(rng, len(xt)), eps, *tables)
    check(p_sample, reference.p_sample, *given, what="x_{t-1}")
