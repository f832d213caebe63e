"""The functions that generated cases call and that are written into their file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import numpy as np
import torch

from autograder import testing

HELPERS: Final[Mapping[str, str]] = {
    "sizes": '''\
def sizes(rng, count, among=5):
    """So many different sizes of at least 2."""
    return [int(size) for size in 2 + rng.permutation(max(among, count))[:count]]
''',
    "one_at_a_time": '''\
def one_at_a_time(rng, count):
    """Sizes of which one is 1, each in its turn; at last all of them are 1."""
    for place in range(count):
        yield [1 if place == other else size for other, size in enumerate(sizes(rng, count))]
    yield [1] * count
''',
    "many_at_a_time": '''\
def many_at_a_time(rng, count):
    """Sizes of which one is 400, each in its turn."""
    for place in range(count):
        yield [400 if place == other else size for other, size in enumerate(sizes(rng, count))]
''',
    "log_weights": '''\
def log_weights(rng, *shape):
    """Normal numbers; beyond the first row, some are minus infinity instead."""
    values, empty = normal(rng, *shape), integers(rng, 0, 2, *shape) == 0
    values[1:][empty[1:]] = -torch.inf
    return values
''',
    "some_zeros": '''\
def some_zeros(rng, values):
    """The same numbers with zeros in the place of some; an array keeps at least one of its own numbers."""
    kept = integers(rng, 0, 1, *values.shape)
    if values.ndim:
        kept.view(-1)[rng.integers(kept.numel())] = 1
    return values * kept
''',
    "emptied": '''\
def emptied(rng, values, nothing=0.0):
    """The same numbers; along each axis in its turn, every other line holds nothing."""
    for axis in range(values.ndim):
        lines = [1 if axis == place else size for place, size in enumerate(values.shape)]
        values = values.masked_fill(integers(rng, 0, 1, *lines) == 0, nothing)
    return values
''',
    "from_the_edge": '''\
def from_the_edge(rng, edge, *shape):
    """Numbers at the lower end of a range, next to it and above it."""
    return edge + 10 ** uniform(rng, -6, 0.3, *shape) * integers(rng, 0, 1, *shape)
''',
    "met": '''\
def met(rng, others, *shape):
    """One of the arrays of this shape in `others`; where it is the only one, some of its lines."""
    arrays = torch.as_tensor(others).reshape(-1, *shape)
    if len(arrays) == 1:
        lines = shape if len(shape) == 1 else (*shape[:-1], 1)
        return torch.where(integers(rng, 0, 1, *lines) == 0, normal(rng, *shape), arrays[0])
    return arrays[rng.integers(len(arrays))].clone()
''',
    "near_the_ends": '''\
def near_the_ends(rng, *shape):
    """Numbers between 0 and 1, most of them near 0 or near 1."""
    small = 10 ** uniform(rng, -12, -0.3, *shape)
    return torch.where(integers(rng, 0, 1, *shape) == 0, small, 1 - small)
''',
    "simplex": '''\
def simplex(rng, *shape, spread=1):
    """Positive numbers of sum 1 along the last axis."""
    return (spread * normal(rng, *shape)).softmax(-1)
''',
    "simplex_with_zeros": '''\
def simplex_with_zeros(rng, *shape):
    """Numbers of sum 1 along the last axis, some of which are 0."""
    logits, zeros = normal(rng, *shape), integers(rng, 0, 2, *shape) == 0
    first = rng.integers(shape[-1])
    zeros[..., first] = False
    return logits.masked_fill(zeros, -torch.inf).softmax(-1)
''',
    "covariance": '''\
def covariance(rng, *shape):
    """Symmetric matrices with positive eigenvalues."""
    factor = normal(rng, *shape)
    return factor @ factor.mT / shape[-1] + torch.eye(shape[-1], dtype=torch.float64) / 4
''',
    "invertible": '''\
def invertible(rng, *shape):
    """Matrices with singular values from 0.5 to 2, and determinants of either sign."""
    left, right = (torch.linalg.qr(normal(rng, *shape)).Q for _ in range(2))
    signs = 2 * integers(rng, 0, 1, *shape[:-2], 1, shape[-1]) - 1
    return left * uniform(rng, 0.5, 2, *signs.shape) * signs @ right
''',
    "triangular": '''\
def triangular(rng, *shape):
    """Lower triangular matrices with a positive diagonal."""
    strict = normal(rng, *shape).tril(-1)
    return strict + torch.diag_embed(uniform(rng, 0.4, 2.5, *shape[:-1]))
''',
}
"""The functions by their names."""


@lru_cache(maxsize=1)
def space_of_helpers() -> dict[str, Any]:
    """The names that a drawing text may use, with what they stand for."""
    space: dict[str, Any] = {name: getattr(testing, name) for name in testing.__all__}
    space |= {"torch": torch, "np": np}
    exec("\n\n".join(HELPERS.values()), space)  # noqa: S102 - our own text, as it is written to files
    return space
