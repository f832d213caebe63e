"""Entries in any order: the pairing of two sets that leaves as few as possible unmatched."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def best_order(fits: NDArray[np.bool_], gap: NDArray[np.float64]) -> NDArray[np.intp]:
    """Give every expected entry a different entry of the result.

    As many pairs as possible fit (a maximum matching, found by augmenting paths); so all of them do
    whenever there is a pairing in which all do. What is left is paired nearest first.

    Args:
        fits: ``(n, n)`` whether expected entry i is met by entry j of the result.
        gap: ``(n, n)`` how far apart they are.

    Returns:
        ``(n,)`` the result's entry for each expected one, a permutation.
    """
    count = len(fits)
    partner = np.full(count, -1, np.intp)  # of an expected entry
    owner = np.full(count, -1, np.intp)  # of an entry of the result
    for row in range(count):
        _augment(row, fits, partner, owner)
    rows, columns = np.flatnonzero(partner < 0), np.flatnonzero(owner < 0)
    left = gap[np.ix_(rows, columns)]
    for pair in np.argsort(left, axis=None, kind="stable"):
        row, column = rows[pair // len(columns)], columns[pair % len(columns)]
        if partner[row] < 0 and owner[column] < 0:
            partner[row], owner[column] = column, row
    return partner


def _augment(
    root: int, fits: NDArray[np.bool_], partner: NDArray[np.intp], owner: NDArray[np.intp]
) -> None:
    """Find the root a partner, by moving others along the shortest path that frees one."""
    seen = np.zeros(len(fits), np.bool_)
    came_from = np.full(len(fits), -1, np.intp)
    queue = [root]
    for row in queue:  # grows while it is walked
        for column in np.flatnonzero(fits[row] & ~seen):
            seen[column] = True
            came_from[column] = row
            if owner[column] >= 0:
                queue.append(int(owner[column]))
                continue
            free = column
            while free >= 0:
                mover = came_from[free]
                owner[free] = mover
                partner[mover], free = free, partner[mover]
            return
