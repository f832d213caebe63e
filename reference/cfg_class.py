"""Diffusion guided without a classifier, in log signal-to-noise ratios, as one class.

Source: J. Ho & T. Salimans, "Classifier-Free Diffusion Guidance", 2022, https://arxiv.org/abs/2207.12598.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

Model = Callable[[Tensor, Tensor | None], Tensor]


class CFGDiffusion:
    """A diffusion whose times are log signal-to-noise ratios λ; α² = sigmoid(λ), σ² = 1 − α².

    Attributes:
        lambda_min: the least ratio, at the last step.
        lambda_max: the greatest ratio, at the first step.
    """

    def __init__(self, eps_model: Model, n_steps: int, device: torch.device) -> None:
        """Take the model that predicts the noise, from images and labels, which may be ``None``."""
        self.eps_model = eps_model
        self.n_steps = n_steps
        self.lambda_min = -20
        self.lambda_max = 20

    def get_exp_ratio(self, l: Tensor, l_prim: Tensor) -> Tensor:  # noqa: E741 - the course's name
        """The ratio exp(l − l′)."""
        return torch.exp(l - l_prim)

    def get_lambda(self, t: Tensor) -> Tensor:
        """λ = −2 log tan(a u + b) at u = t / n_steps (Ho & Salimans 2022, section 2); ``(B, 1, 1, 1)``."""
        b = math.atan(math.exp(-self.lambda_max / 2))
        a = math.atan(math.exp(-self.lambda_min / 2)) - b
        u = t.double() / self.n_steps
        return (-2 * torch.log(torch.tan(a * u + b))).float().reshape(-1, 1, 1, 1)

    def alpha_lambda(self, lambda_t: Tensor) -> Tensor:
        """What is kept of the image."""
        return torch.sqrt(torch.sigmoid(lambda_t))

    def sigma_lambda(self, lambda_t: Tensor) -> Tensor:
        """The deviation of the noise."""
        return torch.sqrt(torch.sigmoid(-lambda_t))

    def q_sample(self, x: Tensor, lambda_t: Tensor, noise: Tensor) -> Tensor:
        """A sample of q(z_λ | x)."""
        return self.alpha_lambda(lambda_t) * x + self.sigma_lambda(lambda_t) * noise

    def sigma_q(self, lambda_t: Tensor, lambda_t_prim: Tensor) -> Tensor:
        """The deviation of q(z_λ | z_λ′), for λ < λ′ (Ho & Salimans 2022, equation 1)."""
        kept = 1 - self.get_exp_ratio(lambda_t, lambda_t_prim)
        return torch.sqrt(kept) * self.sigma_lambda(lambda_t)

    def sigma_q_x(self, lambda_t: Tensor, lambda_t_prim: Tensor) -> Tensor:
        """The deviation of q(z_λ′ | z_λ, x), for λ < λ′ (Ho & Salimans 2022, equation 3)."""
        kept = 1 - self.get_exp_ratio(lambda_t, lambda_t_prim)
        return torch.sqrt(kept) * self.sigma_lambda(lambda_t_prim)

    def mu_p_theta(
        self, z_lambda_t: Tensor, x: Tensor, lambda_t: Tensor, lambda_t_prim: Tensor
    ) -> Tensor:
        """The mean of the reverse step (Ho & Salimans 2022, equation 3)."""
        ratio = self.get_exp_ratio(lambda_t, lambda_t_prim)
        alpha, alpha_prim = self.alpha_lambda(lambda_t), self.alpha_lambda(lambda_t_prim)
        return ratio * (alpha_prim / alpha) * z_lambda_t + (1 - ratio) * alpha_prim * x

    def var_p_theta(self, lambda_t: Tensor, lambda_t_prim: Tensor, v: float = 0.3) -> Tensor:
        """The variance of the reverse step, between its bounds (Ho & Salimans 2022, equation 4)."""
        least = self.sigma_q_x(lambda_t, lambda_t_prim) ** 2
        greatest = self.sigma_q(lambda_t, lambda_t_prim) ** 2
        return least ** (1 - v) * greatest**v

    def p_sample(
        self,
        z_lambda_t: Tensor,
        lambda_t: Tensor,
        lambda_t_prim: Tensor,
        x_t: Tensor,
        set_seed: bool = False,
    ) -> Tensor:
        """A sample of the reverse step."""
        if set_seed:
            torch.manual_seed(42)  # noqa: TID251 - the interface asks for it
        mean = self.mu_p_theta(z_lambda_t, x_t, lambda_t, lambda_t_prim)
        deviation = torch.sqrt(self.var_p_theta(lambda_t, lambda_t_prim))
        return mean + deviation * torch.randn_like(z_lambda_t)

    def loss(
        self,
        x0: Tensor,
        labels: Tensor | None,
        noise: Tensor | None = None,
        set_seed: bool = False,
    ) -> Tensor:
        """Squared error of the predicted noise: summed over an example, averaged over the batch."""
        if set_seed:
            torch.manual_seed(42)  # noqa: TID251 - the interface asks for it
        t = torch.randint(self.n_steps, (len(x0),), device=x0.device)
        eps = torch.randn_like(x0) if noise is None else noise
        predicted = self.eps_model(self.q_sample(x0, self.get_lambda(t), eps), labels)
        return ((eps - predicted) ** 2).flatten(1).sum(1).mean()
