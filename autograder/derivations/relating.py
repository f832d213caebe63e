"""Whether two values stand in a relation, and by how much they do not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch

from autograder.derivations import tree
from autograder.derivations.arithmetic import named
from autograder.derivations.errors import Unformed
from autograder.derivations.question import Derivation, is_special
from autograder.derivations.space import Value, shape_of
from autograder.derivations.tree import Node

RELATIVE: Final = 1e-9
ABSOLUTE: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """How two values compare.

    Attributes:
        ratios: by how much each entry violates the relation, over its tolerance; above 1 it does not hold.
        difference: right minus left, entry by entry.
    """

    ratios: Value
    difference: Value

    @property
    def violation(self) -> float:
        """The greatest violation over its tolerance."""
        return float(self.ratios.max())

    @property
    def holds(self) -> bool:
        """Whether the relation holds."""
        return self.violation <= 1

    @property
    def place(self) -> tuple[int, ...]:
        """Index of the entry that violates the relation most."""
        index = np.unravel_index(int(self.ratios.argmax()), self.ratios.shape)
        return tuple(int(i) for i in index)


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
    if shape_of(left_value) != shape_of(right_value) and not (
        tree.is_zero(left) or tree.is_zero(right)
    ):
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
    left, right = left.detach(), right.detach()
    difference = right - left
    if not bool(torch.isfinite(difference).all()):
        return Compared(torch.where(torch.isfinite(difference), 0.0, math.inf), difference)
    scale = torch.maximum(left.abs(), right.abs())
    excess = difference
    if relation == "~" and derivation.up_to is not None:
        axis = derivation.axes.index(derivation.up_to.axis)
        if derivation.up_to.kind == "factor":
            apart = left * right <= 0
            if bool(apart.any()):
                return Compared(torch.where(apart, math.inf, 0.0), difference)
            excess = right.abs().log() - left.abs().log()
            scale = excess.abs() + 1
        excess = excess - excess.mean(axis, keepdim=True)
    if relation not in ("<=", ">="):
        excess = excess.abs()
    elif relation == "<=":  # violated where right is below left
        excess = -excess
    return Compared(excess / (ABSOLUTE + RELATIVE * scale), difference)
