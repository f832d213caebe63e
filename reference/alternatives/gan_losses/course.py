"""The losses of GANs in the style of a course's file: a device, ones for the outputs, a main part."""

import torch
import torch.autograd as autograd
import torch.nn as nn

torch.manual_seed(42)


def lp_reg(x, y, critic, device="cpu"):
    batch_size = x.size(0)
    eps = torch.rand((batch_size,) + (1,) * (x.dim() - 1), device=device)
    x_hat = eps * x + (1 - eps) * y
    x_hat = autograd.Variable(x_hat, requires_grad=True)
    out = critic(x_hat)
    grads = autograd.grad(
        outputs=out,
        inputs=x_hat,
        grad_outputs=torch.ones(out.size(), device=device),
        create_graph=True,
        retain_graph=True,
    )[0]
    grads = grads.view(batch_size, -1)
    norm = torch.sqrt(torch.sum(grads**2, dim=1) + 1e-12)
    return torch.mean(nn.functional.relu(norm - 1) ** 2)


def vf_wasserstein_distance(x, y, critic):
    return torch.mean(critic(x)) - torch.mean(critic(y))


def vf_squared_hellinger(x, y, critic):
    first = torch.mean(1 - torch.exp(-critic(x)))
    second = torch.mean(1 - torch.exp(critic(y)))
    return first + second


if __name__ == "__main__":
    print("training")
