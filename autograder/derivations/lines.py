"""A parsed answer: each line with its relation and its formulas, or why it cannot be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from autograder.derivations.errors import UnreadableLine
from autograder.derivations.question import RELATIONS, Derivation
from autograder.derivations.reading import Stream, Vocabulary, formula
from autograder.derivations.tree import Node

MAX_LINES: Final = 60
MAX_PARTS: Final = 6_000  # of all lines together: what an answer may cost to evaluate

_LIKE_RELATIONS = {
    "==": "write = for equality",
    "=>": "write >= for 'greater or equal', and each equation on a separate line",
    "=<": "write <=",
    "<": "write <=",
    ">": "write >=",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line that could be read.

    Attributes:
        index: its place in the answer, ``let`` lines counted.
        relation: to the line before; ``""`` for the first line; ``"="`` between the sides of an equation.
        sides: one formula, or the sides of an equation.
        let: the abbreviation that it names; ``""`` for a line of the derivation.
    """

    index: int
    relation: str
    sides: tuple[Node, ...]
    let: str = ""

    @property
    def formula(self) -> Node:
        """The formula of a line that is not an equation."""
        return self.sides[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a student wrote, read.

    Attributes:
        lines: every line up to the one that cannot be read, in order.
        refused: the index of that line and why, or ``None``.
        count: how many lines were handed in.
    """

    lines: tuple[Line, ...]
    refused: tuple[int, UnreadableLine] | None
    count: int

    @property
    def steps(self) -> tuple[Line, ...]:
        """The lines of the derivation itself, without abbreviations."""
        return tuple(line for line in self.lines if not line.let)


def read_answer(derivation: Derivation, lines: Any) -> Answer:
    """Read what a student's function returned; whatever it is, nothing is raised."""
    if isinstance(lines, str) or not isinstance(lines, Sequence):
        what = "one string" if isinstance(lines, str) else type(lines).__name__
        return Answer(
            (), (0, UnreadableLine(f"return a list of strings, one a line, not {what}")), 0
        )
    if not lines:
        return Answer((), (0, UnreadableLine("there are no lines")), 0)
    words = Vocabulary.of(derivation)
    found: list[Line] = []
    parts = 0
    try:
        for index, text in enumerate(lines):
            if index >= MAX_LINES:
                raise UnreadableLine(f"a derivation has at most {MAX_LINES} lines")
            if not isinstance(text, str):
                raise UnreadableLine(f"a line is a string, not {type(text).__name__}")
            first = not any(not line.let for line in found)
            found.append(_line(derivation, words, index, text, first=first))
            parts += sum(side.size for side in found[-1].sides)
            if parts > MAX_PARTS:
                raise UnreadableLine("the derivation is too long; leave lines out or shorten them")
    except UnreadableLine as problem:
        return Answer(tuple(found), (len(found), problem), len(lines))
    return Answer(tuple(found), None, len(lines))


def read_line(derivation: Derivation, text: str) -> Line:
    """A single line of the author's, with or without its relation.

    Raises:
        UnreadableLine: it is not in the language.
    """
    words = Vocabulary.of(derivation)
    try:
        return _line(derivation, words, 0, text, first=False)
    except _NoRelation:
        return _line(derivation, words, 0, text, first=True)


def read_formula(derivation: Derivation, text: str) -> Node:
    """A formula of the author's that stands alone, such as a quantity.

    Raises:
        UnreadableLine: it is not in the language.
    """
    stream = Stream(text)
    node = formula(stream, Vocabulary.of(derivation))
    _end(stream, "a formula has no relation")
    return node


class _NoRelation(UnreadableLine):
    """A line that does not begin with a relation."""


def _line(derivation: Derivation, words: Vocabulary, index: int, text: str, *, first: bool) -> Line:
    stream = Stream(text)
    if stream.next.kind == "end":
        raise UnreadableLine("the line is empty; leave it out")
    if stream.next.text == "let" and stream.peek(1).kind == "name":
        return _let(words, index, stream)
    if derivation.equations:
        return _equation(words, index, stream)
    token = stream.next
    relation = ""
    if first and token.kind in (*RELATIONS, *_LIKE_RELATIONS):
        raise UnreadableLine(
            "the first line has no relation before it; write the formula alone", token.column
        )
    if not first:
        if token.kind in _LIKE_RELATIONS:
            raise UnreadableLine(_LIKE_RELATIONS[token.kind], token.column)
        if token.kind not in RELATIONS:
            allowed = " ".join(derivation.relations)
            raise _NoRelation(
                f"a line begins with its relation to the line before: {allowed}", token.column
            )
        relation = stream.take().kind
    node = formula(stream, words)
    _end(
        stream, "a line has only one relation; put the rest on the next line, with its own relation"
    )
    return Line(index, relation, (node,))


def _equation(words: Vocabulary, index: int, stream: Stream) -> Line:
    token = stream.next
    if token.kind in (*RELATIONS, *_LIKE_RELATIONS):
        raise UnreadableLine(
            "here each line is a separate equation; write both sides: left = right", token.column
        )
    sides = [formula(stream, words)]
    relation = "="
    while found := stream.take_if(*RELATIONS):
        if found.kind != "=":
            relation = found.kind
        sides.append(formula(stream, words))
    _end(stream, "")
    if len(sides) < 2:
        raise UnreadableLine("here each line is an equation; write both sides: left = right")
    return Line(index, relation, tuple(sides))


def _let(words: Vocabulary, index: int, stream: Stream) -> Line:
    stream.take()
    name = stream.take()
    if words.known(name.text):
        raise UnreadableLine(
            f"{name.text} has a meaning in this question already; choose another name", name.column
        )
    if name.text in words.abbreviations:
        raise UnreadableLine(
            f"{name.text} is an abbreviation already; choose another name", name.column
        )
    if not stream.take_if("="):
        raise UnreadableLine("an abbreviation is written: let A = ...", stream.next.column)
    node = formula(stream, words)
    _end(stream, "an abbreviation has one right side")
    words.abbreviations[name.text] = node
    return Line(index, "=", (node,), let=name.text)


def _end(stream: Stream, on_relation: str) -> None:
    """Refuse what is left of a line."""
    token = stream.next
    if token.kind == "end":
        return
    if token.kind in _LIKE_RELATIONS:
        raise UnreadableLine(_LIKE_RELATIONS[token.kind], token.column)
    if token.kind in RELATIONS:
        raise UnreadableLine(on_relation, token.column)
    if token.kind in (")", "]"):
        raise UnreadableLine(f"the bracket {token.text} is never opened", token.column)
    raise UnreadableLine(f"{token.text!r} is not expected here", token.column)
