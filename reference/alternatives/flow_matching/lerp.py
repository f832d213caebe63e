"""Flow matching by torch.lerp, with a grid of times."""

import torch
from torch import nn


class FlowMatching(nn.Module):
    def __init__(self, velocity_model, device, time_scale=1000):
        super().__init__()
        self.model, self.scale = velocity_model, time_scale

    def predict_velocity(self, x_t, t):
        return self.model(x_t, t.mul(self.scale).to(torch.int64))

    def sample_xt(self, x0, x1, t):
        return torch.lerp(x0, x1, t.reshape(-1, 1, 1, 1).expand_as(x0))

    def compute_conditional_velocity(self, x0, x1):
        return -(x0 - x1)

    def loss(self, x0, noise=None, set_seed=False):
        if set_seed:
            torch.random.manual_seed(42)
        noise = torch.randn(x0.shape) if noise is None else noise
        t = torch.empty(x0.size(0)).uniform_()
        error = self.predict_velocity(self.sample_xt(x0, noise, t), t) - (noise - x0)
        return error.square().sum() / x0.size(0)

    def euler_step(self, x_t, t, dt):
        return torch.add(x_t, self.predict_velocity(x_t, t), alpha=dt)

    def midpoint_step(self, x_t, t, dt):
        half = self.euler_step(x_t, t, dt / 2)
        return torch.add(x_t, self.predict_velocity(half, t + dt / 2), alpha=dt)

    def _sample(self, step, x, n_steps):
        grid = torch.linspace(1, 0, n_steps + 1)
        for t, after in zip(grid[:-1], grid[1:], strict=True):
            x = step(x, t.repeat(x.size(0)), float(after - t))
        return x

    def euler_sample(self, noise, n_steps):
        return self._sample(self.euler_step, noise, n_steps)

    def midpoint_sample(self, noise, n_steps):
        return self._sample(self.midpoint_step, noise, n_steps)
