"""Denoising diffusion: the schedule, both directions of the chain, and the loss, as one class.

Source: J. Ho, A. Jain & P. Abbeel, "Denoising Diffusion Probabilistic Models", 2020,
https://arxiv.org/abs/2006.11239.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


class DenoiseDiffusion:
    """A diffusion of images with linear variances.

    Attributes:
        beta: the variances, ``(n_steps,)``, from 1e-4 to 0.02.
        alpha: 1 − beta.
        alpha_bar: the products of alpha up to each step.
        sigma2: the variances of the reverse steps, beta.
        n_steps: how many steps there are.
    """

    def __init__(
        self, eps_model: Callable[[Tensor, Tensor], Tensor], n_steps: int, device: torch.device
    ) -> None:
        """Take the model that predicts the noise, from images and times ``(B,)``."""
        self.eps_model = eps_model
        self.n_steps = n_steps
        self.beta = torch.linspace(1e-4, 0.02, n_steps, device=device)
        self.alpha = 1 - self.beta
        self.alpha_bar = torch.cumprod(self.alpha, 0)
        self.sigma2 = self.beta

    def gather(self, c: Tensor, t: Tensor) -> Tensor:
        """The entries of a schedule at the times ``(B,)``, of shape ``(B, 1, 1, 1)``."""
        return c[t].reshape(-1, 1, 1, 1)

    def q_xt_x0(self, x0: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and variance of q(x_t | x_0): √ᾱ_t x_0 and 1 − ᾱ_t (Ho et al. 2020, equation 4)."""
        alpha_bar = self.gather(self.alpha_bar, t)
        return torch.sqrt(alpha_bar) * x0, 1 - alpha_bar

    def q_sample(self, x0: Tensor, t: Tensor, eps: Tensor | None = None) -> Tensor:
        """A sample of q(x_t | x_0), with given noise or its own."""
        mean, variance = self.q_xt_x0(x0, t)
        noise = torch.randn_like(x0) if eps is None else eps
        return mean + torch.sqrt(variance) * noise

    def p_xt_prev_xt(self, xt: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and variance of p(x_{t−1} | x_t) (Ho et al. 2020, equation 11)."""
        alpha, alpha_bar = self.gather(self.alpha, t), self.gather(self.alpha_bar, t)
        noise = self.eps_model(xt, t)
        mean = (xt - (1 - alpha) / torch.sqrt(1 - alpha_bar) * noise) / torch.sqrt(alpha)
        return mean, self.gather(self.sigma2, t)

    def p_sample(self, xt: Tensor, t: Tensor, set_seed: bool = False) -> Tensor:
        """A sample of p(x_{t−1} | x_t)."""
        if set_seed:
            torch.manual_seed(42)  # noqa: TID251 - the interface asks for it
        mean, variance = self.p_xt_prev_xt(xt, t)
        return mean + torch.sqrt(variance) * torch.randn_like(xt)

    def loss(self, x0: Tensor, noise: Tensor | None = None, set_seed: bool = False) -> Tensor:
        """Squared error of the predicted noise at random times, a sum over each example's entries.

        The mean over the batch (Ho et al. 2020, equation 14).
        """
        if set_seed:
            torch.manual_seed(42)  # noqa: TID251 - the interface asks for it
        t = torch.randint(self.n_steps, (len(x0),), device=x0.device)
        eps = torch.randn_like(x0) if noise is None else noise
        predicted = self.eps_model(self.q_sample(x0, t, eps), t)
        return ((eps - predicted) ** 2).flatten(1).sum(1).mean()
