"""Inputs drawn from a numpy Generator, as tensors: the same seed gives the same input."""

from __future__ import annotations

import numpy as np
import torch


def normal(
    rng: np.random.Generator, *shape: int, dtype: torch.dtype = torch.float64
) -> torch.Tensor:
    """Standard normal draws, made in float64, so that the dtype does not change later draws.

    Args:
        rng: the generator to draw from.
        *shape: sizes; none for a 0-d tensor.
        dtype: a floating-point dtype.

    Returns:
        A tensor of that shape.
    """
    return _floats(rng.standard_normal(shape), dtype)


def uniform(
    rng: np.random.Generator,
    low: float,
    high: float,
    *shape: int,
    dtype: torch.dtype = torch.float64,
) -> torch.Tensor:
    """Uniform draws from [low, high); in a dtype narrower than float64 rounding may reach ``high``.

    Args:
        rng: the generator to draw from.
        low: the lower end of the interval.
        high: the upper end of the interval.
        *shape: sizes; none for a 0-d tensor.
        dtype: a floating-point dtype.

    Returns:
        A tensor of that shape.
    """
    return _floats(rng.uniform(low, high, shape), dtype)


def integers(rng: np.random.Generator, low: int, high: int, *shape: int) -> torch.Tensor:
    """Uniform draws from {low, …, high}, both ends included.

    Args:
        rng: the generator to draw from.
        low: the smallest value.
        high: the largest value.
        *shape: sizes; none for a 0-d tensor.

    Returns:
        An int64 tensor of that shape.
    """
    return torch.from_numpy(np.asarray(rng.integers(low, high, shape, np.int64, endpoint=True)))


def _floats(drawn: object, dtype: torch.dtype) -> torch.Tensor:
    if not dtype.is_floating_point:
        raise ValueError(f"dtype must be a floating-point dtype, not {dtype}")
    return torch.from_numpy(np.asarray(drawn)).to(dtype)
