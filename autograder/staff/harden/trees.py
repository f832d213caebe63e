"""The arguments of a call as trees: what is constant, what is chosen, and the leaves that are drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from autograder.staff.harden.domains import BASE, EDGES, EMPTY, DocumentedDomain

REST: Final = ("...", "…")
"""How docstrings write any number of axes."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How the leaves of a call are drawn.

    Attributes:
        values: one of `domains.MANNERS`.
        rest: the names of the axes that stand for ``...``.
        single: whether arrays are float32.
        integers: whether whole numbers stay integers.
    """

    values: str = BASE
    rest: tuple[str, ...] = ("H", "W")
    single: bool = False
    integers: bool = False


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value that stands in the text as it is."""

    text_of_it: str

    def text(self, manner: Manner) -> str:
        """The value."""
        del manner
        return self.text_of_it


@dataclass(frozen=True, slots=True)
class ChosenLeaf:
    """An argument that runs through all words or truth values that it may be.

    Attributes:
        name: the argument's.
        among: the texts of its values.
    """

    name: str
    among: tuple[str, ...]

    def text(self, manner: Manner) -> str:
        """The name of the variable that runs through the values."""
        del manner
        return self.name


@dataclass
class Leaf:
    """Numbers that are drawn.

    Attributes:
        argument: the parameter that they belong to, as errors name it.
        kind: ``"tensor"``, ``"array"``, ``"list"``, ``"float"``, ``"int"`` or ``"text"``.
        axes: the names of the axes.
        domains: those that may fit.
        place: which of them is tried.
        options: other axes that may be meant, where no docstring names them.
        integer: whether the numbers are integers.
        foreign: whether a driver takes it and the student's function does not.
        refused: the manners whose numbers the reference refuses; base numbers are drawn instead.
        met: an argument that is drawn before and may hold the same numbers.
    """

    argument: str
    kind: str
    axes: tuple[str, ...]
    domains: tuple[DocumentedDomain, ...]
    place: int = 0
    options: tuple[tuple[str, ...], ...] = ()
    integer: bool = False
    foreign: bool = False
    refused: tuple[str, ...] = ()
    met: str = ""

    @property
    def domain(self) -> DocumentedDomain:
        """The one that is tried."""
        return self.domains[self.place]

    def sizes(self, manner: Manner) -> list[str]:
        """The texts of the sizes."""
        found: list[str] = []
        for axis in self.axes:
            found += manner.rest if axis in REST else [axis]
        return found

    def text(self, manner: Manner) -> str:
        """The expression that draws them."""
        sizes = self.sizes(manner)
        values = BASE if manner.values in self.refused else manner.values
        if values == EMPTY and not self.axes:
            values = BASE  # a number has no lines that could be empty
        pattern = self.domain.text(values)
        if values == EDGES and self.met:
            pattern = f"met(rng, {self.met}{{s}})"
        text = pattern.format(s="".join(f", {size}" for size in sizes))
        if self.kind == "text":
            return text
        if manner.integers:
            text = text.removesuffix(".double()")
        if manner.single and not self.integer and self.kind in ("tensor", "array"):
            text = _called(text, "float()")
        ending = {"array": "numpy()", "list": "tolist()", "float": "item()", "int": "item()"}
        return _called(text, ending[self.kind]) if self.kind in ending else text


@dataclass
class Group:
    """A tuple or a list of other nodes."""

    items: list[Node]
    is_tuple: bool

    def text(self, manner: Manner) -> str:
        """The items between brackets."""
        texts = [item.text(manner) for item in self.items]
        for place, item in enumerate(self.items):
            later = " ".join(texts[place + 1 :])
            if isinstance(item, Leaf) and re.search(rf"\b{item.argument}\b", later):
                texts[place] = f"({item.argument} := {texts[place]})"
        inside = ", ".join(texts)
        if not self.is_tuple:
            return f"[{inside}]"
        return f"({inside},)" if len(self.items) == 1 else f"({inside})"


@dataclass
class Repeated:
    """A list of drawn length, all of whose items are alike.

    Attributes:
        item: one of them.
        empty: whether it may be empty.
    """

    item: Node
    empty: bool

    def text(self, manner: Manner) -> str:
        """The comprehension that draws it."""
        length = f"rng.integers({0 if self.empty else 1}, 4)"
        return f"[{self.item.text(manner)} for _ in range({length})]"


Node = Fixed | ChosenLeaf | Leaf | Group | Repeated


def leaves(node: Node) -> Iterator[Leaf]:
    """The leaves of a tree, from left to right."""
    match node:
        case Leaf():
            yield node
        case Group(items=items):
            for item in items:
                yield from leaves(item)
        case Repeated(item=item):
            yield from leaves(item)


def _called(text: str, ending: str) -> str:
    """A method called on an expression."""
    simple = re.fullmatch(r"\w+\([^()]*(?:\([^()]*\)[^()]*)*\)(?:\.\w+\([^()]*\))*", text)
    return f"{text}.{ending}" if simple else f"({text}).{ending}"
