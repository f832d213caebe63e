"""The losses of GANs by linear interpolation and a clamp; the result has the shape (1,)."""

import torch


def vf_wasserstein_distance(x, y, critic):
    return (critic(x) - critic(y)).mean().view(1)


def vf_squared_hellinger(x, y, critic):
    return 2 - (torch.exp(-critic(x)) + torch.exp(critic(y))).mean().view(1)


def lp_reg(x, y, critic):
    eps = torch.rand(len(x)).view(-1, *[1 for _ in x.shape[1:]])
    between = torch.lerp(x, y, eps).detach().requires_grad_(True)
    slope = torch.autograd.grad(critic(between).sum(), between, create_graph=True)[0]
    size = slope.pow(2).sum(dim=tuple(range(1, x.dim()))).sqrt()
    return (size - 1).clamp(min=0).pow(2).mean().view(1)
