"""What authors of instances use again and again: distributions, divergences, densities."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch

from autograder.derivations.arithmetic import named
from autograder.derivations.errors import Unformed
from autograder.derivations.space import Space, Value, is_scalar, shape_of

_HALVINGS = 60
_FLOOR = 0.02  # keeps every probability away from 0, where logarithms lose digits


def simplex(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Random distributions: positive, and with the sum 1 along the last axis."""
    drawn = rng.dirichlet(np.full(shape[-1], 1.5), size=shape[:-1]) + _FLOOR
    return np.asarray(drawn / drawn.sum(-1, keepdims=True))


def divergence(space: Space, left: Value, right: Value, *axes: str) -> Value:
    """The Kullback-Leibler divergence of two tables, summed over some axes."""
    _scalars("KL", left, right)
    return space.sum(left * (left / right).log(), *axes)


def entropy(space: Space, table: Value, *axes: str) -> Value:
    """The entropy of a table, summed over some axes."""
    _scalars("H", table)
    return -space.sum(table * table.log(), *axes)


def maximizer(objective: Callable[[Value], Value], like: Value) -> Value:
    """Where in (0, 1) a concave function of each entry is greatest, found by halving.

    Args:
        objective: differentiable; each entry of what it returns depends on that entry alone.
        like: a table of the shape that is asked for.
    """
    low, high = torch.zeros_like(like), torch.ones_like(like)
    for _ in range(_HALVINGS):
        middle = ((low + high) / 2).requires_grad_()
        (slope,) = torch.autograd.grad(objective(middle).sum(), middle)
        low = torch.where(slope > 0, middle, low).detach()
        high = torch.where(slope > 0, high, middle).detach()
    return (low + high) / 2


def normal(x: Value, mean: Value, variance: Value) -> Value:
    """The density of a normal distribution at numbers."""
    _scalars("N", x, mean, variance)
    return torch.exp(-((x - mean) ** 2) / (2 * variance)) / torch.sqrt(2 * math.pi * variance)


def normal_vector(x: Value, mean: Value, covariance: Value) -> Value:
    """The density of a normal distribution at a column; the mean may be the number 0.

    Raises:
        Unformed: the shapes do not fit.
    """
    rows, columns = shape_of(x)
    if columns != 1 or rows == 1:
        raise Unformed(f"N(x, mean, cov) is the density at a column, not at {named(x)}")
    if shape_of(mean) != (rows, 1) and not (is_scalar(mean) and not bool(mean.any())):
        raise Unformed(f"the mean of N must be a column of {rows} or 0, not {named(mean)}")
    if shape_of(covariance) != (rows, rows):
        raise Unformed(
            f"the covariance of N must be a ({rows}, {rows}) matrix, not {named(covariance)}"
        )
    away = x - mean
    inverse, _ = torch.linalg.inv_ex(covariance)
    square = away.transpose(-1, -2) @ inverse @ away
    size = (2 * math.pi) ** rows * torch.linalg.det(covariance)[..., None, None]
    return torch.exp(-square / 2) / torch.sqrt(size)


def _scalars(name: str, *values: Value) -> None:
    for value in values:
        if not is_scalar(value):
            raise Unformed(f"{name} is taken of numbers, not of {named(value)}")
