"""A guided diffusion in the style of a course's file."""

from typing import Optional

import torch
import torch.nn as nn

torch.manual_seed(42)


class CFGDiffusion:
    def __init__(self, eps_model: nn.Module, n_steps: int, device: torch.device):
        super().__init__()
        self.eps_model = eps_model
        self.n_steps = n_steps
        self.lambda_min = -20
        self.lambda_max = 20

    def get_exp_ratio(self, l: torch.Tensor, l_prim: torch.Tensor):
        return torch.exp(l - l_prim)

    def get_lambda(self, t: torch.Tensor):
        u = t / self.n_steps
        lambda_max = torch.tensor(self.lambda_max, dtype=torch.float32)
        lambda_min = torch.tensor(self.lambda_min, dtype=torch.float32)
        b = torch.arctan(torch.exp(-lambda_max / 2))
        a = torch.arctan(torch.exp(-lambda_min / 2)) - b
        return -2 * torch.log(torch.tan(a * u + b)).view(-1, 1, 1, 1)

    def alpha_lambda(self, lambda_t: torch.Tensor):
        var = 1 / (1 + torch.exp(-lambda_t))
        return var.sqrt()

    def sigma_lambda(self, lambda_t: torch.Tensor):
        var = 1 - self.alpha_lambda(lambda_t) ** 2
        return var.sqrt()

    def q_sample(self, x, lambda_t, noise):
        return self.alpha_lambda(lambda_t) * x + self.sigma_lambda(lambda_t) * noise

    def sigma_q(self, lambda_t, lambda_t_prim):
        var_q = (1 - self.get_exp_ratio(lambda_t, lambda_t_prim)) * self.sigma_lambda(lambda_t) ** 2
        return var_q.sqrt()

    def sigma_q_x(self, lambda_t, lambda_t_prim):
        ratio = self.get_exp_ratio(lambda_t, lambda_t_prim)
        var_q_x = (1 - ratio) * self.sigma_lambda(lambda_t_prim) ** 2
        return var_q_x.sqrt()

    def mu_p_theta(self, z_lambda_t, x, lambda_t, lambda_t_prim):
        e = self.get_exp_ratio(lambda_t, lambda_t_prim)
        alpha_prim = self.alpha_lambda(lambda_t_prim)
        return e * alpha_prim / self.alpha_lambda(lambda_t) * z_lambda_t + (1 - e) * alpha_prim * x

    def var_p_theta(self, lambda_t, lambda_t_prim, v: float = 0.3):
        first = (self.sigma_q_x(lambda_t, lambda_t_prim) ** 2) ** (1 - v)
        return first * (self.sigma_q(lambda_t, lambda_t_prim) ** 2) ** v

    def p_sample(self, z_lambda_t, lambda_t, lambda_t_prim, x_t, set_seed=False):
        if set_seed:
            torch.manual_seed(42)
        mu = self.mu_p_theta(z_lambda_t, x_t, lambda_t, lambda_t_prim)
        var = self.var_p_theta(lambda_t, lambda_t_prim)
        return mu + var.sqrt() * torch.randn_like(z_lambda_t)

    def loss(self, x0, labels, noise: Optional[torch.Tensor] = None, set_seed=False):
        if set_seed:
            torch.manual_seed(42)
        batch_size = x0.shape[0]
        dim = list(range(1, x0.ndim))
        t = torch.randint(0, self.n_steps, (batch_size,), device=x0.device, dtype=torch.long)
        if noise is None:
            noise = torch.randn_like(x0)
        z_t = self.q_sample(x0, self.get_lambda(t), noise)
        eps = self.eps_model(z_t, labels)
        return (noise - eps).pow(2).sum(dim=dim).mean()


if __name__ == "__main__":
    print("training")
