"""Distances between distributions by a critic, and the penalty that keeps its slope in bounds.

Sources: S. Nowozin, B. Cseke & R. Tomioka, "f-GAN", 2016, https://arxiv.org/abs/1606.00709;
M. Arjovsky, S. Chintala & L. Bottou, "Wasserstein GAN", 2017, https://arxiv.org/abs/1701.07875;
H. Petzka, A. Fischer & D. Lukovnikov, "On the regularization of Wasserstein GANs", 2018,
https://arxiv.org/abs/1709.08894.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

Critic = Callable[[Tensor], Tensor]


def vf_wasserstein_distance(x: Tensor, y: Tensor, critic: Critic) -> Tensor:
    """Variational objective of the Wasserstein distance, E[v(x)] − E[v(y)].

    Args:
        x: samples of one distribution, ``(B, *)``.
        y: samples of the other, ``(B, *)``.
        critic: v, from ``(B, *)`` to ``(B,)``.

    Returns:
        A number.

    Reference:
        Arjovsky et al. 2017, equation 2.
    """
    return critic(x).mean() - critic(y).mean()


def vf_squared_hellinger(x: Tensor, y: Tensor, critic: Critic) -> Tensor:
    """Variational objective of the squared Hellinger distance, E[1 − exp(−v(x))] + E[1 − exp(v(y))].

    Args:
        x: samples of one distribution, ``(B, *)``.
        y: samples of the other, ``(B, *)``.
        critic: v, from ``(B, *)`` to ``(B,)``.

    Returns:
        A number.

    Reference:
        Nowozin et al. 2016, tables 1 and 2.
    """
    return (1 - torch.exp(-critic(x))).mean() + (1 - torch.exp(critic(y))).mean()


def lp_reg(x: Tensor, y: Tensor, critic: Critic) -> Tensor:
    """Lipschitz penalty at a random point between each pair, E[max(0, ‖∇v(x̂)‖₂ − 1)²].

    Args:
        x: samples of one distribution, ``(B, *)``.
        y: samples of the other, ``(B, *)``.
        critic: v, from ``(B, *)`` to ``(B,)``.

    Returns:
        A number, with a graph to the critic's parameters.

    Reference:
        Petzka et al. 2018, equation 8.
    """
    weight = torch.rand(len(x), *[1] * (x.ndim - 1), dtype=x.dtype)
    point = (weight * x + (1 - weight) * y).requires_grad_()
    (slope,) = torch.autograd.grad(critic(point).sum(), point, create_graph=True)
    return (torch.relu(slope.flatten(1).norm(dim=1) - 1) ** 2).mean()
