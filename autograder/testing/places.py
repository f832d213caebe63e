"""Where the wrong entries of an array are, if a few words can say it exactly."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

LEAST: Final = 6
"""In arrays of fewer entries one sees it."""

_LISTED: Final = 4
_GREATEST: Final = 999  # an index of more digits tells nobody anything

Mask = NDArray[np.bool_]


def place_of(wrong: Mask) -> str:
    """Which entries are wrong, as words that follow "4 of 6 entries are wrong: ".

    Args:
        wrong: which entries are.

    Returns:
        Words such as ``"the last column"`` or ``"rows 2 and 3"``; ``""`` where all are wrong, one
        is, or there is no name for where they are.
    """
    count = np.count_nonzero(wrong)
    if wrong.size < LEAST or not 1 < count < wrong.size:
        return ""
    axes = [axis for axis in range(wrong.ndim) if (wrong != wrong.take([0], axis)).any()]
    core = wrong[tuple(slice(None) if axis in axes else 0 for axis in range(wrong.ndim))]
    if len(axes) == 1:
        return _of_slices(core, axes[0], wrong.ndim)
    if len(axes) == 2:
        return _of_matrix(core, axes, wrong.ndim)
    return ""


def _of_slices(wrong: Mask, axis: int, ndim: int) -> str:
    """Whole rows, columns, or entries along one axis."""
    one, many, of = _names(axis, ndim)
    at, right, last = np.flatnonzero(wrong), np.flatnonzero(~wrong), wrong.size - 1
    for places, words in ((at, "the {} {}{}"), (right, "all {} but the {}{}")):
        if places.size == 1 and places[0] in (0, last):
            end = "last" if places[0] else "first"
            names = (end, one) if places is at else (many, end)
            return words.format(*names, of)
    if max(at[-1], right[-1]) > _GREATEST:
        return ""
    if at.size <= _LISTED:
        return f"{one if at.size == 1 else many} {_listed(at)}{of}"
    if right.size <= _LISTED:
        return f"all {many} but {_listed(right)}{of}"
    if at[-1] - at[0] + 1 == at.size:
        return f"{many} {at[0]} to {at[-1]}{of}"
    if np.array_equal(at, np.arange(at[0], wrong.size, 2)) and at[0] < 2:
        return f"the {many} of {'odd' if at[0] else 'even'} index{of}"
    return ""


def _of_matrix(wrong: Mask, axes: list[int], ndim: int) -> str:
    """Diagonals, triangles and borders."""
    of = "" if ndim == 2 else f" in the axes {axes[0]} and {axes[1]}"
    border: Mask = np.ones(wrong.shape, np.bool_)
    border[1:-1, 1:-1] = False
    named: list[tuple[Mask, str]] = [(border, "the border"), (~border, "what is inside the border")]
    if wrong.shape[0] == wrong.shape[1]:
        diagonal, above = np.eye(len(wrong), dtype=np.bool_), np.triu(np.ones_like(wrong), 1)
        named += [
            (diagonal, "the diagonal"),
            (~diagonal, "all but the diagonal"),
            (above, "what is above the diagonal"),
            (above.T, "what is below the diagonal"),
            (above | diagonal, "the diagonal and what is above it"),
            (above.T | diagonal, "the diagonal and what is below it"),
        ]
    return next((words + of for mask, words in named if np.array_equal(mask, wrong)), "")


def _names(axis: int, ndim: int) -> tuple[str, str, str]:
    """What slices along an axis are called, one and many, and words that follow."""
    if ndim == 1:
        return "entry", "entries", ""
    if ndim == 2:
        return ("row", "rows", "") if axis == 0 else ("column", "columns", "")
    return "place", "places", f" along axis {axis}"


def _listed(places: NDArray[Any]) -> str:
    *first, last = map(str, places)
    return f"{', '.join(first)} and {last}" if first else last
