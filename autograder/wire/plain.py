"""Numbers, names and keys of dicts: what holds of them on both sides."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

from autograder.wire.caps import MAX_COLLISIONS, MAX_INT, WireError


@dataclass(frozen=True, slots=True)
class Name:
    """A name of the student's namespace, sent where a driver takes what it stands for."""

    name: str


@dataclass(frozen=True, slots=True)
class Object:
    """An object that a student's class made, sent to the worker that keeps it.

    Attributes:
        number: under which the worker keeps it.
        name: the class's, in the student's namespace.
    """

    number: int
    name: str


def check_keys(keys: list[Any]) -> None:
    """Refuse equal keys, and keys made to share a hash: a dict's cost is quadratic in these."""
    if len(set(map(hash, keys))) == len(keys):
        return
    if max(Counter(map(hash, keys)).values()) > MAX_COLLISIONS:
        raise WireError("a dict whose keys share one hash")
    if len(set(keys)) < len(keys):
        raise WireError("a dict with equal keys")


def small(number: int) -> int:
    """An integer that is not too long: some operations on it take a time that is quadratic in it."""
    if not -MAX_INT < number < MAX_INT:
        raise WireError(f"an integer of more than {MAX_INT.bit_length() - 1:,} bits")
    return number


def canonical_float(number: float) -> float:
    """The same number as it arrives in an array: one NaN, one zero."""
    return math.nan if math.isnan(number) else number + 0.0  # -0.0 + 0.0 is 0.0


def identifier(name: Any) -> str:
    """A name that Python could look up; it is never evaluated all the same."""
    if type(name) is not str or not name.isidentifier():
        raise WireError("a reference to something that is not a name")
    return name
