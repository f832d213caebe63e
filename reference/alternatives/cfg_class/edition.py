"""A guided diffusion with constants kept as tensors, standard deviations from each other, and noise by torch.normal."""

from typing import Optional

import torch
from torch import nn


class CFGDiffusion:
    def __init__(self, eps_model: nn.Module, n_steps: int, device: torch.device):
        self.eps_model = eps_model
        self.n_steps = n_steps
        self.device = device
        self.lambda_min = torch.tensor(-20.0, device=device)
        self.lambda_max = torch.tensor(20.0, device=device)
        self.b = torch.arctan(torch.exp(-self.lambda_max / 2))
        self.a = torch.arctan(torch.exp(-self.lambda_min / 2)) - self.b

    def get_exp_ratio(self, l: torch.Tensor, l_prim: torch.Tensor):
        return (l - l_prim).exp()

    def get_lambda(self, t: torch.Tensor):
        u = t.float() / self.n_steps
        lambda_t = -2.0 * torch.tan(self.a * u + self.b).log()
        return lambda_t[:, None, None, None]

    def alpha_lambda(self, lambda_t: torch.Tensor):
        return torch.sigmoid(lambda_t) ** 0.5

    def sigma_lambda(self, lambda_t: torch.Tensor):
        return torch.sigmoid(-lambda_t) ** 0.5

    def q_sample(self, x: torch.Tensor, lambda_t: torch.Tensor, noise: torch.Tensor):
        mean = self.alpha_lambda(lambda_t) * x
        return torch.addcmul(mean, self.sigma_lambda(lambda_t).expand_as(x), noise)

    def sigma_q(self, lambda_t: torch.Tensor, lambda_t_prim: torch.Tensor):
        kept = self.alpha_lambda(lambda_t) / self.alpha_lambda(lambda_t_prim)
        before = self.sigma_lambda(lambda_t_prim)
        return (self.sigma_lambda(lambda_t) ** 2 - (kept * before) ** 2).sqrt()

    def sigma_q_x(self, lambda_t: torch.Tensor, lambda_t_prim: torch.Tensor):
        ratio = self.sigma_lambda(lambda_t_prim) / self.sigma_lambda(lambda_t)
        return self.sigma_q(lambda_t, lambda_t_prim) * ratio

    def mu_p_theta(self, z_lambda_t, x, lambda_t, lambda_t_prim):
        e = self.get_exp_ratio(lambda_t, lambda_t_prim)
        alpha, alpha_prim = self.alpha_lambda(lambda_t), self.alpha_lambda(lambda_t_prim)
        return torch.lerp(alpha_prim * x, alpha_prim / alpha * z_lambda_t, e.expand_as(x))

    def var_p_theta(self, lambda_t, lambda_t_prim, v: float = 0.3):
        least = self.sigma_q_x(lambda_t, lambda_t_prim)
        greatest = self.sigma_q(lambda_t, lambda_t_prim)
        return (least.pow(1 - v) * greatest.pow(v)).pow(2)

    def p_sample(self, z_lambda_t, lambda_t, lambda_t_prim, x_t, set_seed=False):
        if set_seed:
            torch.manual_seed(42)
        mean = self.mu_p_theta(z_lambda_t, x_t, lambda_t, lambda_t_prim)
        var = self.var_p_theta(lambda_t, lambda_t_prim)
        noise = torch.randn(z_lambda_t.shape, device=z_lambda_t.device)
        return mean + torch.sqrt(var) * noise

    def loss(self, x0, labels, noise: Optional[torch.Tensor] = None, set_seed=False):
        if set_seed:
            torch.manual_seed(42)
        t = torch.randint(0, self.n_steps, (x0.shape[0],), device=x0.device)
        if noise is None:
            noise = torch.randn(x0.shape, device=x0.device)
        z = self.q_sample(x0, self.get_lambda(t), noise)
        error = torch.square(self.eps_model(z, labels) - noise)
        return torch.sum(error, dim=[1, 2, 3]).mean()
