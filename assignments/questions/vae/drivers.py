"""Helpers that the cases run together with your functions: gradients."""

import torch


def gradients(function, arguments, places, direction):
    """The gradients of <direction, function(*arguments)> in the arguments at some places.

    Where no gradient flows, they are zeros.
    """
    arguments = list(arguments)
    for place in places:
        arguments[place] = arguments[place].clone().requires_grad_()
    chosen = [arguments[place] for place in places]
    output = function(*arguments)
    if not output.requires_grad:
        return [torch.zeros_like(tensor) for tensor in chosen]
    return torch.autograd.grad((output * direction).sum(), chosen, materialize_grads=True)
