"""Which steps a derivation shows: what a line has, in value, and what it does not, in writing.

A line *has* a symbol where its value feels it: the symbol is changed alone, and some side of the line
changes. It has an operator where its value feels what the operator gives. What adds nothing (``a - a``,
``0 * a``, ``a / a``) is taken out of a line before it is asked what it has, and so is a repeated term.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, pairwise
from typing import Final

from autograder.derivations import tree
from autograder.derivations.ends import changed, equal_by_form, independent
from autograder.derivations.errors import Unformed, UnreadableLine
from autograder.derivations.essential import essential, nearly_equal
from autograder.derivations.evaluation import Budget, Evaluator
from autograder.derivations.lines import Line
from autograder.derivations.question import Derivation, Rule
from autograder.derivations.space import Instance, Value
from autograder.derivations.tree import Node

_MAX_WORK: Final = 1_500_000
_LOOKS: Final = (0, 1)  # which instances of the stream are looked at


def reached(
    derivation: Derivation, lines: Sequence[Line], ends: Iterable[Line]
) -> tuple[bool, ...]:
    """Which waypoints some line meets.

    Args:
        derivation: whose waypoints.
        lines: those before the first false one.
        ends: the given lines, which meet none.

    Returns:
        One entry a waypoint.
    """
    given = {line.sides for line in ends}
    budget = Budget(_MAX_WORK)
    looks = [
        _Look(derivation, line, budget)
        for line in chain.from_iterable(map(_equations, lines))
        if line.sides not in given and not _is_identity(derivation, line)
    ]
    return tuple(
        any(look.meets(rule) for rule in waypoint.rules for look in looks)
        for waypoint in derivation.waypoints
    )


def _equations(line: Line) -> Iterator[Line]:
    """The equations of a line: ``a = b = c`` says ``a = b`` and ``b = c``."""
    if len(line.sides) < 3:
        yield line
    else:
        for sides in pairwise(line.sides):
            yield replace(line, sides=sides)


class _Look:
    """One line, as the rules ask about it."""

    def __init__(self, derivation: Derivation, line: Line, budget: Budget) -> None:
        self._derivation = derivation
        self._budget = budget
        self._line = line
        self._written = tree.names(*line.sides)
        self._felt: set[str] | None = None
        self._essential: Counter[str] = Counter()

    def meets(self, rule: Rule) -> bool:
        """Whether the line meets a rule."""
        written = self._written
        if any(name in written for name in rule.no):
            return False
        if not all(any(name in written for name in group) for group in rule.has):
            return False
        if not all(_counts(written[name], sign, count) for name, sign, count in rule.counts):
            return False
        felt = self._feel()
        if not all(any(name in felt for name in group) for group in rule.has):
            return False
        return all(
            name in felt and (sign == "=" or self._essential[name] >= count)
            for name, sign, count in rule.counts
        )

    def _feel(self) -> set[str]:
        """The names that the line's value feels; found when first asked for."""
        if self._felt is None:
            try:
                sides = [self._essential_part(side) for side in self._line.sides]
                self._essential = tree.names(*sides)
                self._felt = {
                    name
                    for name in self._essential
                    if any(self._feels(side, name) for side in sides)
                }
            except (Unformed, UnreadableLine):  # a line that makes sense only next to a literal 0
                self._felt = set()
        return self._felt

    def _feels(self, node: Node, name: str) -> bool:
        """Whether a formula's value changes when a symbol, or what an operator gives, is changed."""
        derivation = self._derivation
        if name not in tree.names(node):
            return False
        if name in derivation.variables or name in ("pi", "grad"):
            return True  # other symbols may hang on a variable: it is not changed alone
        for index in _LOOKS:
            instance = derivation.draw(index, "changed")
            before = Evaluator(derivation, instance, self._budget).value(node)
            if name in instance.values:
                values = {**instance.values, name: changed(instance.values[name])}
                other = replace(instance, values=values)
                after = Evaluator(derivation, other, self._budget).value(node)
            else:
                after = _Perturbed(derivation, instance, self._budget, name).value(node)
            if not nearly_equal(before, after):
                return True
        return False

    def _essential_part(self, node: Node) -> Node:
        """A formula without what adds nothing whatever its symbols are.

        Where two terms or factors are equal only by what the question knows of its symbols, as both terms
        of ``f1 / D - f0 / (1 - D)`` are at the solution, each of them says something.
        """
        return essential(list(independent(self._derivation, self._budget)), node)


def _counts(found: int, sign: str, wanted: int) -> bool:
    return found == wanted if sign == "=" else found >= wanted


class _Perturbed(Evaluator):
    """Computes values with what one operator gives changed, each time by something else."""

    def __init__(
        self, derivation: Derivation, instance: Instance, budget: Budget, name: str
    ) -> None:
        super().__init__(derivation, instance, budget)
        self._name = name
        self._times = 0

    def _compute(self, node: Node) -> Value:
        value = super()._compute(node)
        if node.name != self._name or node.head != tree.CALL:
            return value
        self._times += 1
        return changed(value, self._times)


def _is_identity(derivation: Derivation, line: Line) -> bool:
    """Whether an equation holds whatever the symbols are, so that it says nothing about the solution."""
    return len(line.sides) > 1 and equal_by_form(derivation, *line.sides)
