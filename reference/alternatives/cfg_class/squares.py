"""A guided diffusion by squares and softplus, with ratios in rows."""

import math

import torch
from torch.nn.functional import mse_loss, softplus


class CFGDiffusion(torch.nn.Module):
    def __init__(self, eps_model, n_steps, device):
        super().__init__()
        self.model, self.n_steps = eps_model, n_steps

    def get_exp_ratio(self, l, l_prim):  # noqa: E741 - the interface's name
        return torch.exp(l) / torch.exp(l_prim)

    def get_lambda(self, t):
        b = math.atan(math.exp(-10))
        angle = (math.atan(math.exp(10)) - b) * t.double() / self.n_steps + b
        return (2 * torch.log(torch.cos(angle)) - 2 * torch.log(torch.sin(angle))).float()

    def alpha_lambda(self, lambda_t):
        return torch.exp(-softplus(-lambda_t) / 2)

    def sigma_lambda(self, lambda_t):
        return torch.exp(-softplus(lambda_t) / 2)

    def q_sample(self, x, lambda_t, noise):
        return x * self.alpha_lambda(lambda_t) + noise * self.sigma_lambda(lambda_t)

    def sigma_q(self, lambda_t, lambda_t_prim):
        return (-torch.expm1(lambda_t - lambda_t_prim)).sqrt() * self.sigma_lambda(lambda_t)

    def sigma_q_x(self, lambda_t, lambda_t_prim):
        return (-torch.expm1(lambda_t - lambda_t_prim)).sqrt() * self.sigma_lambda(lambda_t_prim)

    def mu_p_theta(self, z_lambda_t, x, lambda_t, lambda_t_prim):
        share = torch.exp(lambda_t - lambda_t_prim)
        whole = share * z_lambda_t / self.alpha_lambda(lambda_t) + (1 - share) * x
        return self.alpha_lambda(lambda_t_prim) * whole

    def var_p_theta(self, lambda_t, lambda_t_prim, v=0.3):
        least = self.sigma_q_x(lambda_t, lambda_t_prim).log()
        greatest = self.sigma_q(lambda_t, lambda_t_prim).log()
        return torch.exp(2 * torch.lerp(least, greatest, v))

    def p_sample(self, z_lambda_t, lambda_t, lambda_t_prim, x_t, set_seed=False):
        if set_seed:
            torch.random.manual_seed(42)
        mean = self.mu_p_theta(z_lambda_t, x_t, lambda_t, lambda_t_prim)
        deviation = self.var_p_theta(lambda_t, lambda_t_prim).sqrt()
        return torch.normal(mean, deviation.expand_as(mean))

    def loss(self, x0, labels, noise=None, set_seed=False):
        if set_seed:
            torch.random.manual_seed(42)
        noise = torch.randn(x0.shape) if noise is None else noise
        ratio = self.get_lambda(torch.randint(0, self.n_steps, (x0.size(0),)))[:, None, None, None]
        predicted = self.model(self.q_sample(x0, ratio, noise), labels)
        return mse_loss(predicted, noise, reduction="sum") / x0.size(0)
