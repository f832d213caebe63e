r"""Formulas as text in the language itself, and as LaTeX."""

from __future__ import annotations

from typing import Final

from autograder.derivations import tree
from autograder.derivations.errors import Unformed, UnreadableLine
from autograder.derivations.evaluation import Evaluator
from autograder.derivations.operators import COMMON
from autograder.derivations.question import Derivation, Operator
from autograder.derivations.space import is_scalar
from autograder.derivations.tree import Node

_STRENGTH: Final = {
    tree.ADD: 1, tree.SUBTRACT: 1, tree.NEGATIVE: 2, tree.TIMES: 3, tree.OVER: 3, tree.MATMUL: 3,
    tree.POWER: 5, tree.TRANSPOSE: 6,
}  # fmt: skip
_ATOM = 7
_RELATIONS: Final = {"=": "=", "<=": r"\le", ">=": r"\ge", "~": r"\sim"}


def text(node: Node) -> str:
    """A formula as a student would type it, with no more brackets than needed."""
    return _text(node, 0)


def _text(node: Node, needed: int) -> str:
    """A formula, in brackets if it binds less strongly than needed."""
    *operators, first = tree.spine(node)
    around = [needed, *(_STRENGTH[one.head] for one in operators)]
    written = _bracketed(_alone(first), first, around.pop())
    for one in reversed(operators):
        right = _text(one.args[1], _STRENGTH[one.head] + 1)
        written = _bracketed(f"{written} {one.head} {right}", one, around.pop())
    return written


def _bracketed(written: str, node: Node, needed: int) -> str:
    return f"({written})" if _STRENGTH.get(node.head, _ATOM) < needed else written


def _alone(node: Node) -> str:
    """A formula that does not begin with a left operand."""
    args = node.args
    if node.head == tree.NUMBER:
        return f"{node.value:.15g}"
    if node.head == tree.GRAD:
        return f"grad({_text(args[0], 0)}, {node.name})"
    if node.head == tree.CALL:
        return f"{node.name}({', '.join(_text(arg, 0) for arg in args)})"
    if node.head == tree.NEGATIVE:
        return f"-{_text(args[0], 3)}"
    if node.head == tree.TRANSPOSE:
        return f"{_text(args[0], _STRENGTH[tree.TRANSPOSE])}.T"
    if node.head == tree.POWER:
        strength = _STRENGTH[tree.POWER]
        exponent = _text(args[1], 2 if args[1].head == tree.NEGATIVE else strength)
        return f"{_text(args[0], strength + 1)}**{exponent}"
    return node.name


def relation_latex(relation: str, derivation: Derivation) -> str:
    r"""A relation as LaTeX; ``~`` is ``\propto`` where it means "up to a factor"."""
    if relation == "~" and derivation.up_to and derivation.up_to.kind == "factor":
        return r"\propto"
    return _RELATIONS[relation]


def latex(node: Node, derivation: Derivation) -> str:
    """A formula as LaTeX."""
    return _Typesetter(derivation).formula(tree.rebuilt(node, _as_by_hand), 0)


def _as_by_hand(node: Node) -> Node:
    """A fraction as one writes it: ``a / b * c / d`` as two, ``-a / b`` with its minus before."""
    if node.head != tree.OVER:
        return node
    above, below = node.args
    if above.head == tree.NEGATIVE:
        return Node(tree.NEGATIVE, (Node(tree.OVER, (above.args[0], below)),))
    if above.head == tree.TIMES and _ends_with_a_fraction(above.args[0]):
        return Node(tree.TIMES, (above.args[0], Node(tree.OVER, (above.args[1], below))))
    return node


def _ends_with_a_fraction(node: Node) -> bool:
    if node.head in (tree.TIMES, tree.NEGATIVE):
        return _ends_with_a_fraction(node.args[-1])
    return node.head == tree.OVER


class _Typesetter:
    def __init__(self, derivation: Derivation) -> None:
        self._symbols = derivation.symbols
        self._operators = {**COMMON, **{one.name: one for one in derivation.operators}}
        self._derivation = derivation
        self._evaluator = Evaluator(derivation, derivation.draw(0))

    def formula(self, node: Node, needed: int) -> str:
        """A formula, in brackets if it binds less strongly than needed."""
        *operators, first = tree.spine(node)
        around = [needed, *map(self._needed_of_left, operators)]
        written = self._bracketed(self._written(first), first, around.pop())
        for one in reversed(operators):
            written = self._bracketed(self._behind(written, one), one, around.pop())
        return written

    def _bracketed(self, written: str, node: Node, needed: int) -> str:
        return rf"\left({written}\right)" if self._strength(node) < needed else written

    def _strength(self, node: Node) -> int:
        if _begins_with_minus(node) and node.head in (tree.TIMES, tree.MATMUL):
            return 2  # the minus stands before the whole product
        if node.head == tree.OVER:
            return 4  # a fraction bar holds together what stands in it
        return _STRENGTH.get(node.head, self._operator_strength(node))

    def _is_prefix(self, node: Node) -> bool:
        """Whether a node is an operator before an argument without brackets, such as a logarithm."""
        if node.head != tree.CALL or not self._operators[node.name].in_brackets:
            return False
        return not self._operators[node.name].latex.startswith("#")

    def _is_open(self, node: Node) -> bool:
        """Whether what is written behind a node would seem to be inside it."""
        if node.head in (tree.TIMES, tree.MATMUL, tree.NEGATIVE):
            return self._is_open(node.args[-1])
        infix = node.head == tree.CALL and self._operator_strength(node) == _STRENGTH[tree.TIMES]
        return infix or self._is_prefix(node)

    def _operator_strength(self, node: Node) -> int:
        if node.head == tree.CALL and self._operators[node.name].in_brackets:
            raised = self._operators[node.name].latex.startswith("#1^")
            return _STRENGTH[tree.POWER if raised else tree.TIMES]
        return 2 if node.head == tree.GRAD else _ATOM

    def _written(self, node: Node) -> str:
        """A formula that does not begin with a left operand."""
        head, args = node.head, node.args
        if head == tree.NUMBER:
            return _number(node.value)
        if head in (tree.SYMBOL, tree.AXIS):
            symbol = self._symbols.get(node.name)
            return symbol.latex if symbol else {"pi": r"\pi"}.get(node.name, _axis(node.name))
        if head == tree.CALL:
            return self._call(self._operators[node.name], args)
        if head == tree.GRAD:
            return rf"\nabla_{{{self._symbols[node.name].latex}}} {self.formula(args[0], 3)}"
        if head == tree.NEGATIVE:
            return f"-{self.formula(args[0], 3)}"
        if head == tree.TRANSPOSE:
            return f"{self._base(args[0])}^\\top"
        return f"{self._base(args[0])}^{{{self.formula(args[1], 0)}}}"

    def _needed_of_left(self, node: Node) -> int:
        """How strongly the left operand must bind to need no brackets."""
        head, left = node.head, node.args[0]
        if head == tree.OVER:
            return 0
        strength = self._strength(node)
        if head not in (tree.ADD, tree.SUBTRACT) and (
            self._is_open(left) or (head == tree.MATMUL and self._is_entrywise(left))
        ):
            # Otherwise the right operand would seem to be inside, or to belong to the last factor only.
            return _ATOM + 1
        return min(strength, 2) if _begins_with_minus(left) else strength

    def _behind(self, left: str, node: Node) -> str:
        """A left operand, already written, then an operator and its right operand."""
        head, args = node.head, node.args
        if head == tree.OVER:
            return rf"\frac{{{left}}}{{{self.formula(args[1], 0)}}}"
        is_sum = head in (tree.ADD, tree.SUBTRACT)
        if not is_sum and self._is_prefix(args[1]):
            right = self.formula(args[1], 0)
        else:
            needed = _ATOM if _begins_with_minus(args[1]) else self._strength(node) + 1
            right = self.formula(args[1], needed)
        sign = f" {head} " if is_sum else f" {self._product(head, args)} "
        return f"{left}{sign}{right}".replace("  ", " ")

    def _is_entrywise(self, node: Node) -> bool:
        return node.head == tree.TIMES and self._product(node.head, node.args) == r"\odot"

    def _product(self, head: str, args: tuple[Node, ...]) -> str:
        r"""Nothing between letters; ``\cdot`` before a digit; ``\odot`` where it may be entrywise."""
        if head == tree.MATMUL:
            return r"\,"
        if args[1].head == tree.NUMBER:
            return r"\cdot"
        if self._derivation.entrywise:
            try:
                scalar = any(is_scalar(self._evaluator.value(arg)) for arg in args)
            except (Unformed, UnreadableLine):
                scalar = True
            return r"\," if scalar else r"\odot"
        return r"\,"

    def _base(self, node: Node) -> str:
        """What carries a superscript: what has one already gets brackets, or LaTeX refuses it."""
        written = self.formula(node, _ATOM)
        bare = node.head in (tree.SYMBOL, tree.NUMBER) and "^" not in written
        call = node.head == tree.CALL and not written.startswith(r"\left(")
        if call or (node.head == tree.SYMBOL and not bare):
            return rf"\left({written}\right)"
        return f"{{{written}}}"

    def _call(self, operator: Operator, args: tuple[Node, ...]) -> str:
        written = operator.latex
        for place, arg in enumerate(args, start=1):
            alone = operator.in_brackets
            inner = self._base(arg) if operator.name == "inv" else self.formula(arg, 4 * alone)
            written = written.replace(f"#{place}", inner)
        return written


def _begins_with_minus(node: Node) -> bool:
    """Whether a formula is typeset with a minus before it."""
    while node.head in (tree.TIMES, tree.MATMUL):
        node = node.args[0]
    return node.head == tree.NEGATIVE


def _number(value: float) -> str:
    written = f"{value:.10g}"
    mantissa, _, exponent = written.partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa


def _axis(name: str) -> str:
    """An axis such as ``x1`` with its number below."""
    letters = name.rstrip("0123456789")
    digits = name[len(letters) :]
    return f"{letters}_{{{digits}}}" if digits and letters else rf"\mathrm{{{name}}}"
