"""Flow matching along straight paths: the path, its velocity, the loss, and two solvers, as one class.

Source: Y. Lipman, R. Chen, H. Ben-Hamu, M. Nickel & M. Le, "Flow Matching for Generative Modeling", 2023,
https://arxiv.org/abs/2210.02747.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


class FlowMatching:
    """A flow from noise at time 1 to data at time 0."""

    def __init__(
        self,
        velocity_model: Callable[[Tensor, Tensor], Tensor],
        device: torch.device,
        time_scale: int = 1000,
    ) -> None:
        """Take the model of the velocity, from images and whole times ``(B,)``."""
        self.velocity_model = velocity_model
        self.device = device
        self.time_scale = time_scale

    def predict_velocity(self, x_t: Tensor, t: Tensor) -> Tensor:
        """The model's velocity at times ``(B,)`` between 0 and 1, which it is given as whole numbers."""
        return self.velocity_model(x_t, (t.reshape(-1) * self.time_scale).long())

    def sample_xt(self, x0: Tensor, x1: Tensor, t: Tensor) -> Tensor:
        """The point at times ``(B, 1, 1, 1)`` between data x0 and noise x1: (1 − t) x0 + t x1."""
        return (1 - t) * x0 + t * x1

    def compute_conditional_velocity(self, x0: Tensor, x1: Tensor) -> Tensor:
        """The velocity of that path: x1 − x0 (Lipman et al. 2023, section 4.1)."""
        return x1 - x0

    def loss(self, x0: Tensor, noise: Tensor | None = None, set_seed: bool = False) -> Tensor:
        """Squared error of the velocity at random times, a sum over each example's entries.

        The mean over the batch (Lipman et al. 2023, equation 9).
        """
        if set_seed:
            torch.manual_seed(42)  # noqa: TID251 - the interface asks for it
        x1 = torch.randn_like(x0) if noise is None else noise
        t = torch.rand(len(x0), 1, 1, 1, device=x0.device)
        velocity = self.predict_velocity(self.sample_xt(x0, x1, t), t)
        wanted = self.compute_conditional_velocity(x0, x1)
        return ((velocity - wanted) ** 2).flatten(1).sum(1).mean()

    def euler_step(self, x_t: Tensor, t: float, dt: float) -> Tensor:
        """One step of Euler's method."""
        return x_t + dt * self._velocity(x_t, t)

    def midpoint_step(self, x_t: Tensor, t: float, dt: float) -> Tensor:
        """One step of the midpoint method."""
        middle = x_t + 0.5 * dt * self._velocity(x_t, t)
        return x_t + dt * self._velocity(middle, t + 0.5 * dt)

    def _velocity(self, x_t: Tensor, t: float) -> Tensor:
        """The model's velocity at one time for the whole batch."""
        return self.predict_velocity(x_t, torch.full((len(x_t),), t))

    def euler_sample(self, noise: Tensor, n_steps: int) -> Tensor:
        """Solve from time 1 to time 0 in equal steps by Euler's method."""
        return self._solved(self.euler_step, noise, n_steps)

    def midpoint_sample(self, noise: Tensor, n_steps: int) -> Tensor:
        """Solve from time 1 to time 0 in equal steps by the midpoint method."""
        return self._solved(self.midpoint_step, noise, n_steps)

    def _solved(
        self, step: Callable[[Tensor, float, float], Tensor], x: Tensor, n_steps: int
    ) -> Tensor:
        for place in range(n_steps):
            x = step(x, 1 - place / n_steps, -1 / n_steps)
        return x
