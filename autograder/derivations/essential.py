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
_SUMS = (tree.ADD, tree.SUBTRACT, tree.NEGATIVE)
_PRODUCTS = (tree.TIMES, tree.OVER)


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
    return _reduced(evaluators, tree.rebuilt(node, _distributed))


def nearly_equal(one: Value, other: Value) -> bool:
    """Whether two values of one shape are equal but for rounding."""
    return torch.allclose(one, other, rtol=_ALIKE, atol=_ALIKE, equal_nan=True)


def _distributed(node: Node) -> Node:
    """A product or quotient of a literal number and a sum, written out: ``2 * a - 2 * b``."""
    if node.head == tree.TIMES and tree.NUMBER in (node.args[0].head, node.args[1].head):
        place = 1 if node.args[0].head == tree.NUMBER else 0
    elif node.head == tree.OVER and node.args[1].head == tree.NUMBER:
        place = 0
    else:
        return node

    def around(term: Node) -> Node:
        return node.with_args((*node.args[:place], term, *node.args[place + 1 :]))

    return tree.with_leaves(node.args[place], _SUMS, around)


def _reduced(evaluators: Sequence[Evaluator], node: Node) -> Node:
    """A formula in which every sum and every product is as short as it can be."""
    operators: list[Node] = []
    done: tuple[str, ...] = ()  # the operators of the last sum or product that was shortened
    while node.head in tree.BINARY:
        if node.head in done:
            operators.append(node)
            node = node.args[0]
        elif node.head in _SUMS:
            node, done = _without_zeros(evaluators, node), _SUMS
        elif node.head in _PRODUCTS:
            node, done = _without_ones(evaluators, node), _PRODUCTS
        else:
            done = (node.head,)
    if node.args and node.head != tree.GRAD:
        node = node.with_args(tuple(_reduced(evaluators, arg) for arg in node.args))
    for one in reversed(operators):
        node = one.with_args((node, _reduced(evaluators, one.args[1])))
    return node


def _without_zeros(evaluators: Sequence[Evaluator], node: Node) -> Node:
    """A sum without the terms that are 0, that cancel another one, or that repeat one."""
    terms = [
        (sign, path, term, _without_coefficient(term)) for sign, path, term in tree.summands(node)
    ]
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
    for (_, path, _, core), (_, other_path, _, other_core) in pairs:
        if not gone & {path, other_path} and core == other_core:
            gone.add(path)
    return _kept(node, gone, ()) or tree.number(0.0)


def _kept(node: Node, gone: set[Path], path: Path) -> Node | None:
    operators = []
    while node.head in (tree.ADD, tree.SUBTRACT):
        operators.append(node)
        node, path = node.args[0], (*path, 0)
    left: Node | None = node
    if path in gone:
        left = None
    elif node.head == tree.NEGATIVE:
        inner = _kept(node.args[0], gone, (*path, 0))
        left = None if inner is None else node.with_args((inner,))
    for one in reversed(operators):
        path = path[:-1]
        left = _joined(one, left, _kept(one.args[1], gone, (*path, 1)))
    return left


def _joined(node: Node, left: Node | None, right: Node | None) -> Node | None:
    """A sum or difference without its sides that are gone; ``None`` if both are."""
    if left is None and right is not None and node.head == tree.SUBTRACT:
        return Node(tree.NEGATIVE, (right,), column=node.column)
    if left is None or right is None:
        return right if left is None else left
    return node.with_args((left, right))


def _without_ones(evaluators: Sequence[Evaluator], node: Node) -> Node:
    """A product without a factor that a divisor of the same value takes away."""
    one = tree.number(1.0)
    factors = list(_factors(node))
    gone: set[Path] = set()
    for place, (up, path, factor) in enumerate(factors):
        for other_up, other_path, other in factors[:place]:
            if up == other_up or gone & {path, other_path}:
                continue
            if _same(evaluators, factor, other):
                gone |= {path, other_path}
    for path in gone:
        node = tree.replaced(node, path, one)
    return node


def _factors(node: Node) -> Iterator[tuple[bool, Path, Node]]:
    waiting: list[tuple[bool, Path, Node]] = [(True, (), node)]
    while waiting:
        up, path, node = waiting.pop()
        if node.head in _PRODUCTS:
            waiting.append((up == (node.head == tree.TIMES), (*path, 1), node.args[1]))
            waiting.append((up, (*path, 0), node.args[0]))
        elif node.head != tree.NUMBER:
            yield up, path, node


def _without_coefficient(node: Node) -> Node:
    """A term without the literal numbers that multiply and divide it."""
    while True:
        if node.head == tree.NUMBER:
            return tree.number(1.0)
        if node.head == tree.TIMES and tree.NUMBER in (node.args[0].head, node.args[1].head):
            node = node.args[1 if node.args[0].head == tree.NUMBER else 0]
        elif node.head == tree.OVER and node.args[1].head == tree.NUMBER and node.args[1].value:
            node = node.args[0]
        else:
            return node


def _same(evaluators: Sequence[Evaluator], one: Node, other: Node) -> bool:
    """Whether two terms have one value on every instance that is looked at."""
    for evaluator in evaluators:
        left, right = evaluator.value(one), evaluator.value(other)
        if left.shape != right.shape or not nearly_equal(left, right):
            return False
    return True
