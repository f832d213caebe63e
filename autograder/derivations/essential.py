"""What a formula says without the summands that add nothing and the factors that divide out."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from functools import partial

import torch

from autograder.derivations import tree
from autograder.derivations.evaluation import Evaluator
from autograder.derivations.space import Value
from autograder.derivations.tree import Node, Path

_ALIKE = 1e-12


def essential(evaluators: Sequence[Evaluator], node: Node) -> Node:
    """A formula without what adds nothing to its value.

    Terms that are 0, that cancel or that repeat another one, and factors that a divisor takes away
    are left out; what is left need not have the same value, and has the same names.

    Args:
        evaluators: on the instances on which values are compared.
        node: the formula.

    Raises:
        Unformed: a part cannot be formed.
        UnreadableLine: a part cannot be computed.
    """
    return _reduced(evaluators, _distributed(node))


def alike(one: Value, other: Value) -> bool:
    """Whether two values of one shape are equal but for rounding."""
    return torch.allclose(one, other, rtol=_ALIKE, atol=_ALIKE, equal_nan=True)


def _distributed(node: Node) -> Node:
    """A formula in which no literal number multiplies or divides a sum: ``2 * (a - b)`` is written out."""
    node = node.with_args(tuple(map(_distributed, node.args)))
    if node.head == tree.TIMES and tree.NUMBER in (node.args[0].head, node.args[1].head):
        place = 1 if node.args[0].head == tree.NUMBER else 0
    elif node.head == tree.OVER and node.args[1].head == tree.NUMBER:
        place = 0
    else:
        return node
    inner = node.args[place]
    if inner.head not in (tree.ADD, tree.SUBTRACT, tree.NEGATIVE):
        return node
    parts = []
    for arg in inner.args:
        args = [*node.args]
        args[place] = arg
        parts.append(_distributed(node.with_args(tuple(args))))
    return inner.with_args(tuple(parts))


def _reduced(evaluators: Sequence[Evaluator], node: Node) -> Node:
    if node.head in (tree.ADD, tree.SUBTRACT):
        node = _without_zeros(evaluators, node)
    elif node.head in (tree.TIMES, tree.OVER):
        node = _without_ones(evaluators, node)
    if not node.args or node.head == tree.GRAD:
        return node
    return node.with_args(tuple(_reduced(evaluators, arg) for arg in node.args))


def _without_zeros(evaluators: Sequence[Evaluator], node: Node) -> Node:
    """A sum without the terms that are 0, that cancel another one, or that repeat one."""
    terms = [(sign, path, term, _coefficient(term)) for sign, path, term in tree.summands(node)]
    gone: set[Path] = {
        path
        for _, path, term, _ in terms
        if all(not bool(evaluator.value(term).any()) for evaluator in evaluators)
    }
    pairs = [(one, other) for place, one in enumerate(terms) for other in terms[:place]]
    for cancel in (operator.eq, partial(_same, evaluators)):  # what is written alike goes first
        for (sign, path, term, _), (other_sign, other_path, other, _) in pairs:
            if not gone & {path, other_path} and sign != other_sign and cancel(term, other):
                gone |= {path, other_path}
    for (_, path, _, (_, core)), (_, other_path, _, (_, other_core)) in pairs:
        if not gone & {path, other_path} and core == other_core:
            gone.add(path)
    return _kept(node, gone, ()) or tree.number(0.0)


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


def _without_ones(evaluators: Sequence[Evaluator], node: Node) -> Node:
    """A product without a factor that a divisor of the same value takes away."""
    factors = list(_factors(node))
    for place, (up, path, factor) in enumerate(factors):
        for other_up, other_path, other in factors[:place]:
            if up != other_up and _same(evaluators, factor, other):
                one = tree.number(1.0)
                node = tree.replaced(tree.replaced(node, path, one), other_path, one)
                return _without_ones(evaluators, node)
    return node


def _factors(node: Node, path: Path = (), up: bool = True) -> Iterator[tuple[bool, Path, Node]]:
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


def _same(evaluators: Sequence[Evaluator], one: Node, other: Node) -> bool:
    """Whether two terms have one value on every instance that is looked at."""
    for evaluator in evaluators:
        left, right = evaluator.value(one), evaluator.value(other)
        if left.shape != right.shape or not alike(left, right):
            return False
    return True
