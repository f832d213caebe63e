"""A call of a student's function whose arguments are trees: its text, and a draw of its arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from autograder.staff.harden.helpers import space_of_helpers
from autograder.staff.harden.observed import Judge
from autograder.staff.harden.trees import ChosenLeaf, Leaf, Manner, Node, leaves

ODD_SIZE: Final = "2 * int(rng.integers(3)) + 1"
_NONE: Final[Mapping[str, int]] = {}


@dataclass
class Template:
    """A call of a student's function whose arguments are trees.

    Attributes:
        function: the student's function.
        part: the part to which its cases belong.
        driver: the driver that calls it, from the question's `drivers.py`; ``None`` for a plain call.
        nodes: the arguments by name; ``None`` stands for the function itself.
        positional: how many of them are given by position.
        judge: how results are compared; ``None`` where a law says what is right.
        module: the name of the topic.
        parts_of_result: how many values a result has that are compared one by one; 0 where it is one value.
        equal: whether results are words or other values that are compared as they are.
        ones: the axes that may have the size 1.
        many: the axes that may have hundreds of entries.
        odd: the axes whose sizes must be odd; each is drawn by itself.
        rest: what may stand for ``...``.
        declared: arguments that the author's `inputs` gives.
        differentiable: the arguments in which gradients are compared.
        promised: whether the docstring says that the function is differentiable in them.
        public_sizes: sizes of the axes in the public cases.
        order: ``"ascending"`` or ``"descending"`` in the order of `axes`, ``"small"``, or nothing of these.
    """

    function: str
    part: str
    driver: Callable[..., Any] | None
    nodes: dict[str, Node | None]
    positional: int
    judge: Judge | None
    module: str
    parts_of_result: int = 0
    equal: bool = False
    ones: tuple[str, ...] = ()
    many: tuple[str, ...] = ()
    odd: tuple[str, ...] = ()
    rest: tuple[tuple[str, ...], ...] = (("H", "W"), ("length",), ())
    declared: tuple[str, ...] = ()
    differentiable: tuple[str, ...] = ()
    promised: bool = True
    public_sizes: Mapping[str, int] = field(default_factory=dict)
    order: str = ""

    @property
    def drawn(self) -> list[Leaf]:
        """All leaves."""
        return [leaf for node in self.nodes.values() if node for leaf in leaves(node)]

    @property
    def takes_function_first(self) -> bool:
        """Whether the student's function comes first, and everything is given by position."""
        return next(iter(self.nodes.values())) is None and self.positional == len(self.nodes)

    @property
    def has_rest(self) -> bool:
        """Whether some argument has any number of axes."""
        return any("..." in leaf.axes or "…" in leaf.axes for leaf in self.drawn)

    def axes(self, manner: Manner) -> list[str]:
        """The axes whose sizes are drawn, in the order of the arguments."""
        every = [size for leaf in self.drawn for size in leaf.sizes(manner)]
        return list(dict.fromkeys(axis for axis in every if not axis.isdigit()))

    def sizes_of(self, count: int) -> str:
        """The expression that draws so many sizes."""
        drawn = f"sizes(rng, {count})"
        if self.order == "small":
            return f"sizes(rng, {count}, among=3)"
        if not self.order or count < 2:
            return drawn
        return f"sorted({drawn})" if self.order == "ascending" else f"sorted({drawn}, reverse=True)"

    def draws(self, manner: Manner) -> Iterator[str]:
        """The lines that draw the arguments, once the sizes are drawn."""
        if self.declared:
            sizes = ", ".join(f'"{axis}": {axis}' for axis in self.axes(manner))
            yield f"given = inputs(rng, {{{sizes}}})"
        for name, node in self.nodes.items():
            if name in self.declared:
                yield f'{name} = given["{name}"]'
            elif node is not None and leaves_of(node):
                yield f"{name} = {node.text(manner)}"

    def chosen(self) -> list[ChosenLeaf]:
        """The arguments that run through words or truth values."""
        return [node for node in self.nodes.values() if isinstance(node, ChosenLeaf)]

    def call(self, function: str, manner: Manner, *, inside: str = "") -> str:
        """The text of the call.

        Args:
            function: how the student's function is written there.
            manner: see `Manner`.
            inside: what runs the driver, ``"via"`` or nothing.
        """
        given = []
        for place, (name, node) in enumerate(self.nodes.items()):
            drawn = node is not None and (leaves_of(node) or name in self.declared)
            value = function if node is None else name if drawn else node.text(manner)
            given.append(value if place < self.positional else f"{name}={value}")
        if self.driver is None:
            return f"{function}({', '.join(given)})"
        if inside:
            return f"{inside}({', '.join([self.driver.__name__, *given])})"
        return f"{self.driver.__name__}({', '.join(given)})"


def leaves_of(node: Node) -> list[Leaf]:
    """The leaves of a tree as a list."""
    return list(leaves(node))


def draw(
    one: Template,
    manner: Manner,
    rng: np.random.Generator,
    inputs: Callable[..., Mapping[str, Any]] | None = None,
    special: Mapping[str, int] = _NONE,
) -> dict[str, Any]:
    """Draw the arguments of a call as its case would.

    Args:
        one: the call.
        manner: how.
        rng: where from.
        inputs: what the author declares.
        special: axes whose sizes are not drawn.

    Returns:
        The arguments by name, without the student's function.
    """
    space = {**space_of_helpers(), "rng": rng, "inputs": inputs}
    axes = [axis for axis in one.axes(manner) if axis not in one.odd]
    drawn = eval(one.sizes_of(len(axes)), space)  # noqa: S307 - our own text
    for axis, size in zip(axes, drawn, strict=True):
        space[axis] = special.get(axis, size)
    for axis in one.odd:
        space[axis] = eval(ODD_SIZE, space)  # noqa: S307 - our own text
    exec("\n".join(one.draws(manner)), space)  # noqa: S102 - our own text
    return {
        name: space[name]
        if leaves_of(node) or name in one.declared
        else eval(node.text(manner) if not isinstance(node, ChosenLeaf) else node.among[0], space)  # noqa: S307 - our own text
        for name, node in one.nodes.items()
        if node is not None
    }
