"""A diffusion model in the style of a course's file: seeds, unused imports, a main part that trains."""

from typing import Optional, Tuple

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(42)


class DenoiseDiffusion:
    def __init__(self, eps_model: nn.Module, n_steps: int, device: torch.device):
        super().__init__()
        self.eps_model = eps_model
        self.device = device
        self.beta = torch.linspace(0.0001, 0.02, n_steps).to(device)
        self.alpha = 1.0 - self.beta
        self.alpha_bar = torch.cumprod(self.alpha, dim=0)
        self.n_steps = n_steps
        self.sigma2 = self.beta

    def gather(self, c: torch.Tensor, t: torch.Tensor):
        c_ = c.gather(-1, t)
        return c_.reshape(-1, 1, 1, 1)

    def q_xt_x0(self, x0: torch.Tensor, t: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]:
        alpha_bar = self.gather(self.alpha_bar, t)
        mean = torch.sqrt(alpha_bar) * x0
        var = 1 - alpha_bar
        return mean, var

    def q_sample(self, x0: torch.Tensor, t: torch.Tensor, eps: Optional[torch.Tensor] = None):
        if eps is None:
            eps = torch.randn_like(x0)
        mean, var = self.q_xt_x0(x0, t)
        return mean + (var**0.5) * eps

    def p_xt_prev_xt(self, xt: torch.Tensor, t: torch.Tensor):
        alpha_bar = self.gather(self.alpha_bar, t)
        alpha = self.gather(self.alpha, t)
        eps_theta = self.eps_model(xt, t)
        coef = (1 - alpha) / (1 - alpha_bar) ** 0.5
        p_mean = 1 / (alpha**0.5) * (xt - coef * eps_theta)
        p_var = self.gather(self.sigma2, t)
        return p_mean, p_var

    def p_sample(self, xt: torch.Tensor, t: torch.Tensor, set_seed=False):
        if set_seed:
            torch.manual_seed(42)
        p_mean, p_var = self.p_xt_prev_xt(xt, t)
        z = torch.randn(xt.shape, device=xt.device)
        mask = (t > 0).float().view(-1, 1, 1, 1)
        return p_mean + torch.sqrt(p_var) * z * mask

    def loss(self, x0: torch.Tensor, noise: Optional[torch.Tensor] = None, set_seed=False):
        if set_seed:
            torch.manual_seed(42)
        batch_size = x0.shape[0]
        dim = list(range(1, x0.ndim))
        t = torch.randint(0, self.n_steps, (batch_size,), device=x0.device, dtype=torch.long)
        if noise is None:
            noise = torch.randn_like(x0)
        xt = self.q_sample(x0, t, noise)
        return torch.mean(torch.sum((noise - self.eps_model(xt, t)) ** 2, dim=dim))


if __name__ == "__main__":
    print("training", F.relu(torch.tensor(1.0)))
