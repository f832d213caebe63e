"""The losses of GANs as f-GANs write them: an output activation, and the conjugate of f applied to it."""

import torch
from torch.autograd import grad
from torch.nn.functional import relu


def activation(v):
    return torch.tensor([1.0]) - torch.exp(-v)


def conjugate(t):
    return t / (1 - t)


def vf_wasserstein_distance(x, y, critic):
    return (critic(x) - critic(y)).mean()


def vf_squared_hellinger(x, y, critic):
    return (activation(critic(x)) - conjugate(activation(critic(y)))).mean()


def lp_reg(x, y, critic, device="cpu"):
    t = torch.rand(x.size(0), device=device)
    while t.dim() < x.dim():
        t = t.unsqueeze(-1)
    x_hat = (t * x + (1 - t) * y).detach()
    x_hat.requires_grad = True
    f = critic(x_hat)
    (slope,) = grad(f, x_hat, torch.ones_like(f), create_graph=True, only_inputs=True)
    norm = torch.norm(slope.reshape(slope.size(0), -1), p=2, dim=1)
    return torch.mean(relu(norm - 1) ** 2)
