"""The arguments of a call as trees: what is constant, what is chosen, and the leaves that are drawn."""

from __future__ import annotations

import itertools
import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import torch

from autograder.staff.harden import domains
from autograder.staff.harden.domains import BASE, EMPTY, DocumentedDomain
from autograder.staff.harden.observed import NamedFunction

_REST: Final = ("...", "…")
_LIST_OF: Final = re.compile(r"list of \(([^)]*)\)")


class Undrawable(Exception):
    """An argument for which there is no text: a callable, an object."""


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
        whole: whether the numbers are whole.
        foreign: whether a driver takes it and the student's function does not.
        refused: the manners whose numbers the reference refuses; base numbers are drawn instead.
    """

    argument: str
    kind: str
    axes: tuple[str, ...]
    domains: tuple[DocumentedDomain, ...]
    place: int = 0
    options: tuple[tuple[str, ...], ...] = ()
    whole: bool = False
    foreign: bool = False
    refused: tuple[str, ...] = ()

    @property
    def domain(self) -> DocumentedDomain:
        """The one that is tried."""
        return self.domains[self.place]

    def sizes(self, manner: Manner) -> list[str]:
        """The texts of the sizes."""
        found: list[str] = []
        for axis in self.axes:
            found += manner.rest if axis in _REST else [axis]
        return found

    def text(self, manner: Manner) -> str:
        """The expression that draws them."""
        sizes = self.sizes(manner)
        values = BASE if manner.values in self.refused else manner.values
        if values == EMPTY and not self.axes:
            values = BASE  # a number has no lines that could be empty
        text = self.domain.text(values).format(s="".join(f", {size}" for size in sizes))
        if self.kind == "text":
            return text
        if manner.integers:
            text = text.removesuffix(".double()")
        if manner.single and not self.whole and self.kind in ("tensor", "array"):
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
        inside = ", ".join(item.text(manner) for item in self.items)
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


@dataclass
class Context:
    """What is known while the trees of one call are built.

    Attributes:
        words: the docstring's entry of each parameter.
        axes: the shapes that it documents, by parameter.
        taken: names that no axis may have.
        last: the axes of the argument before, for "of the same shape".
        bound: sizes that were seen, by the axis.
    """

    words: Mapping[str, str]
    axes: Mapping[str, Sequence[tuple[str, ...]]]
    taken: frozenset[str]
    last: tuple[str, ...] = ()
    bound: dict[str, int] = field(default_factory=dict)

    def axis(self, name: str) -> str:
        """A documented axis as the name of a variable."""
        if name in _REST or name.isdigit():
            return name
        plain = re.sub(r"\W", "_", name)
        return f"{plain}_size" if plain in self.taken or keyword.iskeyword(plain) else plain

    def documented(self, argument: str, rank: int) -> tuple[str, ...]:
        """The axes of the first documented shape that fits an array of so many axes."""
        for shape in self.axes.get(argument, ()):
            if len(shape) == rank or (set(shape) & set(_REST) and len(shape) <= rank + 1):
                return tuple(map(self.axis, shape))
        return ()

    def known(self) -> dict[str, str]:
        """The axes that may have a size in this call, by the names that docstrings give them."""
        every = [axis for shapes in self.axes.values() for shape in shapes for axis in shape]
        return {axis: self.axis(axis) for axis in every if axis.isidentifier()}


def build(value: Any, argument: str, name: str, context: Context) -> Node:
    """The tree of an argument.

    Args:
        value: as a public case gave it.
        argument: the parameter that it is, ``""`` where it is none of the function's.
        name: what it is called.
        context: see `Context`; learns from it.

    Raises:
        Undrawable: there is no text for it.
    """
    words = context.words.get(argument, "")
    if value is None or isinstance(value, bool):
        return (
            ChosenLeaf(name, ("True", "False")) if isinstance(value, bool) else Fixed(repr(value))
        )
    if isinstance(value, str):
        return _word(value, argument, name, words)
    if isinstance(value, torch.Tensor | np.ndarray):
        return _array(value, argument, name, context)
    if isinstance(value, int | float):
        return _number(value, argument, name, context)
    if isinstance(value, tuple | list):
        return _sequence(value, argument, name, context)
    raise Undrawable(f"{name} is {type(value).__name__}")


def _word(value: str, argument: str, name: str, words: str) -> Node:
    if argument and (among := domains.choices(words)):
        return ChosenLeaf(name, tuple(f'"{word}"' for word in among))
    if argument and (some := domains.letters(words)):
        text = f'"".join(rng.choice([*"{some}"], rng.integers(1, 4)))'
        return Leaf(argument, "text", (), (DocumentedDomain("letters", {BASE: text}),), whole=True)
    return Fixed(f'"{value}"')


def _array(
    value: torch.Tensor | np.ndarray[Any, Any], argument: str, name: str, context: Context
) -> Node:
    shape, words = tuple(value.shape), context.words.get(argument, "")
    floating = torch.as_tensor(value).is_floating_point()
    axes = context.documented(argument, len(shape))
    if not axes and re.search(r"same shape|of that shape|shape of", words):
        axes = context.last
    if not axes or (not set(axes) & set(_REST) and len(axes) != len(shape)):
        axes = tuple(_own(name, place, len(shape)) for place in range(len(shape)))
    options = _options(shape, axes, context) if not argument else ()
    if argument:
        context.last = axes
    if not set(axes) & set(_REST):
        for axis, size in zip(axes, shape, strict=True):
            context.bound.setdefault(axis, size)
    square = len(axes) > 1 and axes[-1] == axes[-2]
    known = context.known()
    found = (
        domains.floats(words, square=square) if floating else domains.whole_numbers(words, known)
    )
    kind = "tensor" if isinstance(value, torch.Tensor) else "array"
    return Leaf(argument or name, kind, axes, found, options=options, whole=not floating)


def _number(value: float, argument: str, name: str, context: Context) -> Node:
    words = context.words.get(argument, "")
    known = context.known()
    if isinstance(value, int) and (not argument or domains.is_whole(words) or "number of" in words):
        return Leaf(argument or name, "int", (), domains.whole_numbers(words, known), whole=True)
    if isinstance(value, int) and not words:
        return Leaf(argument or name, "int", (), domains.whole_numbers(words, known), whole=True)
    if isinstance(value, int) and not re.search(r"\ba number\b|\bnumber,", words):
        found = domains.whole_numbers(words, known)
        return Leaf(argument or name, "int", (), found, whole=True)
    return Leaf(argument or name, "float", (), domains.floats(words, square=False))


def _sequence(value: Sequence[Any], argument: str, name: str, context: Context) -> Node:
    words = context.words.get(argument, "")
    listed = _LIST_OF.search(words)
    if isinstance(value, list) and listed and value:
        names = [part.strip() for part in listed[1].split(",")]
        items = [
            build(item, part, part, context) for item, part in zip(value[0], names, strict=True)
        ]
        return Repeated(Group(items, isinstance(value[0], tuple)), "may be empty" in words)
    if isinstance(value, list) and value and all(_is_number(item) for item in value):
        known = context.known()
        whole = all(isinstance(item, int) for item in value)
        found = (
            domains.whole_numbers(words, known) if whole else domains.floats(words, square=False)
        )
        axes = context.documented(argument, 1)
        axes = axes if len(axes) == 1 else (_own(name, 0, 1),)
        return Leaf(argument or name, "list", axes, found, whole=whole)
    if isinstance(value, list) and not value:
        raise Undrawable(f"{name} is an empty list")
    return Group([build(item, argument, name, context) for item in value], isinstance(value, tuple))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _own(name: str, place: int, of: int) -> str:
    """An axis that no docstring names."""
    return f"n_{name}" if of == 1 else f"n_{name}_{place}"


def _options(
    shape: Sequence[int], axes: Sequence[str], context: Context
) -> tuple[tuple[str, ...], ...]:
    """Which axes of other arguments those of a driver's own argument may be: those of the same size."""
    each = [
        [*(other for other, seen in context.bound.items() if seen == size), axis]
        for axis, size in zip(axes, shape, strict=True)
    ]
    return tuple(itertools.product(*each))


def _called(text: str, ending: str) -> str:
    """A method called on an expression."""
    simple = re.fullmatch(r"\w+\([^()]*(?:\([^()]*\)[^()]*)*\)(?:\.\w+\([^()]*\))*", text)
    return f"{text}.{ending}" if simple else f"({text}).{ending}"


def is_name(item: Any) -> bool:
    """Whether an argument stands for a function of the student's."""
    return isinstance(item, NamedFunction)
