"""Flow matching with scalar times made into tensors where the model is asked, as a later edition hands it out."""

from typing import Optional

import torch
from torch import nn


class FlowMatching:
    def __init__(self, velocity_model: nn.Module, device: torch.device, time_scale: int = 1000):
        super().__init__()
        self.velocity_model = velocity_model
        self.device = device
        self.time_scale = time_scale

    def _times(self, t: torch.Tensor, count: int) -> torch.Tensor:
        whole = (t * self.time_scale).long()
        return whole.expand(count) if whole.ndim == 0 else whole.reshape(count)

    def predict_velocity(self, x_t: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        return self.velocity_model(x_t, self._times(t.to(x_t.device), x_t.shape[0]))

    def sample_xt(self, x0: torch.Tensor, x1: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        return x0 + t * (x1 - x0)

    def compute_conditional_velocity(self, x0: torch.Tensor, x1: torch.Tensor) -> torch.Tensor:
        return x1 - x0

    def loss(
        self, x0: torch.Tensor, noise: Optional[torch.Tensor] = None, set_seed: bool = False
    ) -> torch.Tensor:
        if set_seed:
            torch.manual_seed(42)
        t = torch.rand((x0.shape[0], 1, 1, 1), device=x0.device)
        if noise is None:
            noise = torch.randn_like(x0)
        found = self.predict_velocity(self.sample_xt(x0, noise, t), t)
        wanted = self.compute_conditional_velocity(x0, noise)
        return torch.mean(torch.sum((found - wanted) ** 2, dim=(1, 2, 3)))

    def euler_step(self, x_t: torch.Tensor, t: float, dt: float) -> torch.Tensor:
        return x_t + dt * self.predict_velocity(x_t, torch.tensor(t, device=x_t.device))

    def midpoint_step(self, x_t: torch.Tensor, t: float, dt: float) -> torch.Tensor:
        middle = self.euler_step(x_t, t, dt / 2)
        return x_t + dt * self.predict_velocity(middle, torch.tensor(t + dt / 2))

    def euler_sample(self, noise: torch.Tensor, n_steps: int) -> torch.Tensor:
        x_t = noise
        for step in range(n_steps):
            x_t = self.euler_step(x_t, 1.0 - step / n_steps, -1.0 / n_steps)
        return x_t

    def midpoint_sample(self, noise: torch.Tensor, n_steps: int) -> torch.Tensor:
        x_t = noise
        for step in range(n_steps):
            x_t = self.midpoint_step(x_t, 1.0 - step / n_steps, -1.0 / n_steps)
        return x_t
