"""What an instance is made of: float64 tensors whose leading axes have names.

Every value has the shape ``(axis 1, …, axis n, rows, columns)``. A number is 1 × 1, a vector is a column,
a table is a number that depends on some axes. An axis on which a value does not depend has length 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike

Value = torch.Tensor


class Space:
    """The axes of an instance, in order, with their lengths."""

    def __init__(self, **lengths: int) -> None:
        """Name the axes, such as ``Space(theta=4, z=5)``; none where nothing is a table."""
        self.names = tuple(lengths)
        self.lengths = lengths

    def number(self, value: float) -> Value:
        """A number that depends on no axis."""
        return self._laid(np.asarray(value), (), ())

    def table(self, values: ArrayLike, *axes: str) -> Value:
        """A number for every place of some axes.

        Args:
            values: an array with one dimension for each axis.
            *axes: their names, in the order of the array's dimensions.
        """
        return self._laid(np.asarray(values), axes, ())

    def column(self, values: ArrayLike, *axes: str) -> Value:
        """A column vector, or one for every place of some axes.

        Args:
            values: an array with one dimension for each axis, and then the entries.
            *axes: names of axes.
        """
        array = np.asarray(values)
        return self._laid(array[..., None], axes, (array.shape[-1], 1))

    def matrix(self, values: ArrayLike, *axes: str) -> Value:
        """A matrix, or one for every place of some axes.

        Args:
            values: an array with one dimension for each axis, and then rows and columns.
            *axes: names of axes.
        """
        array = np.asarray(values)
        return self._laid(array, axes, array.shape[-2:])

    def sum(self, value: Value, *axes: str) -> Value:
        """The sum over some axes; a value that does not depend on one is summed as often as it is long."""
        shape = list(value.shape)
        places = [self.names.index(axis) for axis in axes]
        for place, axis in zip(places, axes, strict=True):
            shape[place] = self.lengths[axis]
        return value.expand(shape).sum(places, keepdim=True)

    def mean(self, value: Value, *axes: str) -> Value:
        """The mean over some axes."""
        places = [self.names.index(axis) for axis in axes]
        return value.mean(places, keepdim=True)

    def _laid(self, array: Any, axes: tuple[str, ...], shape: tuple[int, ...]) -> Value:
        rows = shape or (1, 1)
        if array.shape[: len(axes)] != tuple(self.lengths[axis] for axis in axes):
            raise ValueError(f"an array of shape {array.shape} does not lie along {axes}")
        order = [axes.index(axis) for axis in self.names if axis in axes]
        rest = range(len(axes), array.ndim)
        array = array.transpose(*order, *rest)
        lead = [self.lengths[axis] if axis in axes else 1 for axis in self.names]
        return torch.as_tensor(np.array(array, dtype=float)).reshape(*lead, *rows)


@dataclass(frozen=True, eq=False)
class Instance:
    """One random instance of a question.

    Attributes:
        space: its axes.
        values: every symbol's value, by name.
        functions: every operator of the question, by name; they take and return values, and the name of an
            axis where the operator's usage says so.
    """

    space: Space
    values: Mapping[str, Value]
    functions: Mapping[str, Callable[..., Value]]


def broadcast(left: Value, right: Value) -> tuple[Value, Value]:
    """Both values with every axis as long as in the other."""
    ones: Value = torch.zeros_like(left) + torch.zeros_like(right)
    return left.expand_as(ones), right.expand_as(ones)


def shape_of(value: Value) -> tuple[int, int]:
    """Rows and columns."""
    rows, columns = value.shape[-2:]
    return rows, columns


def is_scalar(value: Value) -> bool:
    """Whether a value is a number or a table, and no vector or matrix."""
    return shape_of(value) == (1, 1)
