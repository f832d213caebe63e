"""From the text of a formula to its tree, by precedence climbing; nothing is ever run.

    sum      →  product (("+" | "-") product)*
    product  →  factor (("*" | "/" | "@") factor)*
    factor   →  ("-" | "+") factor  |  operand ("**" factor)?
    operand  →  (number | name | name "(" arguments ")" | "(" sum ")") (".T" | superscript)*

This is Python's own precedence: ``-a**2`` is ``-(a**2)``, and ``a * b @ c`` is ``(a * b) @ c``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from autograder.derivations import tree
from autograder.derivations.errors import UnreadableLine
from autograder.derivations.hints import unknown_name
from autograder.derivations.letters import SPELLED
from autograder.derivations.operators import COMMON
from autograder.derivations.question import Derivation, Operator
from autograder.derivations.tokens import Token, tokens
from autograder.derivations.tree import Node
from autograder.model.wording import plural

_BINARY: Final = {"+": 1, "-": 1, "*": 2, "/": 2, "@": 2}
_SIGN = 3  # a sign binds looser than a power, and tighter than a product
_RELATIONS = ("=", "~", "<=", ">=", "<", ">", "==", "=>", "=<")
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names that the lines of one answer may hold.

    Attributes:
        symbols: every spelling of a symbol, with the symbol's name.
        operators: by name.
        variables: what ``grad`` may be taken with respect to.
        axes: the names of axes.
        abbreviations: what ``let`` lines have named so far.
    """

    symbols: Mapping[str, str]
    operators: Mapping[str, Operator]
    variables: tuple[str, ...]
    axes: tuple[str, ...]
    abbreviations: dict[str, Node] = field(default_factory=dict)

    @classmethod
    def of(cls, derivation: Derivation) -> Vocabulary:
        """The names of a question."""
        symbols = {"pi": "pi"}
        for name, symbol in derivation.symbols.items():
            symbols |= {name: name, **dict.fromkeys(symbol.also, name)}
        own = {operator.name: operator for operator in derivation.operators}
        return cls(symbols, {**COMMON, **own}, derivation.variables, derivation.axes)

    def known(self, name: str) -> bool:
        """Whether a name is taken."""
        return name in self.symbols or name in self.operators or name in ("grad", "let")


def formula(stream: Stream, words: Vocabulary) -> Node:
    """The formula that begins at a stream's place; the stream then stands behind it.

    Raises:
        UnreadableLine: what stands there is not in the language.
    """
    return _Reader(stream, words).sum(0, 0)


class Stream:
    """The tokens of a line, read one by one."""

    def __init__(self, line: str) -> None:
        """Cut a line into tokens."""
        self._tokens = tokens(line)
        self._place = 0

    @property
    def next(self) -> Token:
        """The token that comes next."""
        return self._tokens[self._place]

    def take(self) -> Token:
        """The token that comes next; the stream moves on, but never behind its end."""
        token = self.next
        if token.kind != "end":
            self._place += 1
        return token

    def take_if(self, *kinds: str) -> Token | None:
        """The token that comes next if it is of one of these kinds."""
        return self.take() if self.next.kind in kinds else None

    def peek(self, offset: int) -> Token:
        """A later token."""
        return self._tokens[min(self._place + offset, len(self._tokens) - 1)]


class _Reader:
    def __init__(self, stream: Stream, words: Vocabulary) -> None:
        self._stream = stream
        self._words = words

    def sum(self, level: int, depth: int) -> Node:
        """A formula whose binary operators bind tighter than a level."""
        stream = self._stream
        if depth > tree.MAX_DEPTH:
            raise UnreadableLine(
                f"the line is nested more than {tree.MAX_DEPTH} levels deep; break it into "
                "several lines",
                stream.next.column,
            )
        if sign := stream.take_if("-", "+"):
            node = self.sum(_SIGN, depth + 1)
            if sign.kind == "-":
                node = Node(tree.NEGATIVE, (node,), column=sign.column)
        else:
            node = self._operand(depth)
            if power := stream.take_if("**"):
                exponent = self.sum(_SIGN, depth + 1)
                node = Node(tree.POWER, (node, exponent), column=power.column)
        while _BINARY.get(stream.next.kind, 0) > level:
            sign = stream.take()
            right = self.sum(_BINARY[sign.kind], depth + 1)
            node = Node(sign.kind, (node, right), column=sign.column)
        return node

    def _operand(self, depth: int) -> Node:
        node = self._atom(depth)
        while token := self._stream.take_if(".T", "power"):
            if token.kind == ".T" or token.text == "T":
                node = self._transposed(node, token)
            else:
                node = self._raised(node, token)
        if self._stream.next.kind in ("name", "number", "half", "(", "["):
            token = self._stream.next
            before = "a number" if node.head == tree.NUMBER else "what stands before it"
            raise UnreadableLine(
                f"there is no sign between {before} and {_quoted(token)}; write * for a product, "
                "@ for a product of matrices",
                token.column,
            )
        return node

    def _atom(self, depth: int) -> Node:
        token = self._stream.take()
        if token.kind == "number":
            value = float(token.text)
            if not math.isfinite(value):
                raise UnreadableLine("the number is too large", token.column)
            return Node(tree.NUMBER, value=value, column=token.column)
        if token.kind == "half":
            halves = (tree.number(1.0), tree.number(2.0))
            return Node(tree.OVER, halves, column=token.column)
        if token.kind == "name":
            return self._named(token, depth)
        if token.kind == "(":
            node = self.sum(0, depth + 1)
            self._close(")", token)
            return node
        raise UnreadableLine(_unexpected(token), token.column)

    def _named(self, token: Token, depth: int) -> Node:
        name, words = self._resolved(token.text), self._words
        opening = self._stream.take_if("(", "[")
        if opening is None:
            if name in words.abbreviations:
                return words.abbreviations[name]
            if name in words.symbols:
                return Node(tree.SYMBOL, name=words.symbols[name], column=token.column)
            if name == "grad" or name in words.operators:
                usage = words.operators[name].usage if name in words.operators else _grad(words)
                raise UnreadableLine(f"{name} is an operator: write {usage}", token.column)
            raise UnreadableLine(self._unknown("symbol", token), token.column)
        closing = ")" if opening.kind == "(" else "]"
        if name == "grad" and words.variables:
            return self._gradient(token, opening, closing, depth)
        operator = words.operators.get(name)
        if operator is None:
            if name in words.symbols or name in words.abbreviations:
                raise UnreadableLine(
                    f"{token.text} is a symbol and not an operator; write * for a product",
                    opening.column,
                )
            raise UnreadableLine(self._unknown("operator", token), token.column)
        parameters = operator.parameters
        args = []
        for place, parameter in enumerate(parameters):
            if place and not self._stream.take_if(","):
                self._count(operator, place, token)
            args.append(self._axis(operator) if parameter == "axis" else self.sum(0, depth + 1))
        if self._stream.next.kind == ",":
            self._count(operator, len(parameters) + 1, token)
        self._close(closing, opening)
        return Node(tree.CALL, tuple(args), name=name, column=token.column)

    def _gradient(self, token: Token, opening: Token, closing: str, depth: int) -> Node:
        usage = f"write {_grad(self._words)}"
        inner = self.sum(0, depth + 1)
        if not self._stream.take_if(","):
            raise UnreadableLine(f"grad takes two arguments; {usage}", token.column)
        variable = self._stream.take()
        symbol = self._words.symbols.get(self._resolved(variable.text))
        if variable.kind != "name" or symbol not in self._words.variables:
            raise UnreadableLine(
                f"grad cannot be taken with respect to {_quoted(variable)}; {usage}",
                variable.column,
            )
        self._close(closing, opening)
        if any(node.head == tree.GRAD for _, node in tree.walk(inner)):
            raise UnreadableLine(
                "a grad stands inside another grad; take one derivative at a time", token.column
            )
        return Node(tree.GRAD, (inner,), name=symbol, column=token.column)

    def _axis(self, operator: Operator) -> Node:
        token = self._stream.take()
        if token.kind != "name" or token.text not in self._words.axes:
            raise UnreadableLine(
                f"{operator.usage}: the last argument is one of {', '.join(self._words.axes)}, "
                f"not {_quoted(token)}",
                token.column,
            )
        return Node(tree.AXIS, name=token.text, column=token.column)

    def _count(self, operator: Operator, given: int, token: Token) -> None:
        wanted = len(operator.parameters)
        many = "more" if given > wanted else "fewer"
        raise UnreadableLine(
            f"{operator.name} has {many} than {wanted} {plural(wanted, 'argument')}; "
            f"write {operator.usage}",
            token.column,
        )

    def _close(self, closing: str, opening: Token) -> None:
        token = self._stream.take()
        if token.kind == closing:
            return
        if token.kind == "end":
            raise UnreadableLine(
                f"the bracket {opening.text} is never closed; write {closing}", opening.column
            )
        if token.kind in _RELATIONS:
            raise UnreadableLine(
                f"there is a relation ({token.text}) inside a bracket; close the bracket that opens "
                f"in column {opening.column}",
                token.column,
            )
        raise UnreadableLine(f"{closing} is expected here, not {_quoted(token)}", token.column)

    def _transposed(self, node: Node, token: Token) -> Node:
        if node.head == tree.NUMBER:
            raise UnreadableLine(
                "the transpose would be that of the number alone; write (A**-1).T", token.column
            )
        return Node(tree.TRANSPOSE, (node,), column=token.column)

    def _raised(self, node: Node, token: Token) -> Node:
        digits = token.text.removeprefix("-")
        if not digits.isdecimal() or len(digits) > 3:
            raise UnreadableLine(
                "this superscript cannot be read; write ** for a power", token.column
            )
        exponent = tree.number(float(digits))
        if token.text.startswith("-"):
            exponent = Node(tree.NEGATIVE, (exponent,), column=token.column)
        return Node(tree.POWER, (node, exponent), column=token.column)

    def _resolved(self, name: str) -> str:
        """A name as the question spells it: ``lambda`` is ``lam`` where there is no ``lambda``."""
        words = self._words
        if words.known(name) or name in words.abbreviations:
            return name
        return "_".join(SPELLED.get(part, part) for part in name.split("_"))

    def _unknown(self, what: str, token: Token) -> str:
        words = self._words
        symbols = {*words.symbols.values(), *words.abbreviations}
        operators = {*words.operators, *(("grad",) if words.variables else ())}
        return unknown_name(what, token.text, symbols, operators)


def _grad(words: Vocabulary) -> str:
    return " or ".join(f"grad(f, {name})" for name in words.variables) or "no grad here"


def _quoted(token: Token) -> str:
    return "the end of the line" if token.kind == "end" else repr(token.text[:_SHOWN])


def _unexpected(token: Token) -> str:
    if token.kind == "end":
        return "the line ends where a symbol, a number or a bracket is expected"
    if token.kind in _RELATIONS:
        return f"a symbol, a number or a bracket is expected here, not the relation {token.text}"
    return f"a symbol, a number or a bracket is expected here, not {_quoted(token)}"
