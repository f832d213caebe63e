"""Trees of the arguments that a public case gave, with what docstrings say of each."""

from __future__ import annotations

import itertools
import keyword
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import torch

from autograder.staff.harden import domains
from autograder.staff.harden.domains import BASE, DocumentedDomain
from autograder.staff.harden.trees import REST, ChosenLeaf, Fixed, Group, Leaf, Node, Repeated

_LIST_OF: Final = re.compile(r"list of \(([^)]*)\)")


class Undrawable(Exception):
    """An argument for which there is no text: a callable, an object."""


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
        if name in REST or name.isdigit():
            return name
        plain = re.sub(r"\W", "_", name)
        return f"{plain}_size" if plain in self.taken or keyword.iskeyword(plain) else plain

    def documented(self, argument: str, rank: int) -> tuple[str, ...]:
        """The axes of the first documented shape that fits an array of so many axes."""
        for shape in self.axes.get(argument, ()):
            if len(shape) == rank or (set(shape) & set(REST) and len(shape) <= rank + 1):
                return tuple(map(self.axis, shape))
        return ()

    def known(self) -> dict[str, str]:
        """The axes that may have a size in this call, by the names that docstrings give them."""
        every = [axis for shapes in self.axes.values() for shape in shapes for axis in shape]
        return {axis: self.axis(axis) for axis in every if axis.isidentifier()}


def build(value: Any, argument: str, name: str, context: Context) -> Node:
    """The tree of an argument.

    Args:
        value: what a public case passed.
        argument: the function's parameter; ``""`` for a driver's own argument.
        name: its name in the text.
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
        return Leaf(
            argument, "text", (), (DocumentedDomain("letters", {BASE: text}),), integer=True
        )
    return Fixed(f'"{value}"')


def _array(
    value: torch.Tensor | np.ndarray[Any, Any], argument: str, name: str, context: Context
) -> Node:
    shape, words = tuple(value.shape), context.words.get(argument, "")
    floating = torch.as_tensor(value).is_floating_point()
    axes = context.documented(argument, len(shape))
    if not axes and re.search(r"same shape|of that shape|shape of", words):
        axes = context.last
    if not axes or (not set(axes) & set(REST) and len(axes) != len(shape)):
        axes = tuple(_own(name, place, len(shape)) for place in range(len(shape)))
    options = _options(shape, axes, context) if not argument else ()
    if argument:
        context.last = axes
    if not set(axes) & set(REST):
        for axis, size in zip(axes, shape, strict=True):
            context.bound.setdefault(axis, size)
    square = len(axes) > 1 and axes[-1] == axes[-2]
    known = context.known()
    found = (
        domains.floats(words, square=square) if floating else domains.whole_numbers(words, known)
    )
    kind = "tensor" if isinstance(value, torch.Tensor) else "array"
    return Leaf(argument or name, kind, axes, found, options=options, integer=not floating)


def _number(value: float, argument: str, name: str, context: Context) -> Node:
    words = context.words.get(argument, "")
    known = context.known()
    if isinstance(value, int) and (
        not argument or domains.is_integer(words) or "number of" in words
    ):
        return Leaf(argument or name, "int", (), domains.whole_numbers(words, known), integer=True)
    if isinstance(value, int) and not words:
        return Leaf(argument or name, "int", (), domains.whole_numbers(words, known), integer=True)
    if isinstance(value, int) and not re.search(r"\ba number\b|\bnumber,", words):
        found = domains.whole_numbers(words, known)
        return Leaf(argument or name, "int", (), found, integer=True)
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
        return Leaf(argument or name, "list", axes, found, integer=whole)
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
