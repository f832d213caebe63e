"""A diffusion model of a later edition: `p_mean_variance` with an alias, tables made at the start, a decision for all t."""

from typing import Optional, Tuple

import numpy as np
import torch
from torch import nn


class DenoiseDiffusion:
    def __init__(self, eps_model: nn.Module, n_steps: int, device: torch.device):
        self.eps_model = eps_model.to(device)
        self.n_steps = n_steps
        beta = np.linspace(1e-4, 0.02, n_steps)
        self.beta = torch.tensor(beta, dtype=torch.float32, device=device)
        self.alpha = torch.tensor(1.0 - beta, dtype=torch.float32, device=device)
        self.alpha_bar = torch.tensor(np.cumprod(1.0 - beta), dtype=torch.float32, device=device)
        self.sigma2 = self.beta

    def gather(self, c: torch.Tensor, t: torch.Tensor):
        return torch.gather(c, 0, t).view(t.shape[0], 1, 1, 1)

    def q_xt_x0(self, x0: torch.Tensor, t: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]:
        mean = self.gather(self.alpha_bar.sqrt(), t) * x0
        var = self.gather(1.0 - self.alpha_bar, t)
        return mean, var

    def q_sample(self, x0: torch.Tensor, t: torch.Tensor, eps: Optional[torch.Tensor] = None):
        if eps is None:
            eps = torch.randn(x0.shape, device=x0.device)
        mean, var = self.q_xt_x0(x0, t)
        return mean + torch.sqrt(var) * eps

    def p_mean_variance(self, xt: torch.Tensor, t: torch.Tensor):
        eps_theta = self.eps_model(xt, t)
        scale = self.gather(self.beta / (1.0 - self.alpha_bar).sqrt(), t)
        mu_theta = self.gather(self.alpha.rsqrt(), t) * (xt - scale * eps_theta)
        return mu_theta, self.gather(self.sigma2, t).expand(xt.shape)

    def p_xt_prev_xt(self, xt: torch.Tensor, t: torch.Tensor):
        return self.p_mean_variance(xt, t)

    @torch.no_grad()
    def p_sample(self, xt: torch.Tensor, t: torch.Tensor, set_seed=False):
        if set_seed:
            torch.manual_seed(42)
        mean, var = self.p_mean_variance(xt, t)
        noise = torch.randn_like(xt) if (t > 0).any() else torch.zeros_like(xt)
        return mean + var.sqrt() * noise

    def loss(self, x0: torch.Tensor, noise: Optional[torch.Tensor] = None, set_seed=False):
        if set_seed:
            torch.manual_seed(42)
        t = torch.randint(0, self.n_steps, (x0.shape[0],), device=x0.device).long()
        if noise is None:
            noise = torch.randn(x0.shape, device=x0.device)
        error = noise - self.eps_model(self.q_sample(x0, t, eps=noise), t)
        return torch.norm(error.reshape(len(x0), -1), dim=1).pow(2).mean(dim=0)


if __name__ == "__main__":
    raise SystemExit("python q1_trainer_ddpm.py")
