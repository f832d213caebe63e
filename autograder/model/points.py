"""How points are added up and rounded."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

POINT_DIGITS: Final = 2
"""Decimals of the points that a part's cases give."""

Shares = Mapping[str, float]
"""By the key of a case, the share of its points that counts; 1 for cases that are not in it."""

IN_FULL: Final[Shares] = {}


def without(shares: Shares, others: Collection[str]) -> Shares:
    """The shares of the cases that are not among others."""
    return {key: share for key, share in shares.items() if key not in others}


def exact(points: float) -> float:
    """A sum of points without the noise of binary fractions."""
    return round(points, 10)
