"""Whether a derivation begins and ends with the given lines, whose spelling is free.

A line is a given one where each side writes the same names as often, and has the same value also when
every symbol is changed for itself. So ``-KL(q, p) + log(p_x)`` is ``log(p_x) - KL(q, p)``, and a line that
is equal to it only by what the question knows of its symbols is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import permutations
from typing import Final

import torch

from autograder.derivations import tree
from autograder.derivations.errors import Unformed, UnreadableLine
from autograder.derivations.essential import nearly_equal
from autograder.derivations.evaluation import Budget, Evaluator
from autograder.derivations.lines import Line, read_line
from autograder.derivations.question import Derivation
from autograder.derivations.space import Value, broadcast, is_scalar, shape_of
from autograder.derivations.tree import Node

_CHANGE: Final = 0.1
_POWERS: Final = ("inv", "sqrt")  # A**-1 is inv(A), and a**(1/2) is sqrt(a)
_LOOKS: Final = (0, 1)  # which instances of the stream are looked at


def are_the_ends(derivation: Derivation, steps: Sequence[Line]) -> bool:
    """Whether the first and the last line are the given ones; without bounds, in either direction."""
    if len(steps) < 2:
        return False
    first = read_line(derivation, derivation.first)
    last = read_line(derivation, derivation.last)
    if _is(derivation, steps[0], first) and _is(derivation, steps[-1], last):
        return True
    both_ways = not derivation.equations and last.relation in ("=", "~")
    return both_ways and _is(derivation, steps[0], last) and _is(derivation, steps[-1], first)


def changed(value: Value, seed: int = 0) -> Value:
    """A value with every entry made smaller by up to a tenth, the same way for the same seed."""
    noise = torch.rand(
        value.shape, generator=torch.Generator().manual_seed(seed), dtype=value.dtype
    )
    return value.detach() * (1 - _CHANGE * noise)


def independent(derivation: Derivation, budget: Budget | None = None) -> Iterator[Evaluator]:
    """Evaluators on instances whose symbols are changed one by one: no fact of the question holds there.

    Args:
        derivation: the question's.
        budget: what they may compute together; by default each has its own.
    """
    for index in _LOOKS:
        instance = derivation.draw(index, "changed")
        values = {
            name: changed(value, place).requires_grad_(value.requires_grad)
            for place, (name, value) in enumerate(instance.values.items())
        }
        yield Evaluator(derivation, replace(instance, values=values), budget)


def equal_by_form(derivation: Derivation, *sides: Node) -> bool:
    """Whether formulas are equal whatever the symbols are."""
    for evaluator in independent(derivation):
        try:
            first, *others = (evaluator.value(side) for side in sides)
            if not all(_are_alike(first, other) for other in others):
                return False
        except (Unformed, UnreadableLine):
            return False
    return True


def _are_alike(one: Value, other: Value) -> bool:
    fit = shape_of(one) == shape_of(other) or is_scalar(one) or is_scalar(other)
    return fit and nearly_equal(*broadcast(one, other))


def _is(derivation: Derivation, line: Line, given: Line) -> bool:
    """Whether a line is a given one; an equation may say more: of ``a = b = c`` any two sides count."""
    if line.sides == given.sides:
        return True
    orders = [line.sides]
    if derivation.equations:
        orders = [*permutations(line.sides, len(given.sides))]
    return any(
        all(
            _names(side) == _names(wanted) and equal_by_form(derivation, side, wanted)
            for side, wanted in zip(sides, given.sides, strict=True)
        )
        for sides in orders
    )


def _names(side: Node) -> Counter[str]:
    """The names that a side writes, without those of operators that a power spells as well."""
    found = tree.names(side)
    for name in _POWERS:
        found.pop(name, None)
    return found
