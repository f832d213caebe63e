"""Few cases that notice all that many of them notice, in every draw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence, Set
from typing import Any, TypeVar

import numpy as np

Key = TypeVar("Key", bound=Hashable)
_NONE: Mapping[Any, Hashable] = {}


def cover(
    kills: Mapping[Key, Set[Hashable]],
    most: int,
    *,
    groups: Mapping[Key, Hashable],
    kinds: Mapping[Key, Hashable] = _NONE,
    order: Sequence[Key] = (),
) -> list[Key]:
    """Choose cases greedily.

    Every group gets one case first, that which notices the most; then always the case that adds the most. A
    place that is left when nothing adds any more goes to the group that has the fewest cases, and there to
    the kind of input that is rarest among all that were chosen.

    Args:
        kills: what each case notices. The same fault in two draws are two elements: a case that notices it
            in one of them only leaves the other to be covered.
        most: so many cases at most.
        groups: what each case is about.
        kinds: how its input is drawn, where that is known.
        order: which cases to prefer where several add the same; those that stand first.

    Returns:
        The cases, those that were chosen first in front.
    """
    rank = {key: place for place, key in enumerate(order or kills)}
    waiting = sorted(kills, key=lambda key: rank[key])
    chosen: list[Key] = []
    done: set[Hashable] = set()

    def take(key: Key) -> None:
        waiting.remove(key)
        chosen.append(key)
        done.update(kills[key])

    for group in dict.fromkeys(groups[key] for key in waiting):
        if len(chosen) < most:
            take(max((k for k in waiting if groups[k] == group), key=lambda k: len(kills[k])))
    while waiting and len(chosen) < most:
        best = max(waiting, key=lambda key: len(kills[key] - done))
        if not kills[best] - done:
            break
        take(best)
    while waiting and len(chosen) < most:
        of_group = Counter(groups[key] for key in chosen)
        of_kind = Counter(kinds.get(key) for key in chosen)
        take(min(waiting, key=lambda k: (of_group[groups[k]], of_kind[kinds.get(k)], rank[k])))
    return chosen


def unsearched(groups: Mapping[Key, Hashable], count: int, rng: np.random.Generator) -> list[Key]:
    """As many cases, drawn without looking: one of every group, then any.

    Args:
        groups: what each case is about.
        count: how many.
        rng: where from.
    """
    every = list(groups)
    keys = [every[place] for place in rng.permutation(len(every))]
    first = list({groups[key]: key for key in keys}.values())[:count]
    rest = [key for key in keys if key not in first]
    return first + rest[: count - len(first)]
