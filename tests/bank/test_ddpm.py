"""The diffusion reference, held against the noising chain itself, quadrature, mpmath and loops."""

import math
from dataclasses import dataclass

import mpmath
import numpy as np
import pytest
import torch
from torch.autograd import gradcheck
from torch.distributions import Normal, kl_divergence

from reference import ddpm
from tests.bank.tensors import randn

# Neither monotone nor small: a slip of one step, or of α for ᾱ, changes the second digit.
BETAS = torch.tensor([0.02, 0.3, 0.11, 0.25, 0.07], dtype=torch.float64)
SIGMA2 = torch.tensor([0.05, 0.2, 0.13, 0.31, 0.4], dtype=torch.float64)
T = torch.tensor([1, 5, 3, 2])
SHAPES = [(4,), (4, 7), (4, 3, 2, 6)]


def model(x, t):
    """Depend on the step, on the element and nonlinearly on x, so that no mix-up stays unseen."""
    step = t.to(x.dtype).reshape(-1, *(1,) * (x.ndim - 1))
    place = torch.linspace(0.5, 1.5, x[0].numel(), dtype=x.dtype).reshape(x.shape[1:])
    return torch.sin(x * place + 0.7 * step) + 0.1 * step


def close(actual, expected, rtol=1e-11, atol=1e-13):
    torch.testing.assert_close(actual, torch.as_tensor(expected), rtol=rtol, atol=atol)


# --- The chain, walked step by step with the moments of each transition; never a product of α ---


def moments(t, betas=BETAS):
    """Slope and variance of q(x_t | x_0), from q(x_s | x_{s-1}) one step after the other."""
    slope, variance = 1.0, 0.0
    for beta in betas[:t].tolist():
        slope, variance = math.sqrt(1 - beta) * slope, (1 - beta) * variance + beta
    return slope, variance


def conditional(x0, xt, t, betas=BETAS):
    """Mean and variance of x_{t-1} given x_t and x_0, by conditioning their joint Gaussian."""
    slope, variance = moments(t - 1, betas)
    step = math.sqrt(1 - float(betas[t - 1]))
    total = step**2 * variance + float(betas[t - 1])
    gain = variance * step / total
    return slope * x0 + gain * (xt - step * slope * x0), variance - gain * step * variance


def implied_image(xt, noise, t, betas=BETAS):
    slope, variance = moments(t, betas)
    return (xt - math.sqrt(variance) * noise) / slope


def reverse_mean(xt, noise, t, betas=BETAS):
    """μ_θ as the paper motivates it: the posterior's mean at the image that the noise implies."""
    return conditional(implied_image(xt, noise, t, betas), xt, t, betas)[0]


def noised(x0, eps, t, betas=BETAS):
    slope, variance = moments(t, betas)
    return slope * x0 + math.sqrt(variance) * eps


def per_example(function, *batches, t=T):
    return torch.stack([function(*row, int(s)) for *row, s in zip(*batches, t, strict=True)])


def predicted(x, t):
    """Ask the model for one example alone."""
    return model(x[None], torch.tensor([t]))[0]


# --- Values ---


def test_schedule_is_a_running_product():
    alphas, alpha_bars = ddpm.noise_schedule(torch.tensor([0.25, 0.5, 0.2], dtype=torch.float64))
    close(alphas, torch.tensor([0.75, 0.5, 0.8], dtype=torch.float64))
    close(alpha_bars, torch.tensor([0.75, 0.375, 0.3], dtype=torch.float64))


@pytest.mark.parametrize("shape", SHAPES)
def test_q_sample_has_the_moments_of_the_chain(shape):
    x0, eps = randn(0, *shape), randn(1, *shape)
    close(ddpm.q_sample(x0, T, eps, BETAS), per_example(noised, x0, eps))


@pytest.mark.parametrize("shape", SHAPES)
def test_posterior_conditions_the_joint_gaussian(shape):
    x0, xt = randn(2, *shape), randn(3, *shape)
    mean = per_example(lambda *a: conditional(*a)[0], x0, xt)
    close(ddpm.posterior_mean(x0, xt, T, BETAS), mean)
    variance = [conditional(0.0, 0.0, int(t))[1] for t in T]
    close(ddpm.posterior_variance(T, BETAS), torch.tensor(variance, dtype=torch.float64))


def test_posterior_is_bayes_rule_under_quadrature():
    x0, xt = randn(4, 3), randn(5, 3)
    t = torch.tensor([5, 2, 4])
    nodes, weights = np.polynomial.legendre.leggauss(400)
    z, weights = torch.from_numpy(12 * nodes), torch.from_numpy(12 * weights)
    for i in range(3):
        slope, variance = moments(int(t[i]) - 1)
        beta = float(BETAS[t[i] - 1])
        joint = Normal(slope * x0[i], math.sqrt(variance)).log_prob(z) + Normal(
            math.sqrt(1 - beta) * z, math.sqrt(beta)
        ).log_prob(xt[i])
        density = weights * joint.exp()
        density = density / density.sum()
        mean = (density * z).sum()
        one = slice(i, i + 1)
        close(ddpm.posterior_mean(x0[one], xt[one], t[one], BETAS)[0], mean, rtol=1e-9)
        spread = (density * (z - mean) ** 2).sum()
        close(ddpm.posterior_variance(t[one], BETAS)[0], spread, rtol=1e-9)


def test_posterior_at_the_first_step_is_the_image():
    x0, xt = randn(6, 4, 7), randn(7, 4, 7)
    first = torch.ones(4, dtype=torch.int64)
    close(ddpm.posterior_mean(x0, xt, first, BETAS), x0, rtol=1e-14)
    assert torch.equal(ddpm.posterior_variance(first, BETAS), torch.zeros(4, dtype=torch.float64))


@pytest.mark.parametrize("shape", SHAPES)
def test_mean_from_noise_is_the_posterior_at_the_implied_image(shape):
    xt, eps = randn(8, *shape), randn(9, *shape)
    close(ddpm.mean_from_noise(xt, eps, T, BETAS), per_example(reverse_mean, xt, eps))


def test_loss_weight_by_hand():
    betas, sigma2 = torch.tensor([0.25, 0.5]).double(), torch.tensor([0.5, 2.0]).double()
    # t = 1: β/(2σ²α) = ¼/(2·½·¾); t = 2: ¼/(2·2·½·(1 − ⅜))
    expected = torch.tensor([0.2, 1 / 3, 0.2], dtype=torch.float64)
    close(ddpm.loss_weight(torch.tensor([2, 1, 2]), betas, sigma2), expected)


def test_loss_weight_turns_errors_of_noise_into_divergences():
    xt, eps, guess = randn(10, 4, 7), randn(11, 4, 7), randn(12, 4, 7)
    deviation = SIGMA2[T - 1].sqrt()[:, None]
    divergence = kl_divergence(
        Normal(per_example(reverse_mean, xt, eps), deviation),
        Normal(per_example(reverse_mean, xt, guess), deviation),
    ).sum(1)
    expected = divergence / ((eps - guess) ** 2).sum(1)
    close(ddpm.loss_weight(T, BETAS, SIGMA2), expected)


@pytest.mark.parametrize("shape", SHAPES)
def test_losses_by_a_loop_over_elements(shape):
    x0, eps = randn(13, *shape), randn(14, *shape)
    squares, weighted = [], []
    for n, t in enumerate(T.tolist()):
        xt = noised(x0[n], eps[n], t)
        error = (eps[n] - predicted(xt, t)).flatten().tolist()
        squares += [e**2 for e in error]
        one, zero = torch.ones(1).double(), torch.zeros(1).double()
        deviation = SIGMA2[t - 1].sqrt()
        means = Normal(reverse_mean(zero, one, t), deviation), Normal(zero, deviation)
        weighted.append(kl_divergence(*means).item() * sum(e**2 for e in error))
    simple = ddpm.ddpm_loss(model, x0, T, eps, BETAS)
    close(simple, torch.tensor(sum(squares) / len(squares), dtype=torch.float64))
    close(
        ddpm.weighted_ddpm_loss(model, x0, T, eps, BETAS, SIGMA2),
        torch.tensor(sum(weighted) / len(weighted), dtype=torch.float64),
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_bound_terms_are_divergences_of_distributions(shape):
    x0, xt = randn(15, *shape), randn(16, *shape)
    t = torch.tensor([2, 5, 3, 4])
    slope, variance = moments(5)
    prior, matching, image = [], [], []
    for n, s in enumerate(t.tolist()):
        end = Normal(slope * x0[n], math.sqrt(variance))
        prior.append(kl_divergence(end, Normal(0.0, 1.0)).sum())
        mean, spread = conditional(x0[n], xt[n], s)
        step = Normal(reverse_mean(xt[n], predicted(xt[n], s), s), SIGMA2[s - 1].sqrt())
        matching.append(kl_divergence(Normal(mean, math.sqrt(spread)), step).sum())
        last = Normal(reverse_mean(xt[n], predicted(xt[n], 1), 1), SIGMA2[0].sqrt())
        image.append(-last.log_prob(x0[n]).sum())
    close(ddpm.prior_matching(x0, BETAS), torch.stack(prior))
    close(ddpm.denoising_matching(model, x0, xt, t, BETAS, SIGMA2), torch.stack(matching))
    close(ddpm.reconstruction(model, x0, xt, BETAS, SIGMA2), torch.stack(image))


def test_only_the_noise_error_of_a_term_depends_on_the_model():
    x0, eps = randn(17, 4, 7), randn(18, 4, 7)
    t = torch.tensor([2, 5, 3, 4])
    xt = per_example(noised, x0, eps, t=t)
    x1 = per_example(noised, x0, eps, t=torch.ones(4, dtype=torch.int64))

    def exact(x, t):
        return eps

    def excess(term):
        return term(model) - term(exact)

    matching = excess(lambda m: ddpm.denoising_matching(m, x0, xt, t, BETAS, SIGMA2))
    error = ((eps - model(xt, t)) ** 2).sum(1)
    close(matching, ddpm.loss_weight(t, BETAS, SIGMA2) * error, rtol=1e-9)
    first = torch.ones(4, dtype=torch.int64)
    image = excess(lambda m: ddpm.reconstruction(m, x0, x1, BETAS, SIGMA2))
    error = ((eps - model(x1, first)) ** 2).sum(1)
    close(image, ddpm.loss_weight(first, BETAS, SIGMA2) * error, rtol=1e-9)


def test_matching_vanishes_for_the_exact_step():
    x0, eps = randn(19, 4, 7), randn(20, 4, 7)
    t = torch.tensor([2, 5, 3, 4])
    spread = [max(conditional(0.0, 0.0, s)[1], 1e-3) for s in range(1, 6)]
    xt = per_example(noised, x0, eps, t=t)
    sigma2 = torch.tensor(spread, dtype=torch.float64)
    matching = ddpm.denoising_matching(lambda x, t: eps, x0, xt, t, BETAS, sigma2)
    close(matching, torch.zeros(4, dtype=torch.float64), atol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("steps", [5, 1])
def test_negative_elbo_adds_a_term_per_step(shape, steps):
    betas, sigma2 = BETAS[-steps:], SIGMA2[-steps:]
    x0, eps = randn(21, *shape), randn(22, steps, *shape)
    slope, variance = moments(steps, betas)
    expected = []
    for n in range(4):
        total = kl_divergence(Normal(slope * x0[n], math.sqrt(variance)), Normal(0.0, 1.0)).sum()
        for t in range(1, steps + 1):
            xt = noised(x0[n], eps[t - 1, n], t, betas)
            mean = reverse_mean(xt, predicted(xt, t), t, betas)
            step = Normal(mean, sigma2[t - 1].sqrt())
            if t == 1:
                total = total - step.log_prob(x0[n]).sum()
            else:
                mean, spread = conditional(x0[n], xt, t, betas)
                total = total + kl_divergence(Normal(mean, math.sqrt(spread)), step).sum()
        expected.append(total)
    close(ddpm.negative_elbo(model, x0, eps, betas, sigma2), torch.stack(expected))


def test_expected_negative_elbo_is_the_chain_s_log_ratio():
    """E_q[log q(x₁, x₂ | x₀) − log p(x₀, x₁, x₂)], over paths walked one step at a time."""
    betas, sigma2 = BETAS[1:3], SIGMA2[1:3]
    nodes, weights = np.polynomial.hermite_e.hermegauss(48)
    weights = weights / weights.sum()
    first, second = (torch.from_numpy(a).flatten() for a in np.meshgrid(nodes, nodes))
    weight = torch.from_numpy(np.outer(weights, weights)).flatten()
    for image in (-0.8, 0.3, 1.9):
        x0 = torch.full_like(first, image)
        bound = ddpm.negative_elbo(model, x0, torch.stack([first, second]), betas, sigma2)

        keep, noise = (1 - betas).sqrt(), betas.sqrt()
        x1 = keep[0] * x0 + noise[0] * first
        x2 = keep[1] * x1 + noise[1] * second
        forward = Normal(keep[0] * x0, noise[0]).log_prob(x1)
        forward = forward + Normal(keep[1] * x1, noise[1]).log_prob(x2)
        backward = Normal(0.0, 1.0).log_prob(x2)
        for t, (before, after) in enumerate([(x1, x0), (x2, x1)], start=1):
            guess = model(before, torch.full((len(before),), t))
            mean = reverse_mean(before, guess, t, betas)
            backward = backward + Normal(mean, sigma2[t - 1].sqrt()).log_prob(after)
        close((weight * bound).sum(), (weight * (forward - backward)).sum(), rtol=1e-9)


@pytest.mark.parametrize("shape", SHAPES)
def test_p_sample_draws_from_the_reverse_step(shape):
    xt, eps = randn(23, *shape), randn(24, *shape)
    expected = []
    for n, t in enumerate(T.tolist()):
        mean = reverse_mean(xt[n], predicted(xt[n], t), t)
        expected.append(mean + (0 if t == 1 else math.sqrt(SIGMA2[t - 1])) * eps[n])
    close(ddpm.p_sample(model, xt, T, eps, BETAS, SIGMA2), torch.stack(expected))


def test_p_sample_ignores_the_noise_of_the_last_step():
    xt, eps = randn(25, 3, 2), randn(26, 3, 2)
    t = torch.tensor([4, 1, 2])
    quiet = ddpm.p_sample(model, xt, t, eps, BETAS, SIGMA2)
    eps[1] = math.inf
    assert torch.equal(ddpm.p_sample(model, xt, t, eps, BETAS, SIGMA2), quiet)


def test_sampling_ends_at_the_only_image_there_is():
    image = randn(27, 1, 3, 2, 6).expand(4, 3, 2, 6)

    def exact(x, t):
        slope, variance = moments(int(t[0]))
        return (x - slope * image) / math.sqrt(variance)

    x = randn(28, 4, 3, 2, 6)
    for t in range(5, 0, -1):
        steps = torch.full((4,), t)
        x = ddpm.p_sample(exact, x, steps, randn(30 + t, 4, 3, 2, 6), BETAS, SIGMA2)
    close(x, image)


def test_excluded_term_has_no_parameters():
    assert ddpm.excluded_term() == "L_T"


# --- Every function of tensors by name, for the rules that hold of all of them ---


@dataclass
class Case:
    """One set of arguments, from which each function takes its own."""

    x0: torch.Tensor
    xt: torch.Tensor
    t: torch.Tensor
    eps: torch.Tensor
    all_eps: torch.Tensor
    betas: torch.Tensor
    sigma2: torch.Tensor

    def to(self, dtype, schedule=None):
        images = (self.x0, self.xt, self.eps, self.all_eps)
        x0, xt, eps, all_eps = (image.to(dtype) for image in images)
        betas, sigma2 = (table.to(schedule or dtype) for table in (self.betas, self.sigma2))
        return Case(x0, xt, self.t.clone(), eps, all_eps, betas, sigma2)


CALLS = {
    "noise_schedule": lambda c, m: torch.stack(ddpm.noise_schedule(c.betas)),
    "q_sample": lambda c, m: ddpm.q_sample(c.x0, c.t, c.eps, c.betas),
    "posterior_mean": lambda c, m: ddpm.posterior_mean(c.x0, c.xt, c.t, c.betas),
    "posterior_variance": lambda c, m: ddpm.posterior_variance(c.t, c.betas),
    "mean_from_noise": lambda c, m: ddpm.mean_from_noise(c.xt, c.eps, c.t, c.betas),
    "loss_weight": lambda c, m: ddpm.loss_weight(c.t, c.betas, c.sigma2),
    "ddpm_loss": lambda c, m: ddpm.ddpm_loss(m, c.x0, c.t, c.eps, c.betas),
    "weighted_ddpm_loss": lambda c, m: ddpm.weighted_ddpm_loss(
        m, c.x0, c.t, c.eps, c.betas, c.sigma2
    ),
    "prior_matching": lambda c, m: ddpm.prior_matching(c.x0, c.betas),
    "denoising_matching": lambda c, m: ddpm.denoising_matching(
        m, c.x0, c.xt, c.t.clamp(min=2), c.betas, c.sigma2
    ),
    "reconstruction": lambda c, m: ddpm.reconstruction(m, c.x0, c.xt, c.betas, c.sigma2),
    "negative_elbo": lambda c, m: ddpm.negative_elbo(m, c.x0, c.all_eps, c.betas, c.sigma2),
    "p_sample": lambda c, m: ddpm.p_sample(m, c.xt, c.t, c.eps, c.betas, c.sigma2),
}
OF_THE_SCHEDULE = {"noise_schedule", "posterior_variance", "loss_weight"}
WITHOUT_MODEL = OF_THE_SCHEDULE | {
    "q_sample", "posterior_mean", "mean_from_noise", "prior_matching",
}  # fmt: skip


def case(betas=BETAS, sigma2=SIGMA2, t=T, shape=(4, 7)):
    x0, eps = randn(40, *shape), randn(41, *shape)
    xt = torch.stack([noised(*row, int(s), betas) for *row, s in zip(x0, eps, t, strict=True)])
    return Case(x0, xt, t, eps, randn(42, len(betas), *shape), betas, sigma2)


LINEAR = torch.linspace(1e-4, 0.02, 1000, dtype=torch.float64)


@pytest.mark.parametrize("name", CALLS)
def test_arguments_are_left_alone(name):
    arguments = case()
    before = arguments.to(torch.float64)
    CALLS[name](arguments, model)
    for field, value in vars(before).items():
        assert torch.equal(getattr(arguments, field), value), field


@pytest.mark.parametrize("name", CALLS)
def test_steps_may_be_int32_but_the_model_sees_int64(name):
    seen = []

    def watched(x, t):
        seen.append((t.dtype, t.shape))
        return model(x, t)

    wide, narrow = case(), case(t=T.int())
    assert torch.equal(CALLS[name](narrow, watched), CALLS[name](wide, model))
    assert set(seen) <= {(torch.int64, torch.Size([4]))}


def test_model_is_asked_at_the_steps_of_the_contract():
    arguments, asked = case(), []

    def watched(x, t):
        asked.append((x.clone(), t.tolist()))
        return model(x, t)

    ddpm.negative_elbo(watched, arguments.x0, arguments.all_eps, BETAS, SIGMA2)
    assert sorted(t[0] for _, t in asked) == [1, 2, 3, 4, 5]
    for x, t in asked:
        assert t == [t[0]] * 4
        close(x, noised(arguments.x0, arguments.all_eps[t[0] - 1], t[0]))


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("betas", [BETAS, LINEAR], ids=["short", "linear"])
def test_float32_is_as_accurate_as_its_inputs(name, betas):
    t = torch.tensor([1, len(betas), 3, 2])
    arguments = case(betas, betas, t).to(torch.float32)
    actual = CALLS[name](arguments, model)
    assert actual.dtype == torch.float32
    exact = CALLS[name](arguments.to(torch.float64), model)
    # Only a model computes in float32; everything else is rounded once, at the end.
    rtol, atol = (1e-7, 1e-30) if name in WITHOUT_MODEL else (2e-5, 2e-6)
    close(actual.double(), exact, rtol, atol)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("data", [torch.float32, torch.float64])
def test_mixed_precision_follows_the_data(name, data):
    schedule = torch.float64 if data == torch.float32 else torch.float32
    arguments = case().to(data, schedule)
    actual = CALLS[name](arguments, model)
    assert actual.dtype == (schedule if name in OF_THE_SCHEDULE else data)
    close(actual.double(), CALLS[name](arguments.to(torch.float64), model), 2e-5, 2e-6)


@pytest.mark.parametrize("name", ["ddpm_loss", "weighted_ddpm_loss", "negative_elbo"])
def test_float32_models_learn(name):
    layer = torch.nn.Linear(7, 7)
    torch.nn.init.eye_(layer.weight)

    def learner(x, t):
        return layer(x)

    CALLS[name](case().to(torch.float32), learner).sum().backward()
    assert layer.weight.grad.dtype == torch.float32
    assert layer.weight.grad.isfinite().all() and layer.weight.grad.abs().max() > 1e-3


def test_gradient_of_the_simple_loss_by_hand():
    x0, eps, weight = randn(50, 4, 7), randn(51, 4, 7), torch.tensor(0.6, dtype=torch.float64)
    weight.requires_grad_()
    ddpm.ddpm_loss(lambda x, t: weight * x, x0, T, eps, BETAS).backward()
    xt = per_example(noised, x0, eps)
    close(weight.grad, -2 * ((eps - 0.6 * xt) * xt).mean())


@pytest.mark.parametrize("name", CALLS)
def test_gradients_by_finite_differences(name):
    # Three steps, two elements: gradcheck visits every entry of every argument.
    arguments = case(BETAS[:3], SIGMA2[:3], torch.tensor([3, 1, 2]), (3, 2))
    names = ("x0", "xt", "eps", "all_eps", "betas", "sigma2")
    weight = torch.tensor([0.7, -0.4], dtype=torch.float64)

    def function(weight, *values):
        tensors = dict(zip(names, values, strict=True))
        total = CALLS[name](
            Case(t=arguments.t, **tensors), lambda x, t: torch.tanh(weight * x) * t[:, None]
        )
        return total + 0 * weight.sum() + sum(0 * value.sum() for value in values)

    values = [weight, *(getattr(arguments, field).clone() for field in names)]
    assert gradcheck(function, tuple(value.requires_grad_() for value in values))


# --- Extremes, against 60 digits ---


class Exact:
    """The chain in mpmath: the schedule as a plain product, the terms as they stand on paper."""

    def __init__(self, betas, sigma2):
        self.betas = [mpmath.mpf(b) for b in betas.tolist()]
        self.sigma2 = [mpmath.mpf(s) for s in sigma2.tolist()]
        self.bars = [mpmath.mpf(1)]
        for beta in self.betas:
            self.bars.append(self.bars[-1] * (1 - beta))

    def noised(self, x0, eps, t):
        return mpmath.sqrt(self.bars[t]) * x0 + mpmath.sqrt(1 - self.bars[t]) * eps

    def variance(self, t):
        return self.betas[t - 1] * (1 - self.bars[t - 1]) / (1 - self.bars[t])

    def posterior(self, x0, xt, t):
        # Precision-weighted, which is Bayes' rule, rather than the two printed coefficients.
        beta, keep = self.betas[t - 1], mpmath.sqrt(1 - self.betas[t - 1])
        if t == 1:
            return x0
        prior = 1 / (1 - self.bars[t - 1])
        weighted = prior * mpmath.sqrt(self.bars[t - 1]) * x0 + keep / beta * xt
        return weighted / (prior + keep**2 / beta)

    def mean(self, xt, guess, t):
        beta = self.betas[t - 1]
        return (xt - beta / mpmath.sqrt(1 - self.bars[t]) * guess) / mpmath.sqrt(1 - beta)

    def weight(self, t):
        beta = self.betas[t - 1]
        return beta**2 / (2 * self.sigma2[t - 1] * (1 - beta) * (1 - self.bars[t]))

    def prior(self, x0):
        noise = 1 - self.bars[-1]
        return (noise + self.bars[-1] * x0**2 - 1 - mpmath.log(noise)) / 2

    def matching(self, x0, xt, t):
        ratio = self.variance(t) / self.sigma2[t - 1]
        gap = self.posterior(x0, xt, t) - self.mean(xt, guess(xt), t)
        return (ratio - 1 - mpmath.log(ratio) + gap**2 / self.sigma2[t - 1]) / 2

    def image(self, x0, x1):
        gap = x0 - self.mean(x1, guess(x1), 1)
        return (gap**2 / self.sigma2[0] + mpmath.log(2 * mpmath.pi * self.sigma2[0])) / 2

    def bound(self, x0, eps):
        terms = [self.prior(x0), self.image(x0, self.noised(x0, eps[0], 1))]
        for t in range(2, len(self.betas) + 1):
            terms.append(self.matching(x0, self.noised(x0, eps[t - 1], t), t))
        return mpmath.fsum(terms)


def guess(x, t=None):
    return 0.3 * x + 0.25  # both in binary and in mpmath; 0.3 is the double in either


EXTREMES = {
    "linear": LINEAR,
    "one step": torch.tensor([0.3], dtype=torch.float64),
    "hardly any noise": torch.tensor([3e-12, 1e-10, 2e-11], dtype=torch.float64),
    "hardly any signal": torch.full((1000,), 0.9, dtype=torch.float64),
    "both ends": torch.tensor([1e-9, 1 - 1e-9, 1e-9, 0.5], dtype=torch.float64),
}


@pytest.mark.parametrize("schedule", EXTREMES)
def test_extremes_in_sixty_digits(schedule):
    betas = EXTREMES[schedule]
    sigma2, last = 1.25 * betas.flip(0), len(betas)
    t = torch.tensor([1, last, (last + 1) // 2, min(2, last)])
    c = case(betas, sigma2, t, (4,))
    with mpmath.workdps(60):
        exact = Exact(betas, sigma2)
        x0, xt, eps = ([mpmath.mpf(v) for v in x.tolist()] for x in (c.x0, c.xt, c.eps))
        all_eps = [[mpmath.mpf(v) for v in column] for column in c.all_eps.T.tolist()]
        rows = list(zip(x0, xt, eps, t.tolist(), strict=True))
        errors = [(e - guess(exact.noised(x, e, s))) ** 2 for x, _, e, s in rows]
        expected = {
            "noise_schedule": [[1 - b for b in exact.betas], exact.bars[1:]],
            "q_sample": [exact.noised(x, e, s) for x, _, e, s in rows],
            "posterior_mean": [exact.posterior(x, y, s) for x, y, _, s in rows],
            "posterior_variance": [exact.variance(s) for *_, s in rows],
            "mean_from_noise": [exact.mean(y, e, s) for _, y, e, s in rows],
            "loss_weight": [exact.weight(s) for *_, s in rows],
            "ddpm_loss": mpmath.fsum(errors) / 4,
            "weighted_ddpm_loss": mpmath.fsum(
                exact.weight(row[3]) * error for row, error in zip(rows, errors, strict=True)
            )
            / 4,
            "prior_matching": [exact.prior(x) for x in x0],
            "denoising_matching": [exact.matching(x, y, max(s, 2)) for x, y, _, s in rows]
            if last > 1
            else None,
            "reconstruction": [exact.image(x, y) for x, y, *_ in rows],
            "negative_elbo": [exact.bound(x, e) for x, e in zip(x0, all_eps, strict=True)],
        }
        expected = {
            name: torch.tensor(np.array(value, dtype=object).astype(float))
            for name, value in expected.items()
            if value is not None
        }
    for name, value in expected.items():
        torch.testing.assert_close(
            CALLS[name](c, guess), value, rtol=1e-9, atol=1e-11, msg=lambda m, n=name: f"{n}: {m}"
        )


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("schedule", ["linear", "hardly any noise", "hardly any signal"])
def test_gradients_stay_finite_at_the_extremes(name, schedule):
    betas = EXTREMES[schedule]
    arguments = case(betas, betas, torch.tensor([1, len(betas), 3, 2]), (4, 2))
    leaves = {k: v.clone() for k, v in vars(arguments).items() if k != "t"}
    for leaf in leaves.values():
        leaf.requires_grad_()
    CALLS[name](Case(t=arguments.t, **leaves), guess).sum().backward()
    grads = [leaf.grad for leaf in leaves.values() if leaf.grad is not None]
    assert grads and all(grad.isfinite().all() for grad in grads)


# --- Outside the domain ---


def changed(**arguments):
    return Case(**{**vars(case()), **arguments})


BAD = {
    "betas": [
        BETAS - 0.02,
        torch.cat([BETAS[:4], torch.ones(1).double()]),
        torch.full_like(BETAS, math.nan),
        BETAS[None],
        BETAS[:0],
        torch.tensor(0.5).double(),
        torch.ones(5, dtype=torch.int64),
    ],
    "t": [T - 1, T + 1, T.double(), T > 1, T[:3], T[:, None], torch.tensor(3)],
    "sigma2": [SIGMA2 - 0.05, SIGMA2[:4], SIGMA2[:, None], (10 * SIGMA2).long()],
    "eps": [randn(60, 4, 1), randn(60, 7), torch.ones(4, 7, dtype=torch.int64)],
}
TAKES = {
    "betas": set(CALLS),
    "t": {
        "q_sample", "posterior_mean", "mean_from_noise",
        "ddpm_loss", "weighted_ddpm_loss", "p_sample",
    },
    "sigma2": {
        "loss_weight", "weighted_ddpm_loss", "denoising_matching",
        "reconstruction", "negative_elbo", "p_sample",
    },
    "eps": {"q_sample", "mean_from_noise", "ddpm_loss", "weighted_ddpm_loss", "p_sample"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "argument", "value"),
    [
        (name, argument, value)
        for argument, takers in TAKES.items()
        for name in sorted(takers)
        for value in BAD[argument]
    ],
)
def test_refuses(name, argument, value):
    def unreached(x, t):
        raise AssertionError("the model was asked before the arguments were judged")

    with pytest.raises(ValueError, match=rf"^{argument} must "):
        CALLS[name](changed(**{argument: value}), unreached)


@pytest.mark.parametrize("t", [T - 1, T + 1, T.double(), T[:, None]])
def test_refuses_steps_without_images(t):
    with pytest.raises(ValueError, match=r"^t must "):
        ddpm.posterior_variance(t, BETAS)
    with pytest.raises(ValueError, match=r"^t must "):
        ddpm.loss_weight(t, BETAS, SIGMA2)


def test_refuses_the_first_step_where_the_posterior_is_a_point():
    c = case()
    with pytest.raises(ValueError, match=r"^t must lie in 2…5"):
        ddpm.denoising_matching(model, c.x0, c.xt, T, BETAS, SIGMA2)


@pytest.mark.parametrize("shape", [(4, 6), (3, 7), (4,), (4, 7, 1)])
def test_refuses_images_of_two_shapes(shape):
    c, other = case(), randn(61, *shape)
    with pytest.raises(ValueError, match=r"^xt must "):
        ddpm.posterior_mean(c.x0, other, T, BETAS)
    with pytest.raises(ValueError, match=r"^xt must "):
        ddpm.denoising_matching(model, c.x0, other, T.clamp(min=2), BETAS, SIGMA2)
    with pytest.raises(ValueError, match=r"^x1 must "):
        ddpm.reconstruction(model, c.x0, other, BETAS, SIGMA2)
    with pytest.raises(ValueError, match=r"^eps must "):
        ddpm.negative_elbo(model, c.x0, other, BETAS, SIGMA2)


@pytest.mark.parametrize("x0", [torch.ones(4, 7, dtype=torch.int64), torch.tensor(1.0)])
def test_refuses_what_is_no_image(x0):
    with pytest.raises(ValueError, match=r"^x0 must "):
        ddpm.prior_matching(x0, BETAS)
    with pytest.raises(ValueError, match=r"^x0 must "):
        ddpm.q_sample(x0, T, x0, BETAS)


def test_refuses_a_model_whose_answer_would_broadcast():
    with pytest.raises(ValueError, match=r"^model must "):
        CALLS["ddpm_loss"](case(), lambda x, t: x.mean(1, keepdim=True))


# --- The functions of the hand-out of 2023 ---


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("step", [2, 5])
def test_true_reverse_density_by_enumeration(count, step):
    """Bayes' rule over the joint density of x_0, x_{t-1} and x_t, one example after the other."""
    data, previous, xt = randn(70, count), randn(71, 6), 0.4
    bar, before = (torch.cumprod(1 - BETAS, 0)[s - 1] for s in (step, step - 1))

    def density(x, mean, variance):
        return math.exp(-((x - mean) ** 2) / (2 * variance)) / math.sqrt(2 * math.pi * variance)

    beta = float(BETAS[step - 1])
    expected = []
    for x in previous.tolist():
        joint = sum(
            density(x, math.sqrt(before) * d, float(1 - before)) / count for d in data.tolist()
        )
        joint *= density(xt, math.sqrt(1 - beta) * x, beta)
        evidence = sum(
            density(xt, math.sqrt(bar) * d, float(1 - bar)) / count for d in data.tolist()
        )
        expected.append(joint / evidence)
    found = ddpm.true_reverse_density(previous, xt, step, data, BETAS)
    torch.testing.assert_close(
        found, torch.tensor(expected, dtype=torch.float64), rtol=1e-10, atol=0
    )


def test_true_reverse_density_where_every_example_is_far_away():
    data = torch.tensor([900.0, 1000.0], dtype=torch.float64)
    found = ddpm.true_reverse_density(torch.linspace(0, 900, 90001).double(), 0.0, 3, data, BETAS)
    assert found.isfinite().all()
    assert float(found.sum()) * 0.01 == pytest.approx(1, rel=1e-6)


def test_elbo_loss_is_the_bound_up_to_what_no_model_changes():
    x0, eps = randn(72, 3, 2), randn(73, len(BETAS), 3, 2)

    def other(x, t):
        return 0.3 * x

    both = []
    for function in (ddpm.elbo_loss, ddpm.negative_elbo):
        one, two = (function(m, x0, eps, BETAS, SIGMA2) for m in (lambda x, t: x.sin(), other))
        assert one.shape == (3,)
        both.append(one - two)
    torch.testing.assert_close(*both, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("shape", [(1,), (1, 1), (2, 1, 3)])
def test_elbo_loss_of_sizes_of_one(shape):
    x0, eps = randn(74, *shape), randn(75, 1, *shape)
    found = ddpm.elbo_loss(lambda x, t: 0 * x, x0, eps, BETAS[:1], SIGMA2[:1])
    weight = BETAS[0] ** 2 / (2 * SIGMA2[0] * (1 - BETAS[0]) * BETAS[0])
    expected = weight * eps[0].square().reshape(shape[0], -1).sum(1)
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=0)


def test_prior_matching_where_next_to_nothing_is_left_of_the_image():
    betas = torch.full((40,), 0.4, dtype=torch.float64)  # alpha_bar is 1.3e-9
    x0 = torch.tensor([0.0, 0.5, 3.0], dtype=torch.float64)
    bar = 1.0
    for beta in betas.tolist():
        bar *= 1 - beta
    expected = [bar * x**2 / 2 + bar**2 / 4 + bar**3 / 6 for x in x0.tolist()]
    found = ddpm.prior_matching(x0, betas)
    torch.testing.assert_close(
        found, torch.tensor(expected, dtype=torch.float64), rtol=1e-12, atol=1e-24
    )


def test_what_is_trained_and_what_is_unknown():
    """The encoder of a DDPM has betas alone, which are fixed; x_0 is what is to be generated."""
    assert ddpm.trained_parts() == {"VAE": {"encoder", "decoder"}, "DDPM": {"decoder"}}
    assert ddpm.unknown_when_sampling() == "x_0"
