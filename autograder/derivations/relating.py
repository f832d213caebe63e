"""Whether two values stand in a relation, and by how much they do not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import torch

from autograder.derivations import tree
from autograder.derivations.arithmetic import named
from autograder.derivations.errors import Unformed
from autograder.derivations.question import Derivation, is_special
from autograder.derivations.space import Value, broadcast, shape_of
from autograder.derivations.tree import Node

RELATIVE: Final = 1e-9
ABSOLUTE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Compared:
    """How two values compare.

    Attributes:
        violation: the greatest violation of the relation over its tolerance; above 1 it does not hold.
        difference: right minus left, entry by entry.
        place: index of the entry that violates the relation most.
    """

    violation: float
    difference: Value
    place: tuple[int, ...]

    @property
    def holds(self) -> bool:
        """Whether the relation holds."""
        return self.violation <= 1


def effective(derivation: Derivation, relation: str, index: int) -> str:
    """The relation that must hold on an instance: in the equality case a bound must be tight."""
    if relation in ("<=", ">=") and derivation.tight and is_special(index):
        return "="
    return relation


def fit(left: Node, left_value: Value, right: Node, right_value: Value) -> tuple[Value, Value]:
    """Both values with one shape of rows and columns: a literal 0 fits any.

    Raises:
        Unformed: one is a number, a column or a matrix of another size than the other.
    """
    if shape_of(left_value) != shape_of(right_value) and not (_zero(left) or _zero(right)):
        raise Unformed(f"this is {named(right_value)}, and it is compared with {named(left_value)}")
    return left_value, right_value


def compare(derivation: Derivation, left: Value, right: Value, relation: str) -> Compared:
    """Compare two values of one shape; axes are broadcast ("for every z").

    Args:
        derivation: says what ``~`` means.
        left: the value before the relation.
        right: the value after it.
        relation: ``left relation right``.
    """
    left, right = broadcast(left.detach(), right.detach())
    if not bool(torch.isfinite(left).all() and torch.isfinite(right).all()):
        bad = ~(torch.isfinite(left) & torch.isfinite(right))
        return Compared(math.inf, right - left, _greatest(bad.double()))
    difference = right - left
    scale = torch.maximum(left.abs(), right.abs())
    excess = difference
    if relation == "~" and derivation.up_to is not None:
        axis = derivation.axes.index(derivation.up_to.axis)
        if derivation.up_to.kind == "factor":
            if bool((left * right <= 0).any()):
                return Compared(math.inf, difference, _greatest((left * right <= 0).double()))
            excess = right.abs().log() - left.abs().log()
            scale = excess.abs() + 1
        excess = excess - excess.mean(axis, keepdim=True)
    bound = ABSOLUTE + RELATIVE * scale
    ratio = (excess if relation == "<=" else -excess if relation == ">=" else excess.abs()) / bound
    if relation in ("<=", ">="):
        ratio = -ratio  # left <= right is violated where right - left is negative
    return Compared(float(ratio.max()), difference, _greatest(ratio))


def _greatest(values: Value) -> tuple[int, ...]:
    place = int(values.flatten().argmax())
    return tuple(int(i) for i in torch.unravel_index(torch.tensor(place), values.shape))


def _zero(node: Node) -> bool:
    if node.head == tree.NEGATIVE:
        return _zero(node.args[0])
    return tree.is_number(node, 0.0)
