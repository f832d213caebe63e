"""The value of a formula on one instance: a walk over its tree."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import torch

from autograder.derivations import arithmetic, tree
from autograder.derivations.errors import Unformed, UnreadableLine
from autograder.derivations.question import Derivation
from autograder.derivations.space import Instance, Value, is_scalar
from autograder.derivations.tree import Node

MAX_WORK: Final = 200_000
"""What the lines of an answer may cost on one instance; see `Budget`."""

_STEP = 100
_ENTRIES = 10
_PRODUCTS = 60
_CUBIC = ("inv", "det", "**", "@")


class Budget:
    """How much may be computed: a step costs 100, and more where values are large.

    A hundred are about 8 microseconds, whether spent on many small values or on few large ones.
    """

    def __init__(self, units: int) -> None:
        """Allow so much."""
        self.left = units

    def spend(self, node: Node, value: Value, inner: int) -> None:
        """Pay for a value that was computed.

        Args:
            node: what was computed.
            value: its value.
            inner: the number of columns of the first argument.

        Raises:
            UnreadableLine: more was computed than is allowed.
        """
        self.left -= _STEP + value.numel() // _ENTRIES
        if node.head in _CUBIC or node.name in _CUBIC:
            self.left -= value.numel() * inner // _PRODUCTS
        if self.left < 0:
            raise UnreadableLine("the derivation takes too much computing; shorten its lines")


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute on one thread: values are small, and threads that wait for each other cost more."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class Evaluator:
    """Computes values on one instance; a part that several lines share is computed once."""

    def __init__(
        self, derivation: Derivation, instance: Instance, budget: Budget | None = None
    ) -> None:
        """Evaluate on an instance of a derivation."""
        self._budget = budget or Budget(MAX_WORK)
        self._entrywise = derivation.entrywise
        self._instance = instance
        self._known: dict[Node, Value] = {}
        self._one = (1,) * (len(instance.space.names) + 2)

    def value(self, node: Node) -> Value:
        """The value of a formula.

        Raises:
            Unformed: its parts do not fit together.
            UnreadableLine: it uses the wrong sign for a product or quotient, or is too large.
        """
        known = self._known.get(node)
        if known is not None:
            return known
        unknown = []
        for one in tree.spine(node):
            if one in self._known:
                break
            unknown.append(one)
        for one in reversed(unknown):
            self._known[one] = self._computed(one)
        return self._known[node]

    def _computed(self, node: Node) -> Value:
        try:
            value = arithmetic.check_size(self._compute(node))
        except UnreadableLine as problem:
            if not problem.column:
                problem.column = node.column
            raise
        first = self._known.get(node.args[0]) if node.args else None
        self._budget.spend(node, value, 1 if first is None else first.shape[-1])
        return value

    def _compute(self, node: Node) -> Value:
        head = node.head
        if head == tree.NUMBER:
            return torch.full(self._one, node.value, dtype=torch.float64)
        if head == tree.SYMBOL:
            return self._symbol(node.name)
        if head == tree.NEGATIVE:
            return -self.value(node.args[0])
        if head == tree.TRANSPOSE:
            return arithmetic.transpose(self.value(node.args[0]))
        if head == tree.GRAD:
            return self._gradient(node)
        if head == tree.CALL:
            return self._call(node)
        left, right = map(self.value, node.args)
        if head in (tree.ADD, tree.SUBTRACT):
            if tree.is_zero(node.args[0]):
                left = torch.zeros_like(right)
            elif tree.is_zero(node.args[1]):
                right = torch.zeros_like(left)
        return arithmetic.BINARY[head](left, right, self._entrywise)

    def _symbol(self, name: str) -> Value:
        if name == "pi":
            return torch.full(self._one, math.pi, dtype=torch.float64)
        return self._instance.values[name]

    def _call(self, node: Node) -> Value:
        args = [arg.name if arg.head == tree.AXIS else self.value(arg) for arg in node.args]
        own = self._instance.functions.get(node.name)
        if own is not None:
            try:
                return own(*args)
            except RuntimeError as error:  # torch cannot combine these shapes
                shapes = " and ".join(
                    arithmetic.named(arg) for arg in args if not isinstance(arg, str)
                )
                raise Unformed(f"{node.name} cannot be formed of {shapes}") from error
        if node.name in arithmetic.NUMBERS:
            return arithmetic.of_number(node.name, self.value(node.args[0]), self._entrywise)
        return arithmetic.MATRICES[node.name](*args)

    def _gradient(self, node: Node) -> Value:
        """The derivative of the sum over all axes: for a table, the derivative at every place."""
        value, variable = self.value(node.args[0]), self._instance.values[node.name]
        if not is_scalar(value):
            raise Unformed(f"grad is taken of a number, not of {arithmetic.named(value)}")
        if not value.requires_grad:
            return torch.zeros_like(variable)
        (found,) = torch.autograd.grad(value.sum(), variable, retain_graph=True, allow_unused=True)
        return torch.zeros_like(variable) if found is None else found
