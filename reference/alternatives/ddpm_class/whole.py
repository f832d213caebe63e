"""A diffusion model as a module, with `p_mean_variance`, and variances in the shape of the images."""

import torch
from torch import nn
from torch.nn.functional import mse_loss


class DenoiseDiffusion(nn.Module):
    def __init__(self, eps_model, n_steps, device):
        super().__init__()
        self.eps_model = eps_model
        self.n_steps = n_steps
        beta = torch.linspace(1e-4, 2e-2, n_steps)
        self.register_buffer("beta", beta.to(device))
        self.register_buffer("alpha", 1 - self.beta)
        self.register_buffer("alpha_bar", torch.exp(torch.log(self.alpha).cumsum(0)))
        self.register_buffer("sigma2", self.beta.clone())

    def gather(self, c, t):
        return c.index_select(0, t)[:, None, None, None]

    def q_xt_x0(self, x0, t):
        kept = self.gather(self.alpha_bar, t).expand_as(x0)
        return kept.sqrt() * x0, 1 - kept

    def q_sample(self, x0, t, eps=None):
        mean, var = self.q_xt_x0(x0, t)
        return torch.normal(mean, var.sqrt()) if eps is None else mean + var.sqrt() * eps

    def p_mean_variance(self, xt, t):
        alpha, kept = self.gather(self.alpha, t), self.gather(self.alpha_bar, t)
        noise = self.eps_model(xt, t) * (1 - alpha) / (1 - kept).sqrt()
        return (xt - noise) / alpha.sqrt(), self.gather(self.sigma2, t).expand_as(xt)

    def p_sample(self, xt, t, set_seed=False):
        if set_seed:
            torch.random.manual_seed(42)
        mean, var = self.p_mean_variance(xt, t)
        return torch.normal(mean, var.sqrt())

    def loss(self, x0, noise=None, set_seed=False):
        if set_seed:
            torch.random.manual_seed(42)
        noise = torch.randn(x0.shape) if noise is None else noise
        t = torch.randint(low=0, high=self.n_steps, size=(x0.shape[0],))
        predicted = self.eps_model(self.q_sample(x0, t, noise), t)
        return mse_loss(predicted, noise, reduction="sum") / x0.shape[0]
