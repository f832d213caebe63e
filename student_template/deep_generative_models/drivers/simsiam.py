"""Helpers that the cases run together with your functions: gradients."""

import torch


def loss_gradients(simsiam_loss, x1, x2, W, Wp):
    """The gradients of the loss in x1, x2, W and Wp; zeros where none flows."""
    inputs = [tensor.clone().requires_grad_() for tensor in (x1, x2, W, Wp)]
    loss = simsiam_loss(*inputs)
    return torch.autograd.grad(loss.sum(), inputs, materialize_grads=True)
