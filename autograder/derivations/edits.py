"""Formulas that differ from a given one in one place: slips of the pen, and their repairs.

The same changes serve twice: made to a true line they are the slips that `validate` and the tests look for;
made to a false line they are what may put it right.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from autograder.derivations import tree
from autograder.derivations.tree import Node, Path

SIGN: Final = "a sign"
EXTRA: Final = "a term too many"
MISSING: Final = "a missing term"
FACTOR: Final = "a factor"
TRANSPOSED: Final = "a transpose"
ORDER: Final = "the order of a product"
ARGUMENTS: Final = "the order of the arguments"
FRACTION: Final = "a factor on the wrong side of a fraction"
NAME: Final = "a symbol"
POWER: Final = "a power"
LOGARITHM: Final = "a logarithm"
BRACKETS: Final = "the brackets"

_SUMS = (tree.ADD, tree.SUBTRACT, tree.NEGATIVE)
_PRODUCTS = (tree.TIMES, tree.OVER, tree.MATMUL)


@dataclass(frozen=True, slots=True)
class Edit:
    """A formula changed in one place.

    Attributes:
        kind: what was changed; one of the constants of this module.
        path: where, in the formula as it was.
        node: the formula as it is now.
        about: the name or number that was changed; ``""`` where the kind says it all.
    """

    kind: str
    path: Path
    node: Node
    about: str = ""


def slips(node: Node) -> Iterator[Edit]:
    """The mechanical slips: a sign, a term, a factor, a transpose, an order."""
    yield from _signs(node)
    yield from _dropped(node)
    yield from _factors(node)
    yield from _transposes(node)
    yield from _orders(node)


def repairs(
    node: Node,
    alike: Mapping[str, tuple[str, ...]],
    scalars: tuple[str, ...],
    matrices: tuple[str, ...],
) -> tuple[Iterator[Edit], ...]:
    """What may put a false line right: the likeliest changes first, and less likely ones for want of them.

    Args:
        node: the line.
        alike: for a symbol or operator, the names that could stand in its place.
        scalars: symbols that could be missing as a factor or a term.
        matrices: symbols that could be missing in a product of matrices.
    """
    symbols = [Node(tree.SYMBOL, name=name) for name in scalars]
    others = (
        _fractions(node),
        _powers(node),
        _logarithms(node),
        _brackets(node),
        _missing_factors(node, symbols),
        _renamed(node, alike),
    )
    rare = (
        _missing_terms(node, symbols),
        _missing_factors(node, [*map(_rest, symbols), *_roots(symbols)]),
        _missing_matrices(node, matrices),
    )
    return slips(node), itertools.chain(*others), itertools.chain(*rare)


def without(node: Node, path: Path) -> Node:
    """The formula without the summand at a path; 0 where it was the only one."""
    return _regrown(node, path, tree.number(0.0))


def doubled(node: Node, path: Path) -> Node:
    """The formula with the summand at a path twice."""
    term = tree.at(node, path)
    return tree.replaced(node, path, Node(tree.TIMES, (tree.number(2.0), term)))


def flipped(node: Node, path: Path) -> Node:
    """The formula with the sign of the summand at a path changed."""
    if path:
        above = tree.at(node, path[:-1])
        if above.head == tree.NEGATIVE:
            return tree.replaced(node, path[:-1], above.args[0])
        if above.head in (tree.ADD, tree.SUBTRACT) and path[-1] == 1:
            head = tree.SUBTRACT if above.head == tree.ADD else tree.ADD
            return tree.replaced(node, path[:-1], Node(head, above.args, column=above.column))
    return tree.replaced(node, path, Node(tree.NEGATIVE, (tree.at(node, path),)))


def terms(node: Node) -> Iterator[tuple[Path, Node]]:
    """The summands of every sum of a formula, and the whole arguments of operators."""
    for path, _ in _sums(node):
        for _, place, term in tree.summands(tree.at(node, path), path):
            yield place, term


def _sums(node: Node) -> Iterator[tuple[Path, Node]]:
    """The outermost node of every sum; a formula and an argument count as sums of one term."""
    waiting: list[tuple[Path, Node, str]] = [((), node, tree.CALL)]
    while waiting:
        path, node, above = waiting.pop()
        if above in (tree.CALL, tree.GRAD) or (node.head in _SUMS and above not in _SUMS):
            yield path, node
        below = [((*path, index), arg, node.head) for index, arg in enumerate(node.args)]
        waiting += [one for one in reversed(below) if one[1].head != tree.AXIS]


def _regrown(node: Node, path: Path, zero: Node) -> Node:
    """The formula with the term at a path taken out of its sum."""
    if not path:
        return zero
    above = tree.at(node, path[:-1])
    if above.head == tree.NEGATIVE:
        return _regrown(node, path[:-1], zero)
    if above.head == tree.ADD or (above.head == tree.SUBTRACT and path[-1] == 1):
        return tree.replaced(node, path[:-1], above.args[1 - path[-1]])
    if above.head == tree.SUBTRACT:
        return tree.replaced(node, path[:-1], Node(tree.NEGATIVE, (above.args[1],)))
    return tree.replaced(node, path, zero)


def _signs(node: Node) -> Iterator[Edit]:
    for path, term in terms(node):
        if not tree.is_number(term, 0.0):
            yield Edit(SIGN, path, flipped(node, path))


def _dropped(node: Node) -> Iterator[Edit]:
    for path, _ in _sums(node):
        found = list(tree.summands(tree.at(node, path), path))
        if len(found) > 1:
            for _, place, _ in found:
                yield Edit(EXTRA, place, without(node, place))


def _factors(node: Node) -> Iterator[Edit]:
    """A factor left out, or a factor 2 too many or too few."""
    for path, one in tree.walk(node):
        if one.head in (tree.TIMES, tree.MATMUL):
            yield Edit(FACTOR, path, tree.replaced(node, path, one.args[0]))
            yield Edit(FACTOR, path, tree.replaced(node, path, one.args[1]))
        elif one.head == tree.OVER:
            yield Edit(FACTOR, path, tree.replaced(node, path, one.args[0]))
    two = tree.number(2.0)
    for path, term in terms(node):
        if not tree.is_number(term, 0.0):
            yield Edit(FACTOR, path, doubled(node, path))
            yield Edit(FACTOR, path, tree.replaced(node, path, Node(tree.OVER, (term, two))))


def _transposes(node: Node) -> Iterator[Edit]:
    for path, one in tree.walk(node):
        if one.head == tree.TRANSPOSE:
            yield Edit(TRANSPOSED, path, tree.replaced(node, path, one.args[0]))
        elif one.head == tree.SYMBOL and (not path or _parent(node, path).head != tree.TRANSPOSE):
            yield Edit(TRANSPOSED, path, tree.replaced(node, path, Node(tree.TRANSPOSE, (one,))))


def _orders(node: Node) -> Iterator[Edit]:
    for path, one in tree.walk(node):
        if one.head == tree.MATMUL or (
            one.head == tree.CALL
            and len(one.args) > 1
            and one.args[0] != one.args[1]
            and one.args[1].head != tree.AXIS
        ):
            turned = one.with_args((one.args[1], one.args[0], *one.args[2:]))
            kind = ORDER if one.head == tree.MATMUL else ARGUMENTS
            yield Edit(kind, path, tree.replaced(node, path, turned), about=one.name)


def _fractions(node: Node) -> Iterator[Edit]:
    for path, one in tree.walk(node):
        if one.head in (tree.TIMES, tree.OVER):
            head = tree.OVER if one.head == tree.TIMES else tree.TIMES
            yield Edit(FRACTION, path, tree.replaced(node, path, Node(head, one.args)))
        if one.head == tree.OVER:
            turned = one.with_args((one.args[1], one.args[0]))
            yield Edit(FRACTION, path, tree.replaced(node, path, turned))


def _powers(node: Node) -> Iterator[Edit]:
    two = tree.number(2.0)
    for path, one in tree.walk(node):
        if one.head == tree.POWER or (one.head == tree.CALL and one.name in ("sqrt", "inv")):
            yield Edit(POWER, path, tree.replaced(node, path, one.args[0]))
        elif one.head in (tree.SYMBOL, tree.SUBTRACT, tree.ADD, tree.CALL):
            squared = Node(tree.POWER, (one, two))
            yield Edit(POWER, path, tree.replaced(node, path, squared))
            for name in ("sqrt", "inv"):
                other = Node(tree.CALL, (one,), name=name)
                yield Edit(POWER, path, tree.replaced(node, path, other))


def _logarithms(node: Node) -> Iterator[Edit]:
    """A term without the logarithm or exponential that it has, or with one that it has not."""
    for path, one in tree.walk(node):
        if one.head == tree.CALL and one.name in ("log", "exp"):
            yield Edit(LOGARITHM, path, tree.replaced(node, path, one.args[0]))
    for path, term in terms(node):
        if term.head != tree.NUMBER:
            wrapped = Node(tree.CALL, (term,), name="log")
            yield Edit(LOGARITHM, path, tree.replaced(node, path, wrapped))


def _brackets(node: Node) -> Iterator[Edit]:
    """``a * b + c`` for ``a * (b + c)``, and the reverse."""
    for path, one in tree.walk(node):
        if one.head in (tree.ADD, tree.SUBTRACT) and one.args[0].head in _PRODUCTS:
            product = one.args[0]
            wider = one.with_args((product.args[1], one.args[1]))
            new = product.with_args((product.args[0], wider))
            yield Edit(BRACKETS, path, tree.replaced(node, path, new))
        if one.head in _PRODUCTS and one.args[1].head in (tree.ADD, tree.SUBTRACT):
            inner = one.args[1]
            narrower = one.with_args((one.args[0], inner.args[0]))
            new = inner.with_args((narrower, inner.args[1]))
            yield Edit(BRACKETS, path, tree.replaced(node, path, new))
        if one.head in _PRODUCTS and one.args[0].head in (tree.ADD, tree.SUBTRACT):
            inner = one.args[0]
            narrower = one.with_args((inner.args[1], one.args[1]))
            new = inner.with_args((inner.args[0], narrower))
            yield Edit(BRACKETS, path, tree.replaced(node, path, new))


def _missing_factors(node: Node, lost: Sequence[Node]) -> Iterator[Edit]:
    for path, term in terms(node):
        for factor in lost:
            for head in (tree.TIMES, tree.OVER):
                yield Edit(FACTOR, path, tree.replaced(node, path, Node(head, (term, factor))))


def _rest(symbol: Node) -> Node:
    """What is left of 1, as in ``1 - p``."""
    return Node(tree.SUBTRACT, (tree.number(1.0), symbol))


def _roots(symbols: Sequence[Node]) -> Iterator[Node]:
    for one in symbols:
        for inner in (one, _rest(one)):
            yield Node(tree.CALL, (inner,), name="sqrt")


def _missing_matrices(node: Node, matrices: tuple[str, ...]) -> Iterator[Edit]:
    """A product of matrices with one more, or with its transpose."""
    for path, one in tree.walk(node):
        if one.head not in (tree.SYMBOL, tree.TRANSPOSE):
            continue
        for name in matrices:
            symbol = Node(tree.SYMBOL, name=name)
            for lost in (symbol, Node(tree.TRANSPOSE, (symbol,))):
                for args in ((one, lost), (lost, one)):
                    yield Edit(FACTOR, path, tree.replaced(node, path, Node(tree.MATMUL, args)))


def _missing_terms(node: Node, symbols: Sequence[Node]) -> Iterator[Edit]:
    """A sum with one term more: 1, or a symbol; the formula as a whole is compared with others before."""
    lost = [tree.number(1.0), *symbols]
    for path, one in _sums(node):
        for term in lost if path else ():
            for head in (tree.ADD, tree.SUBTRACT):
                yield Edit(MISSING, path, tree.replaced(node, path, Node(head, (one, term))))


def _renamed(node: Node, alike: Mapping[str, tuple[str, ...]]) -> Iterator[Edit]:
    for path, one in tree.walk(node):
        if one.head not in (tree.SYMBOL, tree.CALL):
            continue
        for name in alike.get(one.name, ()):
            other = Node(one.head, one.args, name=name, column=one.column)
            yield Edit(NAME, path, tree.replaced(node, path, other), about=one.name)


def _parent(node: Node, path: Path) -> Node:
    return tree.at(node, path[:-1])
