"""Denoising diffusion: the noising chain, its posterior, the training losses and the exact bound.

Forward process q(x_t | x_{t−1}) = N(√(1−β_t) x_{t−1}, β_t I); reverse step N(μ_θ(x_t, t), σ_t² I).
Steps count from 1 to T, so row t−1 of ``betas`` and ``sigma2`` belongs to step t, and ᾱ₀ = 1.

Everything is computed in float64 and returned in the dtype of the data: 1 − ᾱ_t cancels at small t,
where a float32 schedule would be wrong in its fourth digit.

Sources:
    Ho, Jain & Abbeel 2020, Denoising Diffusion Probabilistic Models,
    https://arxiv.org/abs/2006.11239
    Sohl-Dickstein, Weiss, Maheswaranathan & Ganguli 2015, Deep Unsupervised Learning using
    Nonequilibrium Thermodynamics, https://arxiv.org/abs/1503.03585
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from reference._domain import require

_Model = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class _Step:
    """The constants of each example's own step, in float64, shaped to broadcast over its image."""

    beta: Tensor
    log_alpha_bar: Tensor
    log_alpha_bar_before: Tensor

    @property
    def alpha(self) -> Tensor:
        return 1 - self.beta

    @property
    def sqrt_alpha_bar(self) -> Tensor:
        # The root of an underflowed ᾱ has no finite gradient; half its logarithm has one.
        return torch.exp(self.log_alpha_bar / 2)

    @property
    def sqrt_alpha_bar_before(self) -> Tensor:
        return torch.exp(self.log_alpha_bar_before / 2)

    @property
    def noise(self) -> Tensor:
        """1 − ᾱ_t without its cancellation."""
        return -torch.expm1(self.log_alpha_bar)

    @property
    def noise_before(self) -> Tensor:
        """1 − ᾱ_{t−1}, exactly 0 at t = 1."""
        return -torch.expm1(self.log_alpha_bar_before)


def _check_betas(betas: Tensor) -> None:
    require(betas.ndim == 1 and len(betas) > 0, "betas", "have shape (T,) with T ≥ 1")
    require(betas.is_floating_point(), "betas", "be of a floating dtype")
    require(((betas > 0) & (betas < 1)).all(), "betas", "lie strictly between 0 and 1")


def _check_images(**images: Tensor) -> None:
    shape = next(iter(images.values())).shape
    require(len(shape) > 0, next(iter(images)), "have shape (N, …)")
    for argument, image in images.items():
        require(image.is_floating_point(), argument, "be of a floating dtype")
        require(image.shape == shape, argument, f"have shape {tuple(shape)}")


def _check_steps(t: Tensor, betas: Tensor, like: Tensor, first: int = 1) -> None:
    _check_betas(betas)
    integral = not (t.is_floating_point() or t.is_complex() or t.dtype == torch.bool)
    require(integral, "t", "be of an integer dtype")
    require(t.shape == like.shape[:1], "t", "have shape (N,), one step per image")
    require(((t >= first) & (t <= len(betas))).all(), "t", f"lie in {first}…{len(betas)}")


def _spread(per_example: Tensor, like: Tensor) -> Tensor:
    """Shape ``(N,)`` to broadcast over the images ``like``."""
    return per_example.reshape(-1, *(1,) * (like.ndim - 1))


def _step(t: Tensor, betas: Tensor, like: Tensor) -> _Step:
    """Look the schedule up at ``t``, for one image (or number) of ``like`` per step."""
    _check_steps(t, betas, like)
    beta, t = betas.double(), t.long()
    log_alpha_bar = torch.cumsum(torch.log1p(-beta), 0)
    log_alpha_bar = torch.cat([log_alpha_bar.new_zeros(1), log_alpha_bar])
    rows = beta[t - 1], log_alpha_bar[t], log_alpha_bar[t - 1]
    return _Step(*(_spread(row, like) for row in rows))


def _variance(t: Tensor, betas: Tensor, sigma2: Tensor, like: Tensor, first: int = 1) -> Tensor:
    _check_steps(t, betas, like, first)
    require(sigma2.shape == betas.shape, "sigma2", "have the shape (T,) of betas")
    require(sigma2.is_floating_point(), "sigma2", "be of a floating dtype")
    require((sigma2 > 0).all(), "sigma2", "be positive")
    return _spread(sigma2.double()[t.long() - 1], like)


def _constant_steps(t: int, like: Tensor) -> Tensor:
    return torch.full((len(like),), t, dtype=torch.int64, device=like.device)


def _predict(model: _Model, x: Tensor, t: Tensor) -> Tensor:
    """Guess the noise of ``x``; the model gets the data's own dtype and int64 steps."""
    predicted = model(x, t.long())
    require(predicted.shape == x.shape, "model", "return one value per element of x")
    return predicted.double()


def _sum(per_element: Tensor) -> Tensor:
    """Sum everything but the batch; images of rank 1 have one element each."""
    return per_element.unsqueeze(-1).flatten(1).sum(1)


def noise_schedule(betas: Tensor) -> tuple[Tensor, Tensor]:
    """Return how much of the signal each step keeps, and how much is left of it after t steps.

    α_t = 1 − β_t, ᾱ_t = Π_{s≤t} α_s

    Args:
        betas: variances of the noise, ``(T,)``, in (0, 1).

    Returns:
        alphas and alpha_bars, each ``(T,)``.

    Raises:
        ValueError: ``betas`` outside (0, 1) or not of shape ``(T,)``.

    Reference:
        Ho et al. 2020, before eq. 4.
    """
    _check_betas(betas)
    alphas = 1 - betas.double()
    alpha_bars = torch.cumsum(torch.log1p(-betas.double()), 0).exp()
    return alphas.to(betas.dtype), alpha_bars.to(betas.dtype)


def q_sample(x0: Tensor, t: Tensor, eps: Tensor, betas: Tensor) -> Tensor:
    """Noise images to step t at once.

    x_t = √ᾱ_t x₀ + √(1−ᾱ_t) ε

    Args:
        x0: images, ``(N, …)``.
        t: steps, ``(N,)`` integers in 1…T.
        eps: standard normal noise, ``(N, …)``.
        betas: variances of the noise, ``(T,)``, in (0, 1).

    Returns:
        ``(N, …)`` in the dtype of ``x0``.

    Raises:
        ValueError: an argument outside its domain, or of a shape that does not fit.

    Reference:
        Ho et al. 2020, eq. 4.
    """
    _check_images(x0=x0, eps=eps)
    step = _step(t, betas, x0)
    xt = step.sqrt_alpha_bar * x0.double() + step.noise.sqrt() * eps.double()
    return xt.to(x0.dtype)


def posterior_mean(x0: Tensor, xt: Tensor, t: Tensor, betas: Tensor) -> Tensor:
    """Return the mean of q(x_{t−1} | x_t, x₀).

    μ̃_t = √ᾱ_{t−1} β_t/(1−ᾱ_t) x₀ + √α_t (1−ᾱ_{t−1})/(1−ᾱ_t) x_t, which is x₀ at t = 1

    Args:
        x0: images, ``(N, …)``.
        xt: the same images at step t, ``(N, …)``.
        t: steps, ``(N,)`` integers in 1…T.
        betas: variances of the noise, ``(T,)``, in (0, 1).

    Returns:
        ``(N, …)`` in the dtype of ``x0``.

    Raises:
        ValueError: an argument outside its domain, or of a shape that does not fit.

    Reference:
        Ho et al. 2020, eq. 7.
    """
    _check_images(x0=x0, xt=xt)
    step = _step(t, betas, x0)
    of_x0 = step.sqrt_alpha_bar_before * step.beta / step.noise
    of_xt = step.alpha.sqrt() * step.noise_before / step.noise
    return (of_x0 * x0.double() + of_xt * xt.double()).to(x0.dtype)


def posterior_variance(t: Tensor, betas: Tensor) -> Tensor:
    """Return the variance of q(x_{t−1} | x_t, x₀) in every direction.

    β̃_t = (1−ᾱ_{t−1})/(1−ᾱ_t) β_t, which is 0 at t = 1

    Args:
        t: steps, ``(N,)`` integers in 1…T.
        betas: variances of the noise, ``(T,)``, in (0, 1).

    Returns:
        ``(N,)`` in the dtype of ``betas``.

    Raises:
        ValueError: ``betas`` outside (0, 1) or ``t`` outside 1…T.

    Reference:
        Ho et al. 2020, eq. 7.
    """
    step = _step(t, betas, t)
    return (step.noise_before / step.noise * step.beta).to(betas.dtype)


def mean_from_noise(xt: Tensor, eps: Tensor, t: Tensor, betas: Tensor) -> Tensor:
    """Return the mean of the reverse step, given the noise that made x_t.

    μ = (x_t − β_t/√(1−ᾱ_t) ε)/√α_t

    Args:
        xt: images at step t, ``(N, …)``.
        eps: the noise, or a model's guess of it, ``(N, …)``.
        t: steps, ``(N,)`` integers in 1…T.
        betas: variances of the noise, ``(T,)``, in (0, 1).

    Returns:
        ``(N, …)`` in the dtype of ``xt``.

    Raises:
        ValueError: an argument outside its domain, or of a shape that does not fit.

    Reference:
        Ho et al. 2020, eq. 11.
    """
    _check_images(xt=xt, eps=eps)
    step = _step(t, betas, xt)
    mean = (xt.double() - step.beta / step.noise.sqrt() * eps.double()) / step.alpha.sqrt()
    return mean.to(xt.dtype)


def loss_weight(t: Tensor, betas: Tensor, sigma2: Tensor) -> Tensor:
    """Return the factor that the bound gives to the squared error of the noise.

    λ_t = β_t²/(2σ_t² α_t (1−ᾱ_t))

    Args:
        t: steps, ``(N,)`` integers in 1…T.
        betas: variances of the noise, ``(T,)``, in (0, 1).
        sigma2: variances of the reverse steps, ``(T,)``, positive.

    Returns:
        ``(N,)`` in the dtype of ``betas``.

    Raises:
        ValueError: an argument outside its domain, or of a shape that does not fit.

    Reference:
        Ho et al. 2020, eq. 12.
    """
    step = _step(t, betas, t)
    variance = _variance(t, betas, sigma2, t)
    weight = step.beta / step.noise * step.beta / (2 * variance * step.alpha)
    return weight.to(betas.dtype)


def ddpm_loss(model: _Model, x0: Tensor, t: Tensor, eps: Tensor, betas: Tensor) -> Tensor:
    """Return the simple training loss.

    L_simple = mean over batch and elements of (ε − model(x_t, t))²

    Args:
        model: guesses the noise from x_t ``(N, …)`` and t ``(N,)`` int64.
        x0: images, ``(N, …)``.
        t: steps, ``(N,)`` integers in 1…T.
        eps: standard normal noise, ``(N, …)``.
        betas: variances of the noise, ``(T,)``, in (0, 1).

    Returns:
        A scalar in the dtype of ``x0``.

    Raises:
        ValueError: an argument outside its domain, or of a shape that does not fit.

    Reference:
        Ho et al. 2020, eq. 14 and Algorithm 1.
    """
    error = eps.double() - _predict(model, q_sample(x0, t, eps, betas), t)
    return error.square().mean().to(x0.dtype)


def weighted_ddpm_loss(
    model: _Model, x0: Tensor, t: Tensor, eps: Tensor, betas: Tensor, sigma2: Tensor
) -> Tensor:
    """Return the training loss with the weights of the bound.

    mean over the batch of λ_t ‖ε − model(x_t, t)‖²

    Args:
        model: guesses the noise from x_t ``(N, …)`` and t ``(N,)`` int64.
        x0: images, ``(N, …)``.
        t: steps, ``(N,)`` integers in 1…T.
        eps: standard normal noise, ``(N, …)``.
        betas: variances of the noise, ``(T,)``, in (0, 1).
        sigma2: variances of the reverse steps, ``(T,)``, positive.

    Returns:
        A scalar in the dtype of ``x0``.

    Raises:
        ValueError: an argument outside its domain, or of a shape that does not fit.

    Reference:
        Ho et al. 2020, eq. 12.
    """
    weight = loss_weight(t, betas.double(), sigma2)
    error = eps.double() - _predict(model, q_sample(x0, t, eps, betas), t)
    return (weight * _sum(error.square())).mean().to(x0.dtype)


def prior_matching(x0: Tensor, betas: Tensor) -> Tensor:
    """Return the term of the bound that compares the end of the noising with the prior.

    L_T = KL(q(x_T | x₀) ‖ N(0, I)) = ½ Σ_d [ᾱ_T (x₀_d² − 1) − log(1−ᾱ_T)]

    Args:
        x0: images, ``(N, …)``.
        betas: variances of the noise, ``(T,)``, in (0, 1).

    Returns:
        ``(N,)`` in the dtype of ``x0``.

    Raises:
        ValueError: ``betas`` outside (0, 1) or ``x0`` not of shape ``(N, …)``.

    Reference:
        Ho et al. 2020, eq. 5.
    """
    _check_images(x0=x0)
    _check_betas(betas)
    step = _step(_constant_steps(len(betas), x0), betas, x0)
    alpha_bar = step.log_alpha_bar.exp()
    # log(1 − ᾱ) from ᾱ where ᾱ is small, from 1 − ᾱ where that is: neither loses digits there.
    small = alpha_bar < 0.5
    log_noise = torch.where(small, torch.log1p(-alpha_bar.clamp(max=0.5)), step.noise.log())
    kl = _sum(alpha_bar * (x0.double().square() - 1) - log_noise) / 2
    return kl.to(x0.dtype)


def denoising_matching(
    model: _Model, x0: Tensor, xt: Tensor, t: Tensor, betas: Tensor, sigma2: Tensor
) -> Tensor:
    """Return the term of the bound that compares a reverse step with the chain's posterior.

    L_{t−1} = KL(N(μ̃_t, β̃_t I) ‖ N(μ_θ, σ_t² I))
            = ½ Σ_d [β̃_t/σ_t² − 1 − log(β̃_t/σ_t²) + (μ̃_t − μ_θ)_d²/σ_t²]

    Args:
        model: guesses the noise from x_t ``(N, …)`` and t ``(N,)`` int64.
        x0: images, ``(N, …)``.
        xt: the same images at step t, ``(N, …)``.
        t: steps, ``(N,)`` integers in 2…T; at t = 1 the posterior has no variance.
        betas: variances of the noise, ``(T,)``, in (0, 1).
        sigma2: variances of the reverse steps, ``(T,)``, positive.

    Returns:
        ``(N,)`` in the dtype of ``x0``.

    Raises:
        ValueError: an argument outside its domain, or of a shape that does not fit.

    Reference:
        Ho et al. 2020, eqs. 5 and 8.
    """
    _check_images(x0=x0, xt=xt)
    variance = _variance(t, betas, sigma2, x0, first=2)
    true_mean = posterior_mean(x0.double(), xt, t, betas)
    mean = mean_from_noise(xt.double(), _predict(model, xt, t), t, betas)
    ratio = _spread(posterior_variance(t, betas.double()), x0) / variance
    kl = _sum(ratio - 1 - ratio.log() + (true_mean - mean).square() / variance) / 2
    return kl.to(x0.dtype)


def reconstruction(model: _Model, x0: Tensor, x1: Tensor, betas: Tensor, sigma2: Tensor) -> Tensor:
    """Return the term of the bound that scores the last reverse step, which ends in the image.

    L_0 = −log N(x₀; μ_θ(x₁, 1), σ_1² I) = λ_1 ‖ε − model(x₁, 1)‖² + ½ D log(2πσ_1²)

    Args:
        model: guesses the noise from x_1 ``(N, …)`` and t ``(N,)`` int64.
        x0: images, ``(N, …)``.
        x1: the same images at step 1, ``(N, …)``.
        betas: variances of the noise, ``(T,)``, in (0, 1).
        sigma2: variances of the reverse steps, ``(T,)``, positive.

    Returns:
        ``(N,)`` in the dtype of ``x0``.

    Raises:
        ValueError: an argument outside its domain, or of a shape that does not fit.

    Reference:
        Ho et al. 2020, eq. 5, with a density where §3.3 has a discrete decoder.
    """
    _check_images(x0=x0, x1=x1)
    first = _constant_steps(1, x0)
    variance = _variance(first, betas, sigma2, x0)
    mean = mean_from_noise(x1.double(), _predict(model, x1, first), first, betas)
    squares = (x0.double() - mean).square() / variance
    return (_sum(squares + torch.log(2 * math.pi * variance)) / 2).to(x0.dtype)


def negative_elbo(model: _Model, x0: Tensor, eps: Tensor, betas: Tensor, sigma2: Tensor) -> Tensor:
    """Return the whole bound on −log p(x₀), from one draw of noise a step.

    L_0 + Σ_{t≥2} L_{t−1} + L_T, each x_t made from row t−1 of ``eps``

    Args:
        model: guesses the noise from x_t ``(N, …)`` and t ``(N,)`` int64.
        x0: images, ``(N, …)``.
        eps: standard normal noise, ``(T, N, …)``.
        betas: variances of the noise, ``(T,)``, in (0, 1).
        sigma2: variances of the reverse steps, ``(T,)``, positive.

    Returns:
        ``(N,)`` in the dtype of ``x0``.

    Raises:
        ValueError: an argument outside its domain, or of a shape that does not fit.

    Reference:
        Ho et al. 2020, eq. 5.
    """
    _check_images(x0=x0)
    _check_betas(betas)
    require(eps.shape == (len(betas), *x0.shape), "eps", "have shape (T, N, …)")

    # All steps in one batch, in float64; the model is asked once a step, in the data's dtype.
    steps, n, images = len(betas), len(x0), x0.double()
    t = torch.arange(1, steps + 1, device=x0.device).repeat_interleave(n)
    copies = images.repeat(steps, *(1,) * (x0.ndim - 1))
    xt = q_sample(copies, t, eps.flatten(0, 1), betas)

    def by_step(x: Tensor, t: Tensor) -> Tensor:
        calls = zip(torch.split(x.to(x0.dtype), n), torch.split(t, n), strict=True)
        return torch.cat([model(*call) for call in calls])

    bound = prior_matching(images, betas) + reconstruction(by_step, images, xt[:n], betas, sigma2)
    if steps > 1:
        terms = denoising_matching(by_step, copies[n:], xt[n:], t[n:], betas, sigma2)
        bound = bound + terms.reshape(steps - 1, n).sum(0)
    return bound.to(x0.dtype)


def p_sample(
    model: _Model, xt: Tensor, t: Tensor, eps: Tensor, betas: Tensor, sigma2: Tensor
) -> Tensor:
    """Take one reverse step.

    x_{t−1} = μ_θ(x_t, t) + σ_t ε, without the noise at t = 1

    Args:
        model: guesses the noise from x_t ``(N, …)`` and t ``(N,)`` int64.
        xt: images at step t, ``(N, …)``.
        t: steps, ``(N,)`` integers in 1…T.
        eps: standard normal noise, fresh, ``(N, …)``.
        betas: variances of the noise, ``(T,)``, in (0, 1).
        sigma2: variances of the reverse steps, ``(T,)``, positive.

    Returns:
        ``(N, …)`` in the dtype of ``xt``.

    Raises:
        ValueError: an argument outside its domain, or of a shape that does not fit.

    Reference:
        Ho et al. 2020, Algorithm 2.
    """
    _check_images(xt=xt, eps=eps)
    noise = _variance(t, betas, sigma2, xt).sqrt() * eps.double()
    mean = mean_from_noise(xt.double(), _predict(model, xt, t), t, betas)
    return (mean + torch.where(_spread(t == 1, xt), 0.0, noise)).to(xt.dtype)


def excluded_term() -> str:
    """Name the term of the bound that training leaves out, having no parameters in it.

    Returns:
        ``"L_T"``.

    Reference:
        Ho et al. 2020, §3.1.
    """
    return "L_T"


def true_reverse_density(
    x_prev: Tensor, xt: float | Tensor, t: int | Tensor, data: Tensor, betas: Tensor
) -> Tensor:
    """Return the density of the step back where the image is not known but one of a data set.

    q(x_{t−1} | x_t) = Σ_i w_i N(x_{t−1}; μ̃_t(data_i, x_t), β̃_t) with
    w_i ∝ N(x_t; √ᾱ_t data_i, 1−ᾱ_t), x₀ being uniform on the numbers of ``data``

    Args:
        x_prev: numbers at step t − 1, ``(N,)``.
        xt: a number at step t.
        t: a step in 2…T; at t = 1 the distribution has no density.
        data: the numbers that x₀ may be, ``(M,)``, each as likely.
        betas: variances of the noise, ``(T,)``, in (0, 1).

    Returns:
        ``(N,)`` in the dtype of ``x_prev``.

    Raises:
        ValueError: an argument outside its domain, or of a shape that does not fit.

    Reference:
        Sohl-Dickstein et al. 2015, the reverse of a diffusion; Ho et al. 2020, eqs. 4 and 7.
    """
    for argument, numbers in (("x_prev", x_prev), ("data", data)):
        require(numbers.ndim == 1 and len(numbers) > 0, argument, "be numbers in one row")
        require(numbers.is_floating_point(), argument, "be of a floating dtype")
    xt = torch.as_tensor(xt, dtype=torch.float64)
    require(xt.ndim == 0, "xt", "be a number")
    t = torch.as_tensor(t)
    require(t.ndim == 0, "t", "be a number")
    steps = t.expand(len(data))
    _check_steps(steps, betas, data, first=2)
    step = _step(steps, betas, data)
    images = data.double()
    # Shares of the examples, from logarithms: all their densities may underflow.
    shares = torch.log_softmax(
        -(xt - step.sqrt_alpha_bar * images).square() / (2 * step.noise), dim=0
    )
    means = posterior_mean(images, xt.expand(len(data)), steps, betas)
    variance = posterior_variance(steps[:1], betas.double())
    squares = (x_prev.double()[:, None] - means).square() / variance
    logs = shares - (squares + torch.log(2 * math.pi * variance)) / 2
    return torch.logsumexp(logs, dim=1).exp().to(x_prev.dtype)


def unknown_when_sampling() -> str:
    """Name what the known step back q(x_{t−1} | x_t, x₀) needs and generation does not have.

    Returns:
        ``"x_0"``.

    Reference:
        Ho et al. 2020, §2.
    """
    return "x_0"


def trained_parts() -> dict[str, set[str]]:
    """Name which parts of a VAE and of a DDPM have parameters that the bound trains.

    Returns:
        ``{"VAE": {"encoder", "decoder"}, "DDPM": {"decoder"}}``: the way to the noise is fixed.

    Reference:
        Ho et al. 2020, §2 and §3.1.
    """
    return {"VAE": {"encoder", "decoder"}, "DDPM": {"decoder"}}


def elbo_loss(model: _Model, x0: Tensor, eps: Tensor, betas: Tensor, sigma2: Tensor) -> Tensor:
    """Return what of the bound depends on the model, from one draw of noise a step.

    Σ_t λ_t ‖ε_t − ε_θ(x_t, t)‖², each x_t made from row t−1 of ``eps``

    Args:
        model: guesses the noise from x_t ``(N, …)`` and t ``(N,)`` int64.
        x0: images, ``(N, …)``.
        eps: standard normal noise, ``(T, N, …)``.
        betas: variances of the noise, ``(T,)``, in (0, 1).
        sigma2: variances of the reverse steps, ``(T,)``, positive.

    Returns:
        ``(N,)`` in the dtype of ``x0``.

    Raises:
        ValueError: an argument outside its domain, or of a shape that does not fit.

    Reference:
        Ho et al. 2020, eq. 12 summed over the steps.
    """
    _check_images(x0=x0)
    _check_betas(betas)
    require(eps.shape == (len(betas), *x0.shape), "eps", "have shape (T, N, …)")
    require(eps.is_floating_point(), "eps", "be of a floating dtype")
    total = torch.zeros(len(x0), dtype=torch.float64, device=x0.device)
    for index, noise in enumerate(eps):
        t = _constant_steps(index + 1, x0)
        weight = loss_weight(t, betas.double(), sigma2)
        error = noise.double() - _predict(model, q_sample(x0, t, noise, betas), t)
        total = total + weight * _sum(error.square())
    return total.to(x0.dtype)
