"""Submissions that share wrong values: what a course did not foresee, and what was worked on together.

Only a value that is wrong counts, and only where no known misconception explains it: two students with
the same misconception return the same wrong value, and nothing follows from that.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from autograder.model import Outcome
from autograder.staff.insight.model import GradedSubmission

Value = tuple[str, str]
"""The key of a case, and the hash of the wrong value that it was given."""

_FEW = 3  # as many share one value of one case before it is worth a line
_RARE = (
    0.05  # of a class: a value that more share is a common slip, and says nothing of two of them
)
_RARE_AT_LEAST = 8


@dataclass(frozen=True, slots=True)
class Shared:
    """Wrong values that the same submissions have in common.

    Attributes:
        holders: ids of the submissions, sorted.
        cases: keys of the cases, sorted.
        parts: numbers of their parts, in order.
    """

    holders: tuple[str, ...]
    cases: tuple[str, ...]
    parts: tuple[str, ...]


def unexplained(submissions: Iterable[GradedSubmission], parts: Mapping[str, str]) -> list[Shared]:
    """The same wrong value again and again, with no name yet: candidates for a new misconception.

    Args:
        submissions: those judged.
        parts: the number of the part of each case.

    Returns:
        Groups of three or more, or of two that share the values of two cases; the largest first.
    """
    groups: dict[frozenset[str], set[Value]] = {}
    by_id, holders = _holders(submissions)
    for value, ids in holders.items():
        if _people(ids, by_id) >= 2:
            groups.setdefault(frozenset(ids), set()).add(value)
    found = [
        _shared(ids, values, parts)
        for ids, values in groups.items()
        if len(ids) >= _FEW or len({case for case, _ in values}) >= 2
    ]
    return sorted(found, key=lambda one: (-len(one.holders), -len(one.cases), one.holders))


def similar(submissions: Iterable[GradedSubmission], parts: Mapping[str, str]) -> list[Shared]:
    """Submissions that share rare wrong values in two parts or more.

    Each group is closed: nobody else has all its values, and its members share no other rare ones.

    Args:
        submissions: those judged.
        parts: the number of the part of each case.

    Returns:
        The groups that agree in most parts first.
    """
    by_id, every = _holders(submissions)
    most = max(_RARE_AT_LEAST, math.floor(_RARE * len(by_id)))
    holders = {value: ids for value, ids in every.items() if 2 <= len(ids) <= most}
    common: dict[tuple[str, str], set[Value]] = {}
    for value, ids in holders.items():
        for pair in itertools.combinations(sorted(ids), 2):
            common.setdefault(pair, set()).add(value)
    found = {
        _shared(set.intersection(*(holders[value] for value in values)), values, parts)
        for pair, values in common.items()
        if len({parts.get(case, "") for case, _ in values}) >= 2 and _people(pair, by_id) == 2
    }
    return sorted(found, key=lambda one: (-len(one.parts), -len(one.cases), one.holders))


def _holders(
    submissions: Iterable[GradedSubmission],
) -> tuple[dict[str, GradedSubmission], dict[Value, set[str]]]:
    by_id: dict[str, GradedSubmission] = {}
    holders: dict[Value, set[str]] = {}
    for one in submissions:
        by_id[one.id] = one
        for value in _values(one):
            holders.setdefault(value, set()).add(one.id)
    return by_id, holders


def _values(one: GradedSubmission) -> Iterator[Value]:
    for case, fingerprint in one.fingerprints.items():
        if one.outcomes.get(case) is Outcome.WRONG and not one.diagnoses.get(case):
            yield case, fingerprint


def _people(ids: Iterable[str], by_id: Mapping[str, GradedSubmission]) -> int:
    """The number of distinct submitters, capped at 2; resubmissions count once."""
    first, *rest = (frozenset(by_id[name].users) or frozenset({name}) for name in sorted(ids))
    return 2 if any(not first & users for users in rest) else 1


def _shared(ids: Iterable[str], values: Iterable[Value], parts: Mapping[str, str]) -> Shared:
    cases = {case for case, _ in values}
    order = {number: place for place, number in enumerate(dict.fromkeys(parts.values()))}
    numbers = {parts[case] for case in cases if case in parts}
    return Shared(
        tuple(sorted(ids)), tuple(sorted(cases)), tuple(sorted(numbers, key=lambda n: order[n]))
    )
