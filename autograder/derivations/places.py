"""Where in a line something is, in words that a student can follow."""

from __future__ import annotations

from typing import Final

from autograder.derivations import tree
from autograder.derivations.tree import Node, Path

_ORDINALS: Final = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
)  # fmt: skip
_SIDES: Final = ("left", "middle", "right")


def place(node: Node, path: Path) -> str:
    """The place of a path: the term of the outermost sum in which it lies, or ``""`` for no such sum.

    Args:
        node: the formula of a line.
        path: a place in it.

    Returns:
        Such as ``"in the second term inside E"``.
    """
    inside = ""
    here: Path = ()
    while True:
        found = list(tree.summands(tree.at(node, here), here))
        if len(found) > 1:
            for index, (_, start, _) in enumerate(found):
                if path[: len(start)] == start:
                    return f"in the {_ordinal(index)} term{inside}"
            return inside.strip()
        if len(here) == len(path):
            return inside.strip()
        one = tree.at(node, here)
        if one.head == tree.CALL:
            inside = f" inside {one.name}"
        here = path[: len(here) + 1]


def side(index: int, count: int) -> str:
    """Which side of an equation, in words."""
    if count == 2:
        return f"on the {_SIDES[2 * index]} side"
    return f"on the {_ordinal(index)} side"


def _ordinal(index: int) -> str:
    return _ORDINALS[index] if index < len(_ORDINALS) else f"{index + 1}th"
