"""Which of the candidates are written, by what they notice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import Final

from autograder.staff.harden import cover
from autograder.staff.harden.recipes import Recipe
from autograder.staff.harden.results import Candidate, CannotHarden, SearchResult, Survivor
from autograder.staff.harden.tasks import CONSTANT, DETACHED, OTHER, SQUEEZED, KillRow

_OF_RESULTS: Final = (SQUEEZED, DETACHED)
"""Faults of every function's results, each to be noticed by a case of that function."""


def conclude(
    found: SearchResult,
    pairs: Sequence[tuple[str, str, Recipe]],
    problems: dict[str, str],
    rows: dict[int | str, KillRow],
    reached: dict[str, set[tuple[str, int]]],
) -> None:
    """Give every candidate what it notices, and drop those that a constant passes."""
    draws = range(found.draws)
    noticed: dict[str, set[tuple[str, int, int]]] = defaultdict(set)
    earned: dict[str, str] = {}
    formal: dict[str, str] = {}
    for place, row in rows.items():
        if isinstance(place, str):
            for (label, key), some in row.kills.items():
                if label.startswith(CONSTANT) and len(some) < found.draws:
                    earned[key] = f"a function that ignores its arguments passes it ({label})"
                elif label == OTHER and len(some) < found.draws:
                    formal[key] = "it looks at the form of the answer alone"
                elif label in _OF_RESULTS:
                    fault = _OF_RESULTS.index(label) - len(_OF_RESULTS)
                    noticed[key].update((place, fault, draw) for draw in some)
            continue
        mutant = found.mutants[place]
        for key, _, recipe in pairs:
            if (mutant.module, mutant.owner) not in reached[recipe.function]:
                continue
            some = frozenset(draws) if row.everywhere else row.kills.get(("", key), frozenset())
            noticed[key].update((recipe.function, place, draw) for draw in some)
            if some or row.everywhere:
                found.different.add(place)
        if row.difference or row.today:
            found.different.add(place)
    for key, part, recipe in pairs:
        drawn = bool(recipe.template.drawn or recipe.template.declared)
        problem = problems.get(key, "") or (earned if drawn else formal).get(key, "")
        found.candidates.append(Candidate(key, part, recipe, problem, frozenset(noticed[key])))
    good = [one for one in found.candidates if not one.problem]
    found.killed = noticed_by(good, found.draws)
    for place, row in rows.items():
        if isinstance(place, str) or row.everywhere or row.today or place not in found.different:
            continue
        found.survivors.append(
            Survivor(found.mutants[place], row.difference, place in found.killed)
        )


def noticed_by(some: Iterable[Candidate], draws: int) -> set[int]:
    """The places of the mutants that some of these cases notice in every draw."""
    seen: dict[int, set[int]] = defaultdict(set)
    for one in some:
        for _, place, draw in one.noticed:
            if place >= 0:
                seen[place].add(draw)
    return {place for place, found in seen.items() if len(found) == draws}


def choose(found: SearchResult, most: int) -> None:
    """Choose the cases to write.

    Args:
        found: what the candidates notice; learns which are chosen, and for which functions none was kept.
        most: how many at most.

    Raises:
        CannotHarden: no case was kept.
    """
    good = {one.key: one for one in found.candidates if not one.problem}
    if not good:
        reasons = dict.fromkeys(one.problem for one in found.candidates)
        raise CannotHarden("no case was kept: " + "; ".join(reasons))
    groups = {key: (one.part, one.recipe.function) for key, one in good.items()}
    for part, name in dict.fromkeys((one.part, one.recipe.function) for one in found.candidates):
        if (part, name) not in groups.values():
            some = [o for o in found.candidates if (o.part, o.recipe.function) == (part, name)]
            reasons = dict.fromkeys(one.problem for one in some)
            found.problems.append(f"{part}: no case of {name} was kept: {'; '.join(reasons)}")
    better = {groups[key] for key, one in good.items() if not one.recipe.resort}
    first = {k: one for k, one in good.items() if not one.recipe.resort or groups[k] not in better}
    done = frozenset().union(*(one.noticed for one in first.values()))
    resorts = [key for key, one in good.items() if key not in first and one.noticed - done]
    keys = resorts + cover.cover(
        {key: _reasons(one) for key, one in first.items()},
        most - len(resorts),
        groups=groups,
        kinds={key: one.recipe.kind for key, one in first.items()},
    )
    found.chosen = [one for key, one in good.items() if key in keys]
    found.covered = noticed_by(found.chosen, found.draws)


def _reasons(one: Candidate) -> frozenset[Hashable]:
    """What a case is worth writing for: what it notices, and special numbers that its docstring allows."""
    special = one.recipe.special
    return one.noticed | {(one.recipe.function, special)} if special else one.noticed
