"""Which steps a derivation shows: what a line has, in value, and what it does not, in writing.

A line *has* a symbol where its value feels it: the symbol is changed alone, and some side of the line
changes. It has an operator where its value feels what the operator gives. What adds nothing (``a - a``,
``0 * a``, ``a / a``) is taken out of a line before it is asked what it has, and so is a repeated term.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

import torch

from autograder.derivations import tree
from autograder.derivations.errors import Unformed, Unreadable
from autograder.derivations.evaluation import Budget, Evaluator
from autograder.derivations.lines import Line
from autograder.derivations.question import Derivation, Rule
from autograder.derivations.space import Instance, Value
from autograder.derivations.tree import Node, Path

_CHANGE = 0.1
_ALIKE = 1e-12
_MAX_WORK: Final = 4_000_000
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
        for line in lines
        if line.sides not in given and not _is_identity(derivation, line)
    ]
    return tuple(
        any(look.meets(rule) for rule in waypoint.rules for look in looks)
        for waypoint in derivation.waypoints
    )


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
            except (Unformed, Unreadable):  # a line that stands only beside a literal 0
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
                values = {**instance.values, name: _changed(instance.values[name])}
                changed = replace(instance, values=values)
                after = Evaluator(derivation, changed, self._budget).value(node)
            else:
                after = _Perturbed(derivation, instance, self._budget, name).value(node)
            if not _alike(before, after):
                return True
        return False

    def _essential_part(self, node: Node) -> Node:
        """A formula without summands that add nothing and without factors that divide out."""
        derivation = self._derivation
        evaluators = [
            Evaluator(derivation, derivation.draw(index, "changed"), self._budget)
            for index in _LOOKS
        ]
        return _reduced(evaluators, node)


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
        return _changed(value, self._times)


def _changed(value: Value, seed: int = 0) -> Value:
    noise = torch.rand(
        value.shape, generator=torch.Generator().manual_seed(seed), dtype=value.dtype
    )
    return value.detach() * (1 + _CHANGE * noise)


def _alike(one: Value, other: Value) -> bool:
    return torch.allclose(one, other, rtol=_ALIKE, atol=_ALIKE, equal_nan=True)


def _is_identity(derivation: Derivation, line: Line) -> bool:
    """Whether an equation holds whatever the symbols are, so that it says nothing about the solution."""
    if len(line.sides) < 2:
        return False
    for index in _LOOKS:
        instance = derivation.draw(index, "changed")
        values = {
            name: _changed(value, place).requires_grad_(value.requires_grad)
            for place, (name, value) in enumerate(instance.values.items())
        }
        evaluator = Evaluator(derivation, replace(instance, values=values))
        try:
            sides = [evaluator.value(side) for side in line.sides]
        except (Unformed, Unreadable):
            return False
        if not all(_alike(sides[0].expand_as(side), side) for side in sides[1:]):
            return False
    return True


def _reduced(evaluators: list[Evaluator], node: Node) -> Node:
    if node.head in (tree.ADD, tree.SUBTRACT):
        node = _without_zeros(evaluators, node)
    elif node.head in (tree.TIMES, tree.OVER):
        node = _without_ones(evaluators, node)
    if not node.args or node.head == tree.GRAD:
        return node
    return node.with_args(tuple(_reduced(evaluators, arg) for arg in node.args))


def _without_zeros(evaluators: list[Evaluator], node: Node) -> Node:
    """A sum without the terms that are 0, that cancel another one, or that repeat one."""
    terms = [(sign, path, term, _coefficient(term)) for sign, path, term in tree.summands(node)]
    gone: set[Path] = {
        path
        for _, path, term, _ in terms
        if all(not bool(evaluator.value(term).any()) for evaluator in evaluators)
    }
    for place, (sign, path, term, (_, core)) in enumerate(terms):
        for other_sign, other_path, other, (_, other_core) in terms[:place]:
            if path in gone or other_path in gone:
                continue
            if sign != other_sign and _same(evaluators, term, other):
                gone |= {path, other_path}
            elif core == other_core:
                gone.add(path)
    return _remaining(node, gone)


def _remaining(node: Node, gone: set[Path], path: Path = ()) -> Node:
    """A sum without the terms at some paths; 0 where none is left."""
    found = _kept(node, gone, path)
    return tree.number(0.0) if found is None else found


def _kept(node: Node, gone: set[Path], path: Path) -> Node | None:
    if path in gone:
        return None
    if node.head == tree.NEGATIVE:
        inner = _kept(node.args[0], gone, (*path, 0))
        return None if inner is None else node.with_args((inner,))
    if node.head in (tree.ADD, tree.SUBTRACT):
        left, right = (_kept(arg, gone, (*path, i)) for i, arg in enumerate(node.args))
        if left is None:
            if right is None or node.head == tree.ADD:
                return right
            return Node(tree.NEGATIVE, (right,), column=node.column)
        return left if right is None else node.with_args((left, right))
    return node


def _without_ones(evaluators: list[Evaluator], node: Node) -> Node:
    """A product without a factor that a divisor of the same value takes away."""
    factors = list(_factors(node))
    for place, (up, path, factor) in enumerate(factors):
        for other_up, other_path, other in factors[:place]:
            if up != other_up and _same(evaluators, factor, other):
                one = tree.number(1.0)
                node = tree.replaced(tree.replaced(node, path, one), other_path, one)
                return _without_ones(evaluators, node)
    return node


def _factors(node: Node, path: Path = (), up: bool = True) -> Iterable[tuple[bool, Path, Node]]:
    if node.head in (tree.TIMES, tree.OVER):
        yield from _factors(node.args[0], (*path, 0), up)
        yield from _factors(node.args[1], (*path, 1), up == (node.head == tree.TIMES))
    elif node.head != tree.NUMBER:
        yield up, path, node


def _coefficient(node: Node) -> tuple[float, Node]:
    """A term as a literal number times the rest."""
    if node.head == tree.NUMBER:
        return node.value, tree.number(1.0)
    if node.head == tree.TIMES:
        for place in (0, 1):
            if node.args[place].head == tree.NUMBER:
                inner, core = _coefficient(node.args[1 - place])
                return inner * node.args[place].value, core
    if node.head == tree.OVER and node.args[1].head == tree.NUMBER and node.args[1].value:
        inner, core = _coefficient(node.args[0])
        return inner / node.args[1].value, core
    return 1.0, node


def _same(evaluators: list[Evaluator], one: Node, other: Node) -> bool:
    """Whether two terms have one value on every instance that is looked at."""
    for evaluator in evaluators:
        left, right = evaluator.value(one), evaluator.value(other)
        if left.shape != right.shape or not _alike(left, right):
            return False
    return True
