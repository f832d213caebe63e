"""Denoising diffusion: wrong answers as students give them, with what they would need to read.

A student's functions call one another, and so does a mistake spread: each misconception changes a few
methods of `_Student`, and replaces every function of the contract that rests on them.
"""

import math

import torch

from autograder.testing import misconception

USES = {
    "noise_schedule": {"schedule"},
    "at": {"schedule"},
    "mean_coefficients": {"at"},
    "q_sample": {"at"},
    "posterior_mean": {"mean_coefficients"},
    "posterior_variance": {"at"},
    "mean_from_noise": {"at"},
    "prior_matching": {"schedule", "total"},
    "denoising_matching": {
        *("posterior_mean", "posterior_variance", "mean_from_noise"),
        *("guess", "divergence", "total"),
    },
    "reconstruction": {"mean_from_noise", "guess", "total"},
    "negative_elbo": {"q_sample", "prior_matching", "denoising_matching", "reconstruction"},
    "excluded_term": set(),
    "loss_weight": {"at"},
    "weighted_ddpm_loss": {"q_sample", "loss_weight", "guess"},
    "ddpm_loss": {"q_sample", "guess"},
    "p_sample": {"mean_from_noise", "guess"},
    "true_reverse_density": {"shares", "posterior_mean", "posterior_variance"},
    "shares": {"schedule"},
    "unknown_when_sampling": set(),
    "trained_parts": set(),
    "elbo_loss": {"q_sample", "loss_weight", "guess", "over_steps"},
}
HELPERS = {"at", "mean_coefficients", "shares"}

PUBLIC = {
    "noise_schedule": "forward: a schedule of two steps",
    "q_sample": "forward: three images at steps 2, 1 and 2",
    "posterior_mean": "posterior: the mean at steps 2, 1 and 2",
    "posterior_variance": "posterior: the variance at steps 2, 2 and 1",
    "mean_from_noise": "denoiser: mean_from_noise at steps 2, 1 and 2",
    "prior_matching": "bound: prior_matching of three images",
    "denoising_matching": "bound: denoising_matching with twice the variance",
    "reconstruction": "bound: reconstruction with a variance of one half",
    "negative_elbo": "bound: negative_elbo of three numbers and two steps",
    "loss_weight": "denoiser: loss_weight at steps 2, 1 and 2",
    "weighted_ddpm_loss": "denoiser: weighted_ddpm_loss with weights of 2 and 4",
    "ddpm_loss": "ddpm_loss: three images of two elements",
    "p_sample": "p_sample: steps 2, 1 and 2",
    "true_reverse_density": "reverse: two images that are as likely",
}
FORWARD = ("forward: images of rank 4", "forward: vectors and numbers")
MEAN = "posterior: the mean of images of rank 4"
NOISE = (
    "denoiser: mean_from_noise of images of rank 4",
    "denoiser: mean_from_noise at the image that the noise implies",
)
PRIOR = ("bound: prior_matching of images of rank 4", "bound: prior_matching is a divergence")
DENOISING = (
    "bound: denoising_matching of images of rank 4",
    "bound: denoising_matching is a divergence",
)
START = ("bound: reconstruction of images of rank 4", "bound: reconstruction is a density")
WHOLE = (
    "bound: negative_elbo of images of rank 4",
    "bound: negative_elbo has the mean of the chain",
)
WEIGHTS = (
    "denoiser: loss_weight at mixed steps",
    "denoiser: loss_weight from errors of noise to divergences",
)
WEIGHTED = "denoiser: weighted_ddpm_loss of images of rank 4"
REVERSE = (
    "reverse: the step back from three images",
    "reverse: the joint density over that of x_t",
)
LOSS = ("elbo_loss: two models", "elbo_loss: images of rank 4, and numbers")
SIMPLE = "ddpm_loss: images of rank 4"
SAMPLE = "p_sample: images of rank 4"
BY_BATCH = (*FORWARD, MEAN, *NOISE, *DENOISING, WEIGHTED, SIMPLE, SAMPLE)
BY_Q_SAMPLE = (LOSS[0], *FORWARD, WHOLE[0], WEIGHTED, SIMPLE)
BY_MEAN_FROM_NOISE = (*NOISE, *DENOISING, *WHOLE, SAMPLE)
BY_GUESS = (LOSS[0], *DENOISING, START[0], WHOLE[0], WEIGHTED, SIMPLE, SAMPLE)


def spread(row, x):
    """One number for each image, to broadcast over it."""
    return row.reshape(-1, *[1] * (x.ndim - 1))


class _Student:
    """A right solution, in the order in which one writes it."""

    def schedule(self, betas):
        alphas = 1 - betas.double()
        alpha_bars = torch.cumprod(alphas, 0)
        before = torch.cat([torch.ones_like(alpha_bars[:1]), alpha_bars[:-1]])
        return alphas, alpha_bars, before

    def at(self, betas, t, x):
        """The numbers of the schedule at each image's step: alpha, alpha_bar and the one before."""
        return [spread(row[t.long() - 1], x) for row in self.schedule(betas)]

    def guess(self, model, x, t):
        return model(x, t)

    def total(self, x):
        return x.reshape(len(x), -1).sum(1)

    def noise_schedule(self, betas):
        return self.schedule(betas)[:2]

    def q_sample(self, x0, t, eps, betas):
        _, bar, _ = self.at(betas, t, x0)
        return bar.sqrt() * x0 + (1 - bar).sqrt() * eps

    def mean_coefficients(self, betas, t, x):
        alpha, bar, before = self.at(betas, t, x)
        of_x0 = before.sqrt() * (1 - alpha) / (1 - bar)
        return of_x0, alpha.sqrt() * (1 - before) / (1 - bar)

    def posterior_mean(self, x0, xt, t, betas):
        of_x0, of_xt = self.mean_coefficients(betas, t, x0)
        return of_x0 * x0 + of_xt * xt

    def posterior_variance(self, t, betas):
        alpha, bar, before = self.at(betas, t, t)
        return (1 - before) / (1 - bar) * (1 - alpha)

    def mean_from_noise(self, xt, eps, t, betas):
        alpha, bar, _ = self.at(betas, t, xt)
        return (xt - (1 - alpha) / (1 - bar).sqrt() * eps) / alpha.sqrt()

    def loss_weight(self, t, betas, sigma2):
        alpha, bar, _ = self.at(betas, t, t)
        return (1 - alpha) ** 2 / (2 * sigma2[t - 1] * alpha * (1 - bar))

    def ddpm_loss(self, model, x0, t, eps, betas):
        return ((eps - self.guess(model, self.q_sample(x0, t, eps, betas), t)) ** 2).mean()

    def weighted_ddpm_loss(self, model, x0, t, eps, betas, sigma2):
        error = eps - self.guess(model, self.q_sample(x0, t, eps, betas), t)
        squares = (error**2).reshape(len(x0), -1).sum(1)
        return (self.loss_weight(t, betas, sigma2) * squares).mean()

    def divergence(self, mean, variance, other_mean, other_variance):
        ratio = variance / other_variance
        return (ratio - 1 - ratio.log() + (mean - other_mean) ** 2 / other_variance) / 2

    def prior_matching(self, x0, betas):
        bar = self.schedule(betas)[1][-1]
        return self.total((bar * x0**2 - bar - torch.log(1 - bar)) / 2)

    def denoising_matching(self, model, x0, xt, t, betas, sigma2):
        mean = self.posterior_mean(x0, xt, t, betas)
        variance = spread(self.posterior_variance(t, betas), x0)
        learned = self.mean_from_noise(xt, self.guess(model, xt, t), t, betas)
        return self.total(self.divergence(mean, variance, learned, spread(sigma2[t - 1], x0)))

    def reconstruction(self, model, x0, x1, betas, sigma2):
        t = torch.ones(len(x0), dtype=torch.int64)
        mean = self.mean_from_noise(x1, self.guess(model, x1, t), t, betas)
        return self.total(((x0 - mean) ** 2 / sigma2[0] + torch.log(2 * math.pi * sigma2[0])) / 2)

    def negative_elbo(self, model, x0, eps, betas, sigma2):
        return self.prior_matching(x0, betas) + sum(self.terms(model, x0, eps, betas, sigma2))

    def terms(self, model, x0, eps, betas, sigma2):
        """The terms with a model, that of step 1 first."""
        for step in range(1, len(betas) + 1):
            t = torch.full((len(x0),), step)
            xt = self.q_sample(x0, t, eps[step - 1], betas)
            if step == 1:
                yield self.reconstruction(model, x0, xt, betas, sigma2)
            else:
                yield self.denoising_matching(model, x0, xt, t, betas, sigma2)

    def shares(self, xt, t, data, betas):
        """How likely each image is, given x_t."""
        bar = self.schedule(betas)[1][t - 1]
        return torch.softmax(-((xt - bar.sqrt() * data) ** 2) / (2 * (1 - bar)), 0)

    def true_reverse_density(self, x_prev, xt, t, data, betas):
        steps = torch.full((len(data),), t)
        means = self.posterior_mean(data, torch.full_like(data, xt), steps, betas)
        variance = self.posterior_variance(steps[:1], betas)
        heights = torch.exp(-((x_prev[:, None] - means) ** 2) / (2 * variance))
        return heights @ self.shares(xt, t, data, betas) / (2 * math.pi * variance).sqrt()

    def unknown_when_sampling(self):
        return "x_0"

    def trained_parts(self):
        return {"VAE": {"encoder", "decoder"}, "DDPM": {"decoder"}}

    def errors(self, model, x0, eps, betas, sigma2):
        """The weighted error of every step, (T, N)."""
        rows = []
        for step, noise in enumerate(eps, start=1):
            t = torch.full((len(x0),), step)
            error = noise - self.guess(model, self.q_sample(x0, t, noise, betas), t)
            squares = (error**2).reshape(len(x0), -1).sum(1)
            rows.append(self.loss_weight(t, betas, sigma2) * squares)
        return torch.stack(rows)

    def over_steps(self, errors):
        return errors.sum(0)

    def elbo_loss(self, model, x0, eps, betas, sigma2):
        return self.over_steps(self.errors(model, x0, eps, betas, sigma2))

    def excluded_term(self):
        return "L_T"

    def p_sample(self, model, xt, t, eps, betas, sigma2):
        mean = self.mean_from_noise(xt, self.guess(model, xt, t), t, betas)
        return mean + spread((t > 1) * sigma2[t - 1].sqrt(), xt) * eps


def replaced(wrong):
    """The functions of the contract that rest on the methods of a class of wrong ones."""
    touched = {name for name in vars(wrong) if not name.startswith("__")}
    while grown := {name for name, used in USES.items() if used & touched} - touched:
        touched |= grown
    student = wrong()
    return {
        name: getattr(student, name) for name in USES if name in touched and name not in HELPERS
    }


# --- The schedule, and where it is looked up ---


@misconception(
    "The schedule is computed in single precision: what is left of the noise at small steps is then "
    "a difference of nearly equal numbers.",
    caught_by=(
        "forward: 1000 steps",
        "posterior: 1000 steps",
        "denoiser: mean_from_noise at 1000 steps",
        "bound: 1000 steps",
        "bound: negative_elbo of 100 steps",
        "denoiser: loss_weight at 1000 steps, in int32",
        "ddpm_loss: 1000 steps",
        "p_sample: 1000 steps",
        "elbo_loss: 30 steps",
        "reverse: the third of 1000 steps",
    ),
)
def single_precision():
    class Wrong(_Student):
        def schedule(self, betas):
            alphas = 1 - betas.float()
            alpha_bars = torch.cumprod(alphas, 0)
            before = torch.cat([torch.ones_like(alpha_bars[:1]), alpha_bars[:-1]])
            return [row.to(betas) for row in (alphas, alpha_bars, before)]

    return replaced(Wrong)


@misconception(
    "The schedule has one row too many: step 0 is not one of the T steps.",
    caught_by=("forward: a schedule of seven steps", "forward: 1000 steps"),
)
def schedule_from_step_zero():
    class Wrong(_Student):
        def noise_schedule(self, betas):
            alphas, alpha_bars, _ = self.schedule(betas)
            one = torch.ones_like(alphas[:1])
            return torch.cat([one, alphas]), torch.cat([one, alpha_bars])

    return replaced(Wrong)


@misconception(
    "The cumulative schedule is one step behind: its first row must know of the first step already.",
    caught_by=(
        "forward: a schedule of seven steps",
        "forward: the schedule shrinks by alpha at every step",
        PUBLIC["noise_schedule"],
    ),
)
def schedule_one_step_behind():
    class Wrong(_Student):
        def noise_schedule(self, betas):
            alphas, _, before = self.schedule(betas)
            return alphas, before

    return replaced(Wrong)


@misconception(
    "The schedule is looked up one row too early: steps count from 1, rows from 0, and once is enough.",
    caught_by=(*BY_BATCH, *WEIGHTS, WHOLE[0], "posterior: precisions add", LOSS[0], REVERSE[0]),
)
def one_row_too_early():
    class Wrong(_Student):
        def at(self, betas, t, x):
            return [spread(row[t.long() - 2], x) for row in self.schedule(betas)]

    return replaced(Wrong)


@misconception(
    "The step of the first image is used for the whole batch: every image has its own step.",
    caught_by=(*BY_BATCH, *WEIGHTS),
)
def one_step_for_the_batch():
    class Wrong(_Student):
        def at(self, betas, t, x):
            return super().at(betas, t[:1].expand(len(t)), x)

        def loss_weight(self, t, betas, sigma2):
            return super().loss_weight(t[:1].expand(len(t)), betas, sigma2)

    return replaced(Wrong)


@misconception(
    "The factors are spread over the pixels in the wrong order: neighbouring pixels of one image get "
    "the steps of different images.",
    caught_by=BY_BATCH,
)
def factors_tiled_over_pixels():
    class Wrong(_Student):
        def at(self, betas, t, x):
            rows = (row[t.long() - 1] for row in self.schedule(betas))
            return [row.repeat(x.numel() // len(t)).reshape(x.shape) for row in rows]

    return replaced(Wrong)


# --- The way there ---


@misconception(
    "The noising uses what a single step keeps: look at what is left after all the steps so far.",
    caught_by=(
        *BY_Q_SAMPLE,
        "forward: the moments of the chain",
        PUBLIC["q_sample"],
    ),
)
def alpha_for_alpha_bar():
    class Wrong(_Student):
        def q_sample(self, x0, t, eps, betas):
            alpha, _, _ = self.at(betas, t, x0)
            return alpha.sqrt() * x0 + (1 - alpha).sqrt() * eps

    return replaced(Wrong)


@misconception(
    "The noise in x_t has the size of one step's noise: it has piled up over all steps so far.",
    caught_by=(*BY_Q_SAMPLE, "forward: the moments of the chain"),
)
def noise_of_one_step():
    class Wrong(_Student):
        def q_sample(self, x0, t, eps, betas):
            alpha, bar, _ = self.at(betas, t, x0)
            return bar.sqrt() * x0 + (1 - alpha).sqrt() * eps

    return replaced(Wrong)


@misconception(
    "Square roots are missing in the noising: the schedule gives variances, not factors.",
    caught_by=(*BY_Q_SAMPLE, "forward: float32", "forward: a single step, in int32"),
)
def no_square_roots():
    class Wrong(_Student):
        def q_sample(self, x0, t, eps, betas):
            _, bar, _ = self.at(betas, t, x0)
            return bar * x0 + (1 - bar) * eps

    return replaced(Wrong)


@misconception(
    "The square root of the image's factor is taken twice.",
    caught_by=(*BY_Q_SAMPLE, "forward: a single step, in int32"),
)
def square_root_twice():
    class Wrong(_Student):
        def q_sample(self, x0, t, eps, betas):
            _, bar, _ = self.at(betas, t, x0)
            return bar.sqrt().sqrt() * x0 + (1 - bar).sqrt() * eps

    return replaced(Wrong)


@misconception(
    "The image is scaled by what one step keeps, the noise by what all steps so far have added: both "
    "belong to the same product.",
    caught_by=(*BY_Q_SAMPLE, "forward: the moments of the chain", PUBLIC["q_sample"]),
)
def image_scaled_by_one_step():
    class Wrong(_Student):
        def q_sample(self, x0, t, eps, betas):
            alpha, bar, _ = self.at(betas, t, x0)
            return alpha.sqrt() * x0 + (1 - bar).sqrt() * eps

    return replaced(Wrong)


@misconception(
    "The image itself is missing from its noisy version: its factor stands alone.",
    caught_by=(*BY_Q_SAMPLE, "forward: the moments of the chain", PUBLIC["q_sample"]),
)
def image_left_out():
    class Wrong(_Student):
        def q_sample(self, x0, t, eps, betas):
            _, bar, _ = self.at(betas, t, x0)
            return bar.sqrt() + (1 - bar).sqrt() * eps

    return replaced(Wrong)


# --- The posterior ---


@misconception(
    "The image is missing from the mean of the posterior: its weight stands alone, or is left out too.",
    caught_by=(
        MEAN,
        "posterior: the mean of numbers",
        *DENOISING,
        WHOLE[0],
        REVERSE[0],
        PUBLIC["posterior_mean"],
    ),
    also=(False,),
)
def posterior_without_the_image(weight=True):
    class Wrong(_Student):
        def posterior_mean(self, x0, xt, t, betas):
            of_x0, of_xt = self.mean_coefficients(betas, t, x0)
            return of_x0 * weight + of_xt * xt

    return replaced(Wrong)


@misconception(
    "The weights of the image and of its noisy version are exchanged.",
    caught_by=(
        REVERSE[0],
        MEAN,
        "posterior: precisions add",
        *DENOISING,
        WHOLE[0],
        PUBLIC["posterior_mean"],
    ),
)
def weights_exchanged():
    class Wrong(_Student):
        def posterior_mean(self, x0, xt, t, betas):
            return super().posterior_mean(xt, x0, t, betas)

    return replaced(Wrong)


@misconception(
    "The image's weight takes the schedule at the step itself: the posterior speaks of the step before.",
    caught_by=(
        REVERSE[0],
        MEAN,
        "posterior: the first step arrives at the image",
        *DENOISING,
        WHOLE[0],
    ),
)
def image_weighted_at_the_step_itself():
    class Wrong(_Student):
        def mean_coefficients(self, betas, t, x):
            alpha, bar, _ = self.at(betas, t, x)
            return bar.sqrt() * (1 - alpha) / (1 - bar), super().mean_coefficients(betas, t, x)[1]

    return replaced(Wrong)


@misconception(
    "A square root is missing before x_t in the mean of the posterior.",
    caught_by=(REVERSE[0], MEAN, "posterior: the mean of numbers", *DENOISING, WHOLE[0]),
)
def no_root_before_xt():
    class Wrong(_Student):
        def mean_coefficients(self, betas, t, x):
            alpha, _, _ = self.at(betas, t, x)
            of_x0, of_xt = super().mean_coefficients(betas, t, x)
            return of_x0, of_xt * alpha.sqrt()

    return replaced(Wrong)


@misconception(
    "The variance of the step there is given for that of the step back: knowing the image leaves less.",
    caught_by=(
        REVERSE[0],
        "posterior: the variance at mixed steps",
        "posterior: precisions add",
        *DENOISING,
        WHOLE[0],
        PUBLIC["posterior_variance"],
    ),
)
def variance_of_the_step_there():
    class Wrong(_Student):
        def posterior_variance(self, t, betas):
            return betas[t - 1]

    return replaced(Wrong)


@misconception(
    "Before the first step the signal is taken to be gone: nothing is lost yet there.",
    caught_by=(
        "posterior: the first step arrives at the image",
        "posterior: a single step, in int32",
    ),
)
def nothing_before_the_first_step():
    class Wrong(_Student):
        def schedule(self, betas):
            alphas, alpha_bars, before = super().schedule(betas)
            return alphas, alpha_bars, torch.cat([torch.zeros_like(before[:1]), before[1:]])

    return of_the_posterior(Wrong)


@misconception(
    "The products before each step are padded at the wrong end: the first step comes after no other, so "
    "the 1 stands in front.",
    caught_by=("posterior: the variance at mixed steps", MEAN, PUBLIC["posterior_variance"]),
    also=(True,),
)
def padded_at_the_end(early=False):
    class Wrong(_Student):
        def schedule(self, betas):
            alphas, alpha_bars, _ = super().schedule(betas)
            one = torch.ones_like(alpha_bars[:1])
            return (
                alphas,
                alpha_bars,
                torch.cat([alpha_bars[1:] if early else alpha_bars[:-1], one]),
            )

    return of_the_posterior(Wrong)


@misconception(
    "The first step takes the last row of the schedule for the one before it: an index of -1 wraps around.",
    caught_by=("posterior: the first step arrives at the image", MEAN),
)
def last_row_before_the_first_step():
    class Wrong(_Student):
        def schedule(self, betas):
            alphas, alpha_bars, _ = super().schedule(betas)
            return alphas, alpha_bars, alpha_bars.roll(1)

    return of_the_posterior(Wrong)


def of_the_posterior(wrong):
    """Of the functions that rest on a wrong schedule, those that look at the step before a step."""
    functions = replaced(wrong)
    return {name: functions[name] for name in ("posterior_mean", "posterior_variance")}


# --- The mean from the noise ---


@misconception(
    "The mean of the step back is divided by the square root of the wrong product: one step back "
    "undoes the scaling of one step.",
    caught_by=BY_MEAN_FROM_NOISE,
)
def scaled_back_all_the_way():
    class Wrong(_Student):
        def mean_from_noise(self, xt, eps, t, betas):
            alpha, bar, _ = self.at(betas, t, xt)
            return (xt - (1 - alpha) / (1 - bar).sqrt() * eps) / bar.sqrt()

    return replaced(Wrong)


@misconception(
    "The factor before the noise lacks a square root in its denominator.",
    caught_by=(*BY_MEAN_FROM_NOISE, START[0]),
)
def no_root_below_the_noise():
    class Wrong(_Student):
        def mean_from_noise(self, xt, eps, t, betas):
            alpha, bar, _ = self.at(betas, t, xt)
            return (xt - (1 - alpha) / (1 - bar) * eps) / alpha.sqrt()

    return replaced(Wrong)


@misconception(
    "A square root is taken twice in the mean of the step back.",
    caught_by=(*BY_MEAN_FROM_NOISE, START[0]),
    also=(False,),
)
def root_twice_in_the_mean(outside=True):
    class Wrong(_Student):
        def mean_from_noise(self, xt, eps, t, betas):
            alpha, bar, _ = self.at(betas, t, xt)
            noise = (1 - bar).sqrt() if outside else (1 - bar) ** 0.25
            return (xt - (1 - alpha) / noise * eps) / (alpha**0.25 if outside else alpha.sqrt())

    return replaced(Wrong)


@misconception(
    "The guess of the noise is multiplied by a factor that it should be divided by.",
    caught_by=(*BY_MEAN_FROM_NOISE, START[0], PUBLIC["mean_from_noise"]),
)
def multiplied_for_divided():
    class Wrong(_Student):
        def mean_from_noise(self, xt, eps, t, betas):
            alpha, bar, _ = self.at(betas, t, xt)
            return (xt - (1 - alpha) * (1 - bar).sqrt() * eps) / alpha.sqrt()

    return replaced(Wrong)


@misconception(
    "The mean of the step back lacks a square root: a variance is kept where a factor is meant.",
    caught_by=(*BY_MEAN_FROM_NOISE, START[0], "denoiser: mean_from_noise in float32"),
)
def no_root_around_the_mean():
    class Wrong(_Student):
        def mean_from_noise(self, xt, eps, t, betas):
            alpha, bar, _ = self.at(betas, t, xt)
            return (xt - (1 - alpha) / (1 - bar).sqrt() * eps) / alpha

    return replaced(Wrong)


@misconception(
    "The noise is taken out as if it were that of a single step.",
    caught_by=(*BY_MEAN_FROM_NOISE, "denoiser: mean_from_noise of vectors and numbers"),
)
def noise_of_one_step_taken_out():
    class Wrong(_Student):
        def mean_from_noise(self, xt, eps, t, betas):
            alpha, _, _ = self.at(betas, t, xt)
            return (xt - (1 - alpha).sqrt() * eps) / alpha.sqrt()

    return replaced(Wrong)


# --- How the model is asked ---


@misconception(
    "The model is asked at the step before: it counts its steps from 1, as you do.",
    caught_by=(*BY_GUESS, "ddpm_loss: its gradient"),
)
def model_asked_a_step_early():
    class Wrong(_Student):
        def guess(self, model, x, t):
            return model(x, t - 1)

    return replaced(Wrong)


@misconception(
    "The model is shown the clean image: it must guess the noise from the noisy one.",
    caught_by=(WEIGHTED, SIMPLE, "ddpm_loss: a model that knows the image"),
)
def model_shown_the_image():
    class Wrong(_Student):
        def ddpm_loss(self, model, x0, t, eps, betas):
            return ((eps - model(x0, t)) ** 2).mean()

        def weighted_ddpm_loss(self, model, x0, t, eps, betas, sigma2):
            squares = ((eps - model(x0, t)) ** 2).reshape(len(x0), -1).sum(1)
            return (self.loss_weight(t, betas, sigma2) * squares).mean()

    return replaced(Wrong)


@misconception(
    "No gradient reaches the model: its answer is taken out of the graph.",
    caught_by=(
        "bound: gradients",
        "bound: the gradient of negative_elbo",
        "denoiser: the gradient of weighted_ddpm_loss",
        "ddpm_loss: its gradient",
        "elbo_loss: its gradient",
    ),
)
def model_out_of_the_graph():
    class Wrong(_Student):
        def guess(self, model, x, t):
            with torch.no_grad():
                return model(x, t)

    return replaced(Wrong)


# --- The losses ---


@misconception(
    "The error is summed over the elements of each image: it should be averaged over them too.",
    caught_by=(
        SIMPLE,
        "ddpm_loss: vectors and numbers",
        "ddpm_loss: float32",
        PUBLIC["ddpm_loss"],
    ),
)
def sum_for_mean():
    class Wrong(_Student):
        def ddpm_loss(self, model, x0, t, eps, betas):
            return super().ddpm_loss(model, x0, t, eps, betas) * x0[0].numel()

    return replaced(Wrong)


@misconception(
    "The loss compares the model's answer with the image: this model guesses the noise.",
    caught_by=(
        SIMPLE,
        WEIGHTED,
        "ddpm_loss: sizes of 1",
        "ddpm_loss: a model that knows the image",
    ),
)
def image_as_the_target():
    class Wrong(_Student):
        def ddpm_loss(self, model, x0, t, eps, betas):
            return ((x0 - model(self.q_sample(x0, t, eps, betas), t)) ** 2).mean()

        def weighted_ddpm_loss(self, model, x0, t, eps, betas, sigma2):
            error = x0 - model(self.q_sample(x0, t, eps, betas), t)
            squares = (error**2).reshape(len(x0), -1).sum(1)
            return (self.loss_weight(t, betas, sigma2) * squares).mean()

    return replaced(Wrong)


@misconception(
    "The loss is left as one number for each image: the mean over the batch is asked for.",
    caught_by=(SIMPLE, "ddpm_loss: float32"),
)
def loss_not_reduced():
    class Wrong(_Student):
        def ddpm_loss(self, model, x0, t, eps, betas):
            error = eps - model(self.q_sample(x0, t, eps, betas), t)
            return (error**2).reshape(len(x0), -1).mean(1)

    return replaced(Wrong)


@misconception(
    "The weighted loss averages over the elements of an image: the bound has their sum.",
    caught_by=(
        WEIGHTED,
        "denoiser: weighted_ddpm_loss of vectors and numbers",
        PUBLIC["weighted_ddpm_loss"],
    ),
)
def mean_for_norm():
    class Wrong(_Student):
        def weighted_ddpm_loss(self, model, x0, t, eps, betas, sigma2):
            loss = super().weighted_ddpm_loss(model, x0, t, eps, betas, sigma2)
            return loss / x0[0].numel()

    return replaced(Wrong)


@misconception(
    "Weights and errors are averaged separately: each error must be multiplied by the weight of its step.",
    caught_by=(WEIGHTED, "denoiser: weighted_ddpm_loss of vectors and numbers"),
)
def weights_averaged_apart():
    class Wrong(_Student):
        def weighted_ddpm_loss(self, model, x0, t, eps, betas, sigma2):
            simple = self.ddpm_loss(model, x0, t, eps, betas) * x0[0].numel()
            return self.loss_weight(t, betas, sigma2).mean() * simple

    return replaced(Wrong)


@misconception(
    "A bar is lost in the weight: one of its factors is that of all steps so far, not of a single one.",
    caught_by=(*WEIGHTS, WEIGHTED, LOSS[0], "denoiser: loss_weight at 1000 steps, in int32"),
)
def weight_without_the_bar():
    class Wrong(_Student):
        def loss_weight(self, t, betas, sigma2):
            alpha, _, _ = self.at(betas, t, t)
            return (1 - alpha) ** 2 / (2 * sigma2[t - 1] * alpha * (1 - alpha))

    return replaced(Wrong)


@misconception(
    "The weight is too large by a factor of two: look at the exponent of a Gaussian.",
    caught_by=(
        LOSS[0],
        *WEIGHTS,
        WEIGHTED,
        "denoiser: weights and weighted loss in float32",
        PUBLIC["loss_weight"],
    ),
)
def weight_without_one_half():
    class Wrong(_Student):
        def loss_weight(self, t, betas, sigma2):
            return 2 * super().loss_weight(t, betas, sigma2)

    return replaced(Wrong)


@misconception(
    "The weight divides by a deviation of the step back: the table holds variances, and so does the bound.",
    caught_by=(*WEIGHTS, WEIGHTED, LOSS[0]),
)
def weight_with_the_deviation():
    class Wrong(_Student):
        def loss_weight(self, t, betas, sigma2):
            return super().loss_weight(t, betas, sigma2.sqrt())

    return replaced(Wrong)


# --- The bound ---


@misconception(
    "Divergences are averaged over the elements of an image: those of independent elements add up.",
    caught_by=(*PRIOR, *DENOISING, START[0], WHOLE[0]),
)
def mean_over_elements():
    class Wrong(_Student):
        def total(self, x):
            return x.reshape(len(x), -1).mean(1)

    return replaced(Wrong)


@misconception(
    "The terms are summed over the batch: the bound is one number for each image.",
    caught_by=(*PRIOR, *DENOISING, *START, *WHOLE, "bound: numbers"),
)
def sum_over_the_batch():
    class Wrong(_Student):
        def total(self, x):
            return x.sum()

    return replaced(Wrong)


@misconception(
    "The end of the noising is compared as if the variance left in it were a deviation.",
    caught_by=(*PRIOR, *WHOLE),
)
def prior_with_the_variance_squared():
    class Wrong(_Student):
        def prior_matching(self, x0, betas):
            bar = self.schedule(betas)[1][-1]
            variance = (1 - bar) ** 2
            return self.total((bar * x0**2 + variance - 1 - torch.log(variance)) / 2)

    return replaced(Wrong)


@misconception(
    "Only the image's part of the last term is kept: the variance of x_T is not the prior's.",
    caught_by=(*PRIOR, *WHOLE, PUBLIC["prior_matching"], "bound: prior_matching of vectors"),
)
def prior_without_its_variance():
    class Wrong(_Student):
        def prior_matching(self, x0, betas):
            return self.total(self.schedule(betas)[1][-1] * x0**2 / 2)

    return replaced(Wrong)


@misconception(
    "The divergence of a step is taken in the other direction: the true step comes first.",
    caught_by=(*DENOISING, *WHOLE),
)
def divergence_reversed():
    class Wrong(_Student):
        def divergence(self, mean, variance, other_mean, other_variance):
            return super().divergence(other_mean, other_variance, mean, variance)

    return replaced(Wrong)


@misconception(
    "Only the means of a step are compared: its two variances differ as well.",
    caught_by=(
        *DENOISING,
        *WHOLE,
        PUBLIC["denoising_matching"],
        "bound: denoising_matching of vectors",
    ),
)
def divergence_of_means_alone():
    class Wrong(_Student):
        def divergence(self, mean, variance, other_mean, other_variance):
            return (mean - other_mean) ** 2 / (2 * other_variance)

    return replaced(Wrong)


@misconception(
    "The divergence divides by the variance of the true step: it must be that of the learned Gaussian.",
    caught_by=(*DENOISING, *WHOLE),
)
def divergence_over_the_true_variance():
    class Wrong(_Student):
        def divergence(self, mean, variance, other_mean, other_variance):
            ratio = variance / other_variance
            return (ratio - 1 - ratio.log() + (mean - other_mean) ** 2 / variance) / 2

    return replaced(Wrong)


@misconception(
    "The reconstruction is a squared distance alone: a log-density has a constant too.",
    caught_by=(*START, *WHOLE, PUBLIC["reconstruction"], "bound: reconstruction of vectors"),
)
def reconstruction_without_its_constant():
    class Wrong(_Student):
        def reconstruction(self, model, x0, x1, betas, sigma2):
            found = super().reconstruction(model, x0, x1, betas, sigma2)
            return found - x0[0].numel() * torch.log(2 * math.pi * sigma2[0]) / 2

    return replaced(Wrong)


@misconception(
    "The constant of the reconstruction stands there once: every element of an image has its own.",
    caught_by=(START[0], WHOLE[0], "bound: negative_elbo of vectors, T = 1 and T = 4"),
)
def constant_once_for_an_image():
    class Wrong(_Student):
        def reconstruction(self, model, x0, x1, betas, sigma2):
            found = super().reconstruction(model, x0, x1, betas, sigma2)
            return found - (x0[0].numel() - 1) * torch.log(2 * math.pi * sigma2[0]) / 2

    return replaced(Wrong)


@misconception(
    "The bound is averaged over the steps: its terms add up.",
    caught_by=(*WHOLE, "bound: negative_elbo of vectors"),
)
def mean_over_steps():
    class Wrong(_Student):
        def negative_elbo(self, model, x0, eps, betas, sigma2):
            terms = list(self.terms(model, x0, eps, betas, sigma2))
            return self.prior_matching(x0, betas) + sum(terms) / len(terms)

    return replaced(Wrong)


@misconception(
    "The term that training leaves out is left out of the bound as well: a bound needs all of them.",
    caught_by=(
        *WHOLE,
        "bound: negative_elbo of vectors, T = 1 and T = 4",
        PUBLIC["negative_elbo"],
    ),
)
def bound_without_its_last_term():
    class Wrong(_Student):
        def negative_elbo(self, model, x0, eps, betas, sigma2):
            return sum(self.terms(model, x0, eps, betas, sigma2))

    return replaced(Wrong)


@misconception(
    "All steps share the noise of the first: each step has its own row.",
    caught_by=(WHOLE[0], "bound: negative_elbo of vectors, T = 1 and T = 4"),
)
def one_noise_for_all_steps():
    class Wrong(_Student):
        def negative_elbo(self, model, x0, eps, betas, sigma2):
            return super().negative_elbo(model, x0, eps[:1].expand(eps.shape), betas, sigma2)

    return replaced(Wrong)


@misconception(
    "The noise is added step by step, to the last noisy image: each x_t is made from the image at once.",
    caught_by=(WHOLE[0], "bound: negative_elbo of vectors, T = 1 and T = 4"),
)
def noise_piled_up():
    class Wrong(_Student):
        def negative_elbo(self, model, x0, eps, betas, sigma2):
            noise = torch.zeros_like(eps)
            for step in range(len(betas)):
                carried = (1 - self.schedule(betas)[1]).sqrt()
                last = carried[step - 1] * noise[step - 1] if step else 0
                added = (1 - betas[step]).sqrt() * last + betas[step].sqrt() * eps[step]
                noise[step] = added / carried[step]
            return super().negative_elbo(model, x0, noise, betas, sigma2)

    return replaced(Wrong)


@misconception(
    "The sign is that of the bound on the log-likelihood: its negative is asked for.",
    caught_by=(*WHOLE, "bound: negative_elbo in float32"),
)
def elbo_not_negated():
    class Wrong(_Student):
        def negative_elbo(self, model, x0, eps, betas, sigma2):
            return -super().negative_elbo(model, x0, eps, betas, sigma2)

    return replaced(Wrong)


@misconception(
    "The named term has a model in it: look for the one that no parameter can change.",
    caught_by=("excluded_term: the name",),
)
def reconstruction_excluded():
    class Wrong(_Student):
        def excluded_term(self):
            return "L_0"

    return replaced(Wrong)


@misconception(
    "All that the steps there do is known; look for what the step back is given that a generator has not.",
    caught_by=("unknown: the name",),
)
def noise_schedule_unknown():
    class Wrong(_Student):
        def unknown_when_sampling(self):
            return "beta_t"

    return replaced(Wrong)


@misconception(
    "The noisy image is what the way back starts from; look for what else the step back is given.",
    caught_by=("unknown: the name",),
)
def noisy_image_unknown():
    class Wrong(_Student):
        def unknown_when_sampling(self):
            return "x_t"

    return replaced(Wrong)


@misconception(
    "Ask of the way to the noise whether anything in it is learned.",
    caught_by=("trained_parts: of a DDPM",),
)
def both_parts_trained():
    class Wrong(_Student):
        def trained_parts(self):
            return {"VAE": ["encoder", "decoder"], "DDPM": ["encoder", "decoder"]}

    return replaced(Wrong)


@misconception(
    "A variational autoencoder learns both of its networks together.",
    caught_by=("trained_parts: of a VAE",),
)
def vae_trains_its_decoder_alone():
    class Wrong(_Student):
        def trained_parts(self):
            return {"VAE": ["decoder"], "DDPM": ["decoder"]}

    return replaced(Wrong)


@misconception(
    "The way to the noise and the way back are exchanged: which of them has the network?",
    caught_by=("trained_parts: of a DDPM",),
)
def ddpm_trains_its_encoder():
    class Wrong(_Student):
        def trained_parts(self):
            return {"VAE": ["encoder", "decoder"], "DDPM": ["encoder"]}

    return replaced(Wrong)


# --- The step back without the image ---


@misconception(
    "All images are taken to be as likely as before: x_t tells which of them it came from.",
    caught_by=REVERSE,
)
def images_as_likely_as_before():
    class Wrong(_Student):
        def shares(self, xt, t, data, betas):
            return torch.full_like(data, 1 / len(data))

    return replaced(Wrong)


@misconception(
    "The images are averaged before the step back: the density is a mixture, not one Gaussian.",
    caught_by=(*REVERSE, PUBLIC["true_reverse_density"]),
)
def step_back_from_the_mean_image():
    class Wrong(_Student):
        def true_reverse_density(self, x_prev, xt, t, data, betas):
            image = (self.shares(xt, t, data, betas) * data).sum()
            return super().true_reverse_density(x_prev, xt, t, image[None], betas)

    return replaced(Wrong)


@misconception(
    "The logarithm of the density is returned: the density itself is asked for.",
    caught_by=(*REVERSE, PUBLIC["true_reverse_density"]),
)
def logarithm_of_the_density():
    class Wrong(_Student):
        def true_reverse_density(self, x_prev, xt, t, data, betas):
            return super().true_reverse_density(x_prev, xt, t, data, betas).log()

    return replaced(Wrong)


# --- The loss of the bound ---


@misconception(
    "The loss holds one step alone: the bound has a term for every step.",
    caught_by=LOSS,
)
def loss_of_one_step():
    class Wrong(_Student):
        def over_steps(self, errors):
            return errors[-1]

    return replaced(Wrong)


@misconception(
    "The loss is averaged over the steps: the terms of the bound add up.",
    caught_by=(*LOSS, "elbo_loss: its gradient"),
)
def loss_averaged_over_steps():
    class Wrong(_Student):
        def over_steps(self, errors):
            return errors.mean(0)

    return replaced(Wrong)


@misconception(
    "All steps have the same weight in the loss: the bound gives each step its own weight.",
    caught_by=(*LOSS, "elbo_loss: its gradient"),
)
def loss_without_weights():
    class Wrong(_Student):
        def elbo_loss(self, model, x0, eps, betas, sigma2):
            errors = self.errors(model, x0, eps, betas, sigma2)
            steps = torch.arange(1, len(betas) + 1)
            return (errors / self.loss_weight(steps, betas, sigma2)[:, None]).sum(0)

    return replaced(Wrong)


# --- Sampling ---


@misconception(
    "Noise is added at the last step as well: what comes out there is the image.",
    caught_by=(SAMPLE, "p_sample: a model that knows the image ends there"),
)
def noise_at_the_last_step():
    class Wrong(_Student):
        def p_sample(self, model, xt, t, eps, betas, sigma2):
            mean = self.mean_from_noise(xt, model(xt, t), t, betas)
            return mean + spread(sigma2[t - 1].sqrt(), xt) * eps

    return replaced(Wrong)


@misconception(
    "Whether there is noise is decided once for the batch: each image has its own step.",
    caught_by=(SAMPLE, "p_sample: what the noise does at each step", "p_sample: numbers"),
)
def noise_decided_once():
    class Wrong(_Student):
        def p_sample(self, model, xt, t, eps, betas, sigma2):
            mean = self.mean_from_noise(xt, model(xt, t), t, betas)
            if (t == 1).any():
                return mean
            return mean + spread(sigma2[t - 1].sqrt(), xt) * eps

    return replaced(Wrong)


@misconception(
    "The first image's step decides whether all images get noise: each image has its own step.",
    caught_by=(SAMPLE, "p_sample: what the noise does at each step", PUBLIC["p_sample"]),
)
def noise_decided_by_the_first():
    class Wrong(_Student):
        def p_sample(self, model, xt, t, eps, betas, sigma2):
            mean = self.mean_from_noise(xt, model(xt, t), t, betas)
            noise = spread(sigma2[t - 1].sqrt(), xt) * eps
            return mean + noise if (t > 1).reshape(-1)[0] else mean

    return replaced(Wrong)


@misconception(
    "All images get noise as soon as one of them does: an image at its last step gets none.",
    caught_by=(SAMPLE, "p_sample: what the noise does at each step", PUBLIC["p_sample"]),
)
def noise_where_any_is_above_one():
    class Wrong(_Student):
        def p_sample(self, model, xt, t, eps, betas, sigma2):
            mean = self.mean_from_noise(xt, model(xt, t), t, betas)
            noise = spread(sigma2[t - 1].sqrt(), xt) * eps
            return mean + noise if (t > 1).any() else mean

    return replaced(Wrong)


@misconception(
    "The noise is multiplied by a variance: its deviation is wanted.",
    caught_by=(
        SAMPLE,
        "p_sample: what the noise does at each step",
        "p_sample: the whole way back",
        PUBLIC["p_sample"],
    ),
)
def noise_times_the_variance():
    class Wrong(_Student):
        def p_sample(self, model, xt, t, eps, betas, sigma2):
            return super().p_sample(model, xt, t, eps, betas, sigma2**2)

    return replaced(Wrong)


@misconception(
    "The model's guess is added again as noise: a sample needs fresh noise, which is an argument.",
    caught_by=(SAMPLE, "p_sample: what the noise does at each step", "p_sample: float32"),
)
def guess_as_fresh_noise():
    class Wrong(_Student):
        def p_sample(self, model, xt, t, eps, betas, sigma2):
            return super().p_sample(model, xt, t, model(xt, t), betas, sigma2)

    return replaced(Wrong)


@misconception(
    "The variance of the reverse step is taken from the forward process: here it is given separately.",
    caught_by=(SAMPLE, "p_sample: what the noise does at each step"),
)
def variance_of_the_way_there():
    class Wrong(_Student):
        def p_sample(self, model, xt, t, eps, betas, sigma2):
            return super().p_sample(model, xt, t, eps, betas, betas)

    return replaced(Wrong)
