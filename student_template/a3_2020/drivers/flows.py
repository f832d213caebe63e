"""Helpers that the cases run together with your functions: functions to pass to them, and gradients."""

import torch


def residual(kind, scale):
    """The f of a residual map, entry by entry: `scale` times a function that has a name here."""
    shape = {
        "cube": lambda z: z**3,
        "line": lambda z: z,
        "tanh": torch.tanh,
        "sine": torch.sin,
        "exp": torch.exp,
    }
    return lambda z: scale * shape[kind](z)


def solve_residual(residual_inverse, y, kind, scale):
    """The inverse of z + f(z), with f by its name."""
    return residual_inverse(y, residual(kind, scale))
