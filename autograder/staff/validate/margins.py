"""The margin of every case: honest noise, the tolerance, and the nearest misconception it catches.

Noise is what right answers differ by: the reference on inputs that lie the other way round in
memory (sums are then taken in another order), on one thread and on two, in float32 for cases of
float64 (scaled by the ratio of the two precisions) and in float64 for cases of float32; and every
alternative solution that the project keeps. All of it is measured in units of the case's own
bound.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from autograder.model import Case
from autograder.staff.causes import Functions
from autograder.staff.lens import through
from autograder.staff.validate.matrix import SEED, Kills, ratio
from autograder.testing import Misconception

REQUIRED_MARGIN = 10.0
"""A tolerance is at least so many times the noise, and at most one part in so many of the distance."""

_SINGLE_TO_DOUBLE = 2.0**-29


@dataclass(frozen=True, slots=True)
class Margin:
    """What one case has room for, in units of its tolerance.

    Attributes:
        case: the case.
        noise: the greatest difference of a right answer; 0.1 and less is enough room.
        noisiest: which right answer that was.
        distance: the least difference of a misconception that it catches; 10 and more is enough.
        nearest: which misconception that was; empty where it catches none.
    """

    case: Case
    noise: float
    noisiest: str
    distance: float
    nearest: str

    @property
    def holds(self) -> bool:
        """Whether there is room on both sides."""
        return self.noise * REQUIRED_MARGIN <= 1 and self.distance >= REQUIRED_MARGIN


def margin(
    case: Case,
    functions: Functions,
    others: Mapping[str, Functions],
    wrong: Sequence[Misconception],
    kills: Sequence[Kills],
) -> Margin:
    """Measure the margin of one case.

    Args:
        case: the case.
        functions: the reference's.
        others: right answers in other styles, by name.
        wrong: the misconceptions.
        kills: what they do, in the same order.

    Returns:
        The margin. The nearest misconception is sought among those that name the case as a catcher,
        and among all that it catches only where none does: a mistake in precision alone may lie
        anywhere near the tolerance of a case that is not there for it.
    """
    noises = noise(case, functions, others)
    noisiest = max(noises, key=lambda name: noises[name])
    caught = {kill.name: kill.ratios[case.key] for kill in kills if kill.fails(case)}
    named = {m.name for m in wrong if f"{case.part}: {case.name}" in m.caught_by}
    distances = {name: far for name, far in caught.items() if name in named} or caught
    nearest = min(distances, key=lambda name: distances[name], default="")
    return Margin(case, noises[noisiest], noisiest, distances.get(nearest, math.inf), nearest)


def noise(
    case: Case,
    functions: Functions,
    others: Mapping[str, Functions],
    seed: str = SEED,
    *,
    threads: bool = True,
) -> dict[str, float]:
    """The greatest difference of each right answer, in units of the tolerance.

    Args:
        case: the case.
        functions: the reference's.
        others: right answers in other styles, by name.
        seed: what the case's inputs are drawn from.
        threads: whether two threads are tried too; they make no difference to small inputs.
    """
    noises = dict(_of_reference(case, functions, seed, threads=threads))
    for name, other in others.items():
        if all(parameter in other or parameter == "rng" for parameter in case.parameters):
            noises[name] = ratio(case, other, seed)
    return noises


def _of_reference(
    case: Case, functions: Functions, seed: str, *, threads: bool
) -> Iterator[tuple[str, float]]:
    yield "memory order", ratio(case, _each(functions, _turned), seed)
    if threads:
        with _threads(2):
            yield "two threads", ratio(case, functions, seed)
    single = ratio(case, _each(functions, _as(torch.float32)), seed)
    if math.isfinite(single):
        yield "float32, scaled", single * _SINGLE_TO_DOUBLE
    yield "float64", ratio(case, _each(functions, _as(torch.float64)), seed)


@contextmanager
def _threads(count: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _each(functions: Functions, change: Callable[[Any], Any]) -> Functions:
    return {name: through(item, before=change) for name, item in functions.items()}


def _turned(value: Any) -> Any:
    """The same numbers, the last axis outermost in memory."""
    if type(value) is torch.Tensor and value.ndim > 1:
        axes = tuple(reversed(range(value.ndim)))
        return value.permute(axes).contiguous().permute(axes)
    if type(value) is np.ndarray and value.ndim > 1:
        return np.asfortranarray(value)
    return value


def _as(dtype: torch.dtype) -> Callable[[Any], Any]:
    plain = np.dtype(str(dtype).removeprefix("torch."))

    def change(value: Any) -> Any:
        if type(value) is torch.Tensor and value.is_floating_point():
            return value.to(dtype)
        if type(value) is np.ndarray and value.dtype.kind == "f":
            return value.astype(plain)
        return value

    return change
