"""Numbers about numbers: pure functions of plain sequences."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FAR = 3.5
"""Robust z-scores beyond this are outliers (Iglewicz and Hoaglin, 1993, section 3)."""

_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
_AT_LEAST = (
    1.5  # what is within half of the median again bothers nobody, however alike the others are
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a histogram: from `low` up to, and only the last one including, `high`."""

    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Spread:
    """Five numbers and the mean."""

    least: float
    lower: float
    median: float
    upper: float
    most: float
    mean: float


def histogram(values: Sequence[float], highest: float, bars: int = 20) -> tuple[Bar, ...]:
    """Counts of values between 0 and the highest, in bars of a width that is easy to read.

    Args:
        values: none below 0.
        highest: where the last bar must reach at least; a greater value moves it up.
        bars: about how many.

    Returns:
        Bars of one width (1, 2, 2.5 or 5 times a power of ten) that cover everything.
    """
    top = max([highest, *values, 1e-9])
    rough = top / bars
    scale = 10.0 ** math.floor(math.log10(rough))
    width = next(nice * scale for nice in _NICE if nice * scale >= rough * (1 - 1e-9))
    many = max(1, math.ceil(top / width - 1e-9))
    edges = np.arange(many + 1) * width
    counts, _ = np.histogram(np.clip(values, 0.0, edges[-1]), edges)
    return tuple(
        Bar(float(low), float(high), int(count))
        for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True)
    )


def spread(values: Sequence[float]) -> Spread | None:
    """Least, quartiles, most and mean; quartiles between two values are interpolated.

    Args:
        values: any number of them.

    Returns:
        ``None`` where there is none.
    """
    if not values:
        return None
    five = np.quantile(np.asarray(values, dtype=float), [0.0, 0.25, 0.5, 0.75, 1.0])
    least, lower, median, upper, most = map(float, five)
    return Spread(least, lower, median, upper, most, math.fsum(values) / len(values))


def correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Pearson's correlation, which is the point-biserial one where a side has two values only.

    Args:
        one: as many numbers as the other.
        other: the same.

    Returns:
        Between -1 and 1; ``None`` where it is not defined: fewer than three pairs, a constant side.
    """
    if len(one) < 3:
        return None
    pairs = np.asarray([one, other], dtype=float)
    spans = np.ptp(pairs, axis=1)
    if not np.all(spans > 1e-9 * (1 + np.abs(pairs).max(axis=1))):
        return None
    centred = (pairs - pairs.mean(axis=1, keepdims=True)) / spans[:, None]
    product = float(centred[0] @ centred[1])
    norm = math.sqrt(float(centred[0] @ centred[0]) * float(centred[1] @ centred[1]))
    return max(-1.0, min(1.0, product / norm))


def discrimination(part: Sequence[float], whole: Sequence[float]) -> float | None:
    """How well a part tells strong submissions from weak ones: its correlation with the rest.

    The part is taken out of the whole first; else it would be correlated with itself.

    Args:
        part: points in the part.
        whole: points in everything, of the same submissions.

    Returns:
        As `correlation`.
    """
    return correlation(part, [all_ - own for own, all_ in zip(part, whole, strict=True)])


def far_above(values: Sequence[float]) -> tuple[tuple[int, float], ...]:
    """Values far above the others, measured with the median and the median absolute deviation.

    Where more than half of the values agree, that deviation is 0 and the mean absolute deviation
    takes its place.

    Args:
        values: none below 0.

    Returns:
        Place and robust z-score of each value whose score is above `FAR` and that is at least half
        as great again as the median; greatest first.
    """
    if len(values) < 3:
        return ()
    array = np.asarray(values, dtype=float)
    median = float(np.median(array))
    distances = np.abs(array - median)
    unit = 1.4826 * float(np.median(distances)) or 1.2533 * float(distances.mean())
    if unit == 0.0:
        return ()
    scores = (array - median) / unit
    places = [
        int(place) for place in np.flatnonzero(scores > FAR) if array[place] >= _AT_LEAST * median
    ]
    return tuple((place, float(scores[place])) for place in sorted(places, key=lambda p: -array[p]))
