"""Lines that say what a given line says, in other signs: they show no step and must earn nothing."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.derivations import Derivation, tree
from autograder.derivations.lines import Line, read_formula, read_line
from autograder.derivations.space import is_scalar
from autograder.derivations.tree import Node
from autograder.derivations.writing import text

_MOST = 12


def reworded(derivation: Derivation, given: str) -> Iterator[str]:
    """A given line with its summands and factors in another order, doubled and halved, or split."""
    line = read_line(derivation, given)
    two = tree.number(2.0)
    for place, side in enumerate(line.sides):
        for path, node in tree.walk(side):
            if node.head == tree.ADD:
                turned = node.with_args((node.args[1], node.args[0]))
                yield _written(derivation, line, place, tree.replaced(side, path, turned))
        doubled = Node(tree.TIMES, (two, side))
        half = Node(tree.OVER, (side, two))
        for node in (
            Node(tree.OVER, (doubled, two)),
            Node(tree.ADD, (half, half)),
            Node(tree.SUBTRACT, (doubled, side)),
            Node(tree.NEGATIVE, (Node(tree.NEGATIVE, (side,)),)),
        ):
            yield _written(derivation, line, place, node)


def padded(derivation: Derivation, given: str) -> Iterator[str]:
    """A given line with something added and taken away again, or multiplied by 0 or by 1."""
    line = read_line(derivation, given)
    instance = derivation.draw(0)
    pads = [read_formula(derivation, written) for written in derivation.quantities]
    pads += [Node(tree.SYMBOL, name=name) for name in derivation.symbols]
    for place, side in enumerate(line.sides):
        for pad in pads[:_MOST]:
            for node in (
                Node(tree.SUBTRACT, (Node(tree.ADD, (side, pad)), pad)),
                Node(tree.ADD, (side, Node(tree.TIMES, (tree.number(0.0), pad)))),
            ):
                yield _written(derivation, line, place, node)
            if pad.head == tree.SYMBOL and is_scalar(instance.values[pad.name]):
                product = Node(tree.TIMES, (side, Node(tree.OVER, (pad, pad))))
                yield _written(derivation, line, place, product)


def _written(derivation: Derivation, line: Line, place: int, node: Node) -> str:
    sides = [*line.sides]
    sides[place] = node
    if derivation.equations:
        return " = ".join(map(text, sides))
    return f"{line.relation or '='} {text(node)}"
