"""Flow matching in the style of a course's file: seeds, annotations, a main part."""

from typing import Optional

import torch
import torch.nn as nn

torch.manual_seed(42)


class FlowMatching:
    def __init__(self, velocity_model: nn.Module, device: torch.device, time_scale: int = 1000):
        super().__init__()
        self.velocity_model = velocity_model
        self.device = device
        self.time_scale = time_scale

    def predict_velocity(self, x_t: torch.Tensor, t: torch.Tensor):
        t_model = (t * self.time_scale).long()
        return self.velocity_model(x_t, t_model)

    def sample_xt(self, x0, x1, t):
        t = t.view(-1, 1, 1, 1)
        return (1 - t) * x0 + t * x1

    def compute_conditional_velocity(self, x0, x1):
        return x1 - x0

    def loss(self, x0, noise: Optional[torch.Tensor] = None, set_seed=False):
        if set_seed:
            torch.manual_seed(42)
        batch_size = x0.shape[0]
        dim = list(range(1, x0.ndim))
        t = torch.rand(batch_size, device=x0.device)
        if noise is None:
            noise = torch.randn_like(x0)
        x_t = self.sample_xt(x0, noise, t)
        target = self.compute_conditional_velocity(x0, noise)
        prediction = self.predict_velocity(x_t, t)
        return ((prediction - target) ** 2).sum(dim=dim).mean()

    def euler_step(self, x_t, t, dt):
        return x_t + self.predict_velocity(x_t, t) * dt

    def midpoint_step(self, x_t, t, dt):
        v1 = self.predict_velocity(x_t, t)
        x_mid = x_t + v1 * (dt / 2)
        v2 = self.predict_velocity(x_mid, t + dt / 2)
        return x_t + v2 * dt

    @torch.no_grad()
    def euler_sample(self, noise, n_steps):
        x, dt = noise, -1.0 / n_steps
        for i in range(n_steps):
            t = torch.ones(x.shape[0], device=x.device) * (1.0 + i * dt)
            x = self.euler_step(x, t, dt)
        return x

    @torch.no_grad()
    def midpoint_sample(self, noise, n_steps):
        x, dt = noise, -1.0 / n_steps
        for i in range(n_steps):
            t = torch.ones(x.shape[0], device=x.device) * (1.0 + i * dt)
            x = self.midpoint_step(x, t, dt)
        return x


if __name__ == "__main__":
    print("training")
