"""What the flows accept, the double precision in which they compute it, and their base density.

Near a singular layer, or far out in a saturated sigmoid, float32 intermediates lose an answer that
float32 can hold. So all arithmetic is float64, and a result is rounded once, to its data's dtype.
"""

import math

import torch
from torch import Tensor

from reference._domain import require

Scalar = float | Tensor


def double(value: Tensor, argument: str, *axes: str) -> Tensor:
    """Return data in double precision, its graph kept.

    Args:
        value: the data.
        argument: its name, for the error.
        axes: a name for each axis that it must have, such as ``"N"`` and ``"D"``.

    Returns:
        ``value`` as float64.

    Raises:
        ValueError: if ``value`` is not a floating-point tensor with that many axes.
    """
    rule = f"be a floating-point tensor with axes {' × '.join(axes)}"
    fits = isinstance(value, Tensor) and value.is_floating_point() and value.ndim == len(axes)
    require(fits, argument, rule)
    return value.double()


def vector(value: Tensor, argument: str, size: int) -> Tensor:
    """Return a vector of known length in double precision, its graph kept.

    Args:
        value: the vector; its dtype may be any, since results follow the data's.
        argument: its name, for the error.
        size: the number of entries that it must have.

    Returns:
        ``value`` as float64, (size,).

    Raises:
        ValueError: if ``value`` is not a tensor of shape (size,).
    """
    fits = isinstance(value, Tensor) and value.shape == (size,)
    require(fits, argument, f"be a tensor of shape ({size},)")
    return value.double()


def scalar(value: Scalar, argument: str) -> Tensor:
    """Return a number in double precision, its graph kept.

    Args:
        value: a Python number or a 0-d tensor.
        argument: its name, for the error.

    Returns:
        ``value`` as a 0-d float64 tensor.

    Raises:
        ValueError: if ``value`` is not one finite number.
    """
    number = torch.as_tensor(value, dtype=torch.float64)
    require(number.ndim == 0 and torch.isfinite(number), argument, "be a finite number")
    return number


def points_of(value: Tensor, argument: str) -> Tensor:
    """Return points, (N, D) with D ≥ 1, in double precision."""
    points = double(value, argument, "N", "D")
    require(points.shape[1] > 0, argument, "have at least one dimension")
    return points


def samples_of(value: Tensor, argument: str) -> Tensor:
    """Return points, (N, D) with N ≥ 1 and D ≥ 1, in double precision."""
    points = points_of(value, argument)
    require(len(points) > 0, argument, "hold at least one sample")
    return points


def log_base(u: Tensor) -> Tensor:
    """Return log N(u; 0, I) of each row."""
    return -0.5 * (u**2 + math.log(2 * math.pi)).sum(1)
