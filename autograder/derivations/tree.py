"""Formulas as trees: immutable, equal by structure, walked and changed one place at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from hashlib import blake2b
from typing import Final

from autograder.derivations.errors import UnreadableLine

NUMBER: Final = "number"
SYMBOL: Final = "symbol"
AXIS: Final = "axis"
CALL: Final = "call"
GRAD: Final = "grad"
NEGATIVE: Final = "negative"
TRANSPOSE: Final = "transpose"
ADD: Final = "+"
SUBTRACT: Final = "-"
TIMES: Final = "*"
OVER: Final = "/"
MATMUL: Final = "@"
POWER: Final = "**"

BINARY: Final = frozenset((ADD, SUBTRACT, TIMES, OVER, MATMUL))
"""Binary operators, which associate to the left: ``a + b - c`` is ``(a + b) - c``."""

MAX_DEPTH: Final = 100
MAX_SIZE: Final = 2_000

Path = tuple[int, ...]


class Node:
    """One node of a formula.

    Attributes:
        head: what it is: one of the constants of this module.
        name: of a symbol, an axis or an operator; for `GRAD` the variable.
        value: of a number.
        args: the nodes below it.
        column: where it begins in the line as it was typed; it plays no part in equality.
        depth: the number of levels, itself included; a chain of operators is one level.
        size: the number of nodes, itself included.
    """

    __slots__ = ("_key", "args", "column", "depth", "head", "name", "size", "value")
    _key: bytes
    depth: int
    size: int

    def __init__(
        self,
        head: str,
        args: tuple[Node, ...] = (),
        *,
        name: str = "",
        value: float = 0.0,
        column: int = 0,
    ) -> None:
        """Put a node together.

        Raises:
            UnreadableLine: the formula is deeper or longer than the language allows.
        """
        self.head = head
        self.args = args
        self.name = name
        self.value = value
        self.column = column
        deepest, size = 0, 1
        for arg in args:
            size += arg.size
            if arg.depth > deepest:
                deepest = arg.depth
        if head in BINARY and args[0].head in BINARY:  # a chain of operators is one level
            deepest = max(args[0].depth - 1, args[1].depth)
        self.depth = deepest + 1
        self.size = size
        said = f"{head} {name} {value!r} {len(args)} ".encode()
        self._key = blake2b(said + b"".join([arg._key for arg in args]), digest_size=16).digest()
        if self.depth > MAX_DEPTH:
            raise UnreadableLine(
                f"the line is nested more than {MAX_DEPTH} levels deep; break it into several lines",
                column,
            )
        if self.size > MAX_SIZE:
            raise UnreadableLine(
                f"the line has more than {MAX_SIZE:,} parts once its abbreviations are written out; "
                "break it into several lines",
                column,
            )

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        """Equal digests are equal formulas: comparing those of two long lines costs no walk."""
        return isinstance(other, Node) and self._key == other._key

    def __repr__(self) -> str:
        inner = ", ".join(map(repr, self.args))
        label = self.name or (f"{self.value:g}" if self.head == NUMBER else self.head)
        return f"{label}({inner})" if inner else label

    def with_args(self, args: tuple[Node, ...]) -> Node:
        """The same node above other nodes."""
        return Node(self.head, args, name=self.name, value=self.value, column=self.column)


def number(value: float) -> Node:
    """A literal number."""
    return Node(NUMBER, value=value)


def is_number(node: Node, value: float) -> bool:
    """Whether a node is the literal number of this value."""
    return node.head == NUMBER and node.value == value


def is_zero(node: Node) -> bool:
    """Whether a node is the literal 0, which is a zero of any shape."""
    if node.head == NEGATIVE:
        return is_zero(node.args[0])
    return is_number(node, 0.0)


def walk(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every node with its path from the root, each before the nodes below it."""
    waiting = [(path, node)]
    while waiting:
        path, node = waiting.pop()
        yield path, node
        below = [((*path, index), arg) for index, arg in enumerate(node.args)]
        waiting += reversed(below)


def spine(node: Node) -> Iterator[Node]:
    """A formula, its left operand, the left operand of that and so on, down to a node without one.

    A chain may have hundreds of operators, so it is followed in a loop and not by recursion.
    """
    yield node
    while node.head in BINARY:
        node = node.args[0]
        yield node


def rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """The formula with every node changed, each after the nodes below it."""
    *operators, first = spine(node)
    new = change(first.with_args(tuple(rebuilt(arg, change) for arg in first.args)))
    for one in reversed(operators):
        new = change(one.with_args((new, rebuilt(one.args[1], change))))
    return new


def with_leaves(node: Node, heads: Collection[str], change: Callable[[Node], Node]) -> Node:
    """A formula whose topmost nodes of other heads, such as the terms of a sum, are changed."""
    operators = []
    while node.head in BINARY and node.head in heads:
        operators.append(node)
        node = node.args[0]
    if node.head in heads:
        new = node.with_args(tuple(with_leaves(arg, heads, change) for arg in node.args))
    else:
        new = change(node)
    for one in reversed(operators):
        new = one.with_args((new, with_leaves(one.args[1], heads, change)))
    return new


def at(node: Node, path: Path) -> Node:
    """The node at a path."""
    for index in path:
        node = node.args[index]
    return node


def replaced(node: Node, path: Path, new: Node) -> Node:
    """The formula with another node at a path."""
    above = []
    for index in path:
        above.append(node)
        node = node.args[index]
    for one, index in zip(reversed(above), reversed(path), strict=True):
        new = one.with_args((*one.args[:index], new, *one.args[index + 1 :]))
    return new


def names(*nodes: Node) -> Counter[str]:
    """How often each symbol, axis and operator is written in some formulas."""
    found: Counter[str] = Counter()
    for node in nodes:
        for _, one in walk(node):
            if one.head == GRAD:
                found["grad"] += 1
            if one.name:
                found[one.name] += 1
    return found


def summands(node: Node, path: Path = (), sign: int = 1) -> Iterator[tuple[int, Path, Node]]:
    """The summands of a formula as they are written, with their signs and paths.

    A formula that is not a sum has one summand, itself. Signs go through brackets: ``a - (b - c)`` has
    the summands ``a``, ``-b`` and ``c``.
    """
    waiting = [(sign, path, node)]
    while waiting:
        sign, path, node = waiting.pop()
        if node.head in (ADD, SUBTRACT):
            right = sign if node.head == ADD else -sign
            waiting.append((right, (*path, 1), node.args[1]))
            waiting.append((sign, (*path, 0), node.args[0]))
        elif node.head == NEGATIVE:
            waiting.append((-sign, (*path, 0), node.args[0]))
        else:
            yield sign, path, node
