"""The single change that would correct a false line: what kind and where, never the correct line."""

from __future__ import annotations

import itertools
from typing import Final

from autograder.derivations import edits
from autograder.derivations.differences import Pair
from autograder.derivations.lines import Line
from autograder.derivations.places import place, side
from autograder.derivations.question import Derivation
from autograder.derivations.samples import Samples
from autograder.derivations.space import is_scalar, shape_of

_MOST_EDITS: Final = 4_000
_MOST_PARTS: Final = 250_000  # of all formulas that are tried

NO_REPAIR: Final = "none of the usual slips (a sign, a term, a factor, a symbol) alone explains"
"""How a reason begins where no single change that was tried puts the line right."""


def repair(derivation: Derivation, samples: Samples, pair: Pair, line: Line, at: int) -> str:
    """The one change that puts the line right: its kind and its place, or what several agree on."""
    alike, scalars, matrices = _names(derivation)
    targets = [(pair.after, "", True)]
    if derivation.equations:
        count = len(line.sides)
        targets = [
            (pair.before, side(at, count), False),
            (pair.after, side(at + 1, count), True),
        ]
    tiers = zip(
        *(edits.repairs(node, alike, scalars, matrices) for node, _, _ in targets), strict=True
    )
    found: dict[str, set[str]] = {}
    size = max(node.size for node, _, _ in targets)
    left_over = min(_MOST_EDITS, _MOST_PARTS // size) * len(targets)
    for tier in tiers:
        for (node, where, is_right), tried in zip(targets, tier, strict=True):
            for edit in itertools.islice(tried, left_over):
                left_over -= 1
                if samples.exhausted:
                    return ""
                left, right = (pair.before, edit.node) if is_right else (edit.node, pair.after)
                if samples.related(left, right):
                    kind = f"{edit.kind} ({edit.about})" if edit.about else edit.kind
                    words = place(node, edit.path), where
                    found.setdefault(kind, set()).add(" ".join(word for word in words if word))
        if found:
            break
    what = "this equation" if derivation.equations else pair.right
    if not left_over:
        return ""
    if not found:
        return f"{NO_REPAIR} {what}"
    everywhere = set().union(*found.values())
    exact = f" {everywhere.pop()}" if len(everywhere) == 1 else ""
    if len(found) == 1:
        return f"one change in {what} makes it right: {next(iter(found))}{exact}".rstrip()
    return f"one change{exact} makes {what} right" if exact.strip() else ""


def _names(
    derivation: Derivation,
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...], tuple[str, ...]]:
    """Which names could stand for each other, and which numbers and matrices could be missing."""
    instance = derivation.draw(0)
    shapes = {name: shape_of(value) for name, value in instance.values.items()}
    alike = {
        name: tuple(other for other in shapes if other != name and shapes[other] == shapes[name])
        for name in shapes
    }
    for one in derivation.operators:
        alike[one.name] = tuple(
            other.name
            for other in derivation.operators
            if other.name != one.name and len(other.parameters) == len(one.parameters)
        )
    scalars = tuple(name for name, value in instance.values.items() if is_scalar(value))
    matrices = tuple(name for name, (_, columns) in shapes.items() if columns > 1)
    return alike, scalars, matrices
