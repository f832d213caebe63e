"""The arguments of a call as leaves that can be cut, rounded and put back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

MOST_SHOWN: Final = 20
_SUM: Final = 1e-6
_SPARSE: Final = 8  # entries up to which each is tried by itself

Tree = tuple[tuple[Any, ...], dict[str, Any]]
Change = Callable[[NDArray[Any]], NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Inputs:
    """Positional arguments and keywords."""

    tree: Tree

    def leaves(self) -> list[NDArray[Any]]:
        """All numbers and arrays, as arrays, in order."""
        found: list[NDArray[Any]] = []

        def keep(leaf: NDArray[Any]) -> NDArray[Any]:
            found.append(leaf)
            return leaf

        self.everywhere(keep)
        return found

    def size(self) -> int:
        """How many numbers they hold."""
        return sum(leaf.size for leaf in self.leaves())

    def at(self, place: int, changed: NDArray[Any]) -> Inputs:
        """The same with another leaf in a place."""
        seen = count()
        return self.everywhere(lambda leaf: changed if next(seen) == place else leaf)

    def everywhere(self, change: Change) -> Inputs:
        """The same with every leaf changed."""
        positional, keywords = self.tree
        return Inputs(
            (
                tuple(_map(item, change) for item in positional),
                {name: _map(item, change) for name, item in keywords.items()},
            )
        )

    def numbers(self) -> set[float]:
        """Their numbers that are not whole."""
        floats = [leaf for leaf in self.leaves() if leaf.dtype.kind == "f"]
        return {
            float(number)
            for leaf in floats
            for number in leaf.reshape(-1)
            if number != np.round(number)
        }

    def same(self, other: Inputs) -> bool:
        """Whether they hold the same numbers in the same places."""
        mine, theirs = self.leaves(), other.leaves()
        return len(mine) == len(theirs) and all(map(np.array_equal, mine, theirs))


def _map(value: Any, change: Change) -> Any:
    if type(value) in (list, tuple):
        return type(value)(_map(item, change) for item in value)
    if type(value) is dict:
        return {key: _map(item, change) for key, item in value.items()}
    if type(value) is torch.Tensor:
        if value.dtype in (torch.bool, torch.bfloat16) or value.is_complex():
            return value
        return torch.from_numpy(np.array(change(value.numpy()))).to(value.dtype)
    if type(value) is np.ndarray:
        return value if value.dtype.kind not in "iuf" else change(value).astype(value.dtype)
    if type(value) in (int, float):
        return type(value)(change(np.asarray(value)).item())
    return value


def cuts(inputs: Inputs) -> Iterator[Inputs]:
    """The same with a size made smaller wherever it stands, then with shorter lists, and axes cut alone."""
    sizes = sorted({n for leaf in inputs.leaves() for n in leaf.shape if n > 1}, reverse=True)
    for size in sizes:
        ends = slice(0, 1), slice(size - 1, size), slice(0, 2), slice(0, 3), slice(0, size - 1)
        for part in ends:
            if len(range(size)[part]) < size:
                yield inputs.everywhere(partial(_cut, size=size, part=part))
    yield from _shorter(inputs)
    for place, leaf in enumerate(inputs.leaves()):
        for axis, length in enumerate(leaf.shape):
            if length > 1 and leaf.shape.count(length) == 1:
                yield inputs.at(place, _shares_again(leaf.take([0], axis), leaf))


def _shorter(inputs: Inputs) -> Iterator[Inputs]:
    """The same with fewer items in all lists of a length among the arguments, then in one of them."""
    for length in sorted({*_lengths(inputs.tree)}, reverse=True):
        for part in (slice(0, 1), slice(length - 1, length), slice(0, length - 1)):
            positional, keywords = _all_cut(inputs.tree, length, part)
            yield Inputs((positional, keywords))
    yield from map(Inputs, _with_fewer(inputs.tree))


def _lengths(value: Any) -> Iterator[int]:
    """The lengths of lists that can be made shorter, not of those inside a list."""
    if type(value) is list and len(value) > 1:
        yield len(value)
    elif type(value) in (tuple, dict):
        for item in value.values() if type(value) is dict else value:
            yield from _lengths(item)


def _all_cut(value: Any, length: int, part: slice) -> Any:
    """The same with a part of every list of a length, not of those inside a list."""
    if type(value) is list and len(value) == length:
        return value[part]
    if type(value) is tuple:
        return tuple(_all_cut(item, length, part) for item in value)
    if type(value) is dict:
        return {key: _all_cut(item, length, part) for key, item in value.items()}
    return value


def _with_fewer(value: Any) -> Iterator[Any]:
    """The same with fewer items in one list, also inside tuples and dicts, but not inside a list."""
    if type(value) is list and len(value) > 1:
        yield from (value[:1], value[-1:], value[:-1])
    elif type(value) is tuple:
        for place, item in enumerate(value):
            for fewer in _with_fewer(item):
                yield (*value[:place], fewer, *value[place + 1 :])
    elif type(value) is dict:
        for key, item in value.items():
            for fewer in _with_fewer(item):
                yield {**value, key: fewer}


def _cut(leaf: NDArray[Any], size: int, part: slice) -> NDArray[Any]:
    """Cut all axes of this size; steps that count up to it are lowered, and shares are of 1 again."""
    whole, before = leaf.dtype.kind in "iu", leaf
    for axis, length in enumerate(leaf.shape):
        if length == size:
            leaf = leaf.take(range(*part.indices(size)), axis)
    leaf = _shares_again(leaf, before)
    left = len(range(*part.indices(size)))
    if whole and leaf.size and left < leaf.max() <= size:
        return np.asarray(np.minimum(leaf, left))
    return leaf


def _shares_again(leaf: NDArray[Any], before: NDArray[Any]) -> NDArray[Any]:
    """What was cut out of shares of 1, as shares of 1."""
    if before.dtype.kind == "f" and _is_distribution(before) and leaf.sum(-1).all():
        return np.asarray(leaf / leaf.sum(-1, keepdims=True))
    return leaf


def rounder(leaf: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """Simpler numbers in the place of these, whole ones before zeros; a distribution stays one."""
    if leaf.dtype.kind in "iu":
        yield np.minimum(leaf, 1)
        return
    if not np.isfinite(leaf).all():
        return
    if _is_distribution(leaf):
        yield np.broadcast_to(_distribution(leaf.shape[-1]), leaf.shape).copy()
        for digits in (1, 2):
            yield _rounded_shares(leaf, digits)
        return
    if (leaf > 0).all() and (leaf < 1).all():
        yield np.full_like(leaf, 0.5)
        for digits in (1, 2):
            yield np.clip(np.round(leaf, digits), 10.0**-digits, 1 - 10.0**-digits)
        return
    whole = np.round(leaf)
    yield np.where((whole == 0) & (leaf > 0) & (leaf > 0).all(), 1.0, whole)
    yield np.round(2 * leaf) / 2
    yield np.sign(leaf) * np.ceil(np.abs(leaf))
    yield np.round(leaf, 1)


def plainer(leaf: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """Zeros, ones, and few numbers that are neither."""
    if leaf.dtype.kind != "f" or _is_distribution(leaf):
        return
    if leaf.any():
        yield np.zeros_like(leaf)
    if (leaf != 1).any():
        yield np.ones_like(leaf)
    if 1 < leaf.size <= _SPARSE:
        for place in range(leaf.size):
            for number in (0.0, 1.0):
                if leaf.reshape(-1)[place] not in (0.0, number):
                    changed = leaf.copy()
                    changed.reshape(-1)[place] = number
                    yield changed


def _is_distribution(leaf: NDArray[Any]) -> bool:
    """Whether the last axis holds shares of one; a 1 among zeros is probably not meant as one."""
    return bool(
        leaf.ndim
        and leaf.shape[-1] > 1
        and (leaf >= 0).all()
        and (abs(leaf.sum(-1) - 1) < _SUM).all()
        and (leaf != np.round(leaf)).any()
    )


def _rounded_shares(leaf: NDArray[Any], digits: int) -> NDArray[Any]:
    """Shares with few digits; the greatest of each row makes up the rest."""
    shares = np.where(leaf > 0, np.maximum(np.round(leaf, digits), 10.0**-digits), 0)
    greatest = np.argmax(leaf, -1)[..., None]
    rest = 1 - shares.sum(-1, keepdims=True) + np.take_along_axis(shares, greatest, -1)
    np.put_along_axis(shares, greatest, np.round(rest, digits), -1)
    return np.asarray(shares)


def _distribution(count: int) -> NDArray[np.float64]:
    """Shares that are easy to reckon with, all but the last two alike."""
    if count == 2:
        return np.array([0.25, 0.75])
    shares = np.full(count, 1.0)
    shares[-1] = 2.0
    return np.asarray(shares / shares.sum())
