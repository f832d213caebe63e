"""What the difference between two formulas is: a quantity of the question, a factor, a sign, a lost term.

Each function takes the formula that should have been kept (`before`) and the one that stands there
(`after`), and returns a sentence's middle, or ``""`` where nothing fits on every instance.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import torch

from autograder.derivations import edits, tree
from autograder.derivations.errors import Unformed, UnreadableLine
from autograder.derivations.lines import read_formula
from autograder.derivations.question import Derivation
from autograder.derivations.samples import Samples
from autograder.derivations.space import broadcast, is_scalar
from autograder.derivations.tree import Node, Path
from autograder.derivations.writing import text

_MULTIPLES: Final = ((1.0, ""), (2.0, "twice "), (0.5, "half of "))
_CONSTANTS: Final = ("1", "log(2)", "log(2 * pi) / 2")
_LARGEST = 10  # whole factors that are named
_WHOLE = 1e-9
_MOST_REBUILT = 60_000  # nodes, of all formulas that are built to find a lost term
_SMALLEST = 1e-6  # a factor below is the noise of something that is 0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two formulas that should agree and do not, and what they are called.

    Attributes:
        before: what should have been kept.
        after: what stands there.
        left: the name of the first, such as ``"line 3"``.
        right: the name of the second.
    """

    before: Node
    after: Node
    left: str
    right: str


def relation(derivation: Derivation, samples: Samples, pair: Pair) -> str:
    """Another relation that does hold."""
    wanted, known = samples.relation, derivation.relations
    if wanted == "=":
        if "~" in known and samples.related(pair.before, pair.after, "~") and derivation.up_to:
            up_to = derivation.up_to
            return (
                f"{pair.right} equals {pair.left} only up to a {up_to.kind} that does not depend on "
                f"{up_to.axis}: put it right, or begin the line with ~"
            )
        for bound in ("<=", ">="):
            if bound in known and samples.related(pair.before, pair.after, bound):
                return f"only {pair.left} {bound} {pair.right} is true: begin the line with {bound}"
    opposite = {"<=": ">=", ">=": "<="}.get(wanted, "")
    if opposite and samples.related(pair.before, pair.after, opposite):
        return f"the inequality holds the other way round: {pair.left} {opposite} {pair.right}"
    return ""


def axis(derivation: Derivation, samples: Samples, pair: Pair) -> str:
    """An axis on which one side depends and the other does not."""
    names = derivation.axes
    before, after = (
        {
            name
            for place, name in enumerate(names)
            if any(_varies(one.value(node), place) for one in samples.evaluators)
        }
        for node in (pair.before, pair.after)
    )
    bound = derivation.up_to.axis if derivation.up_to else ""
    more = [name for name in names if name in after - before and name != bound]
    if more:
        return (
            f"{pair.right} depends on {' and '.join(more)}, and {pair.left} does not: a sum or an "
            "expectation is missing"
        )
    return ""


def sign_transpose_or_factor(derivation: Derivation, samples: Samples, pair: Pair) -> str:
    """A sign, a transpose or a constant factor of everything."""
    before, after = pair.before, pair.after
    zero = tree.number(0.0)
    if samples.exact == "=" and not tree.is_number(after, 0.0) and samples.same(zero, after):
        return f"{pair.right} is always 0, and {pair.left} is not"
    if samples.exact == "=" and samples.same(Node(tree.NEGATIVE, (before,)), after):
        return f"{pair.right} is {pair.left} with the opposite sign"
    scalar = is_scalar(samples.first.value(before))
    if not scalar and samples.same(Node(tree.TRANSPOSE, (before,)), after):
        return f"{pair.right} is the transpose of {pair.left}"
    if samples.exact == "~" and derivation.up_to and derivation.up_to.kind == "factor":
        return ""
    ratio = _ratio(samples, before, after)
    if ratio is not None and samples.same(Node(tree.TIMES, (tree.number(ratio), before)), after):
        shown = _named_ratio(ratio)
        verb = "is" if samples.exact == "=" else "is, up to what ~ allows,"
        return f"{pair.right} {verb} {pair.left} {shown}"
    return ""


def quantity(derivation: Derivation, samples: Samples, pair: Pair) -> str:
    """A quantity of the question by which the two differ, as a term or as a factor."""
    before, after = pair.before, pair.after
    constants = [read_formula(derivation, written) for written in _CONSTANTS]
    for node in (*_quantities(derivation), *constants):
        for multiple, word in _MULTIPLES:
            size = node if multiple == 1 else Node(tree.TIMES, (tree.number(multiple), node))
            for head in (tree.ADD, tree.SUBTRACT):
                if samples.same(Node(head, (before, size)), after):
                    return _by(samples, pair, node, word, plus=head == tree.ADD)
        if node in constants or not _scalar(samples, node):
            continue
        for head, verb in ((tree.TIMES, "times"), (tree.OVER, "divided by")):
            if samples.same(Node(head, (before, node)), after):
                return f"{pair.right} is {pair.left} {verb} `{text(node)}`"
    return ""


def summand(samples: Samples, pair: Pair) -> str:
    """A term or factor of the line before that was lost, doubled or flipped, if there is just one."""
    before, after = pair.before, pair.after
    found: dict[Path, str] = {}
    nodes_left = _MOST_REBUILT
    for path, term in edits.terms(before):
        nodes_left -= 3 * len(path)
        if nodes_left < 0 or samples.exhausted:
            return ""
        if not path or tree.is_number(term, 0.0):
            continue
        if any(path[: len(outer)] == outer for outer in found):
            continue  # what is inside a term that was lost was lost with it
        shown = f"`{text(term)}` of {pair.left}"
        if samples.same(edits.without(before, path), after):
            found[path] = f"the term {shown} is missing in {pair.right}"
        elif samples.same(edits.doubled(before, path), after):
            found[path] = f"the term {shown} counts twice in {pair.right}"
        elif samples.same(edits.flipped(before, path), after):
            found[path] = f"the term {shown} has the opposite sign in {pair.right}"
    told = set(found.values())
    for lost, path, kept in _lost_factors(before):
        nodes_left -= len(path)
        if nodes_left < 0 or samples.exhausted:
            return ""
        if samples.same(tree.replaced(before, path, kept), after):
            told.add(f"the factor `{text(lost)}` of {pair.left} is missing in {pair.right}")
    return told.pop() if len(told) == 1 else ""


def _by(samples: Samples, pair: Pair, node: Node, word: str, *, plus: bool) -> str:
    shown = f"{word}`{text(node)}`"
    if samples.exact == "~":
        verb = "plus" if plus else "minus"
        return f"up to what ~ allows, {pair.right} is {pair.left} {verb} {shown}"
    if is_scalar(samples.first.value(node)) and samples.positive(node):
        verb = "larger" if plus else "smaller"
        return f"{pair.right} is {verb} than {pair.left} by exactly {shown}"
    verb = "plus" if plus else "minus"
    return f"{pair.right} is exactly {pair.left} {verb} {shown}"


def _quantities(derivation: Derivation) -> Iterator[Node]:
    """The author's, then the plain symbols."""
    for written in derivation.quantities:
        yield read_formula(derivation, written)
    for name in derivation.symbols:
        yield Node(tree.SYMBOL, name=name)


def _scalar(samples: Samples, node: Node) -> bool:
    return is_scalar(samples.first.value(node))


def _varies(value: torch.Tensor, place: int) -> bool:
    if value.shape[place] == 1:
        return False
    spread = value.amax(place) - value.amin(place)
    return bool((spread > 1e-9 * (1 + value.abs().amax(place))).any())


def _ratio(samples: Samples, before: Node, after: Node) -> float | None:
    """After over before where before is largest; ``None`` where there is no such number."""
    try:
        left, right = (samples.first.value(node).detach() for node in (before, after))
        left, right = broadcast(left, right)
    except (Unformed, UnreadableLine, RuntimeError):
        return None
    if samples.exact == "~":
        return None
    place = int(left.abs().flatten().argmax())
    below = float(left.flatten()[place])
    value = float(right.flatten()[place]) / below if below else math.inf
    return value if math.isfinite(value) and _SMALLEST < abs(value) < 1 / _SMALLEST else None


def _named_ratio(ratio: float) -> str:
    """A constant factor in words: whole numbers, their inverses, powers of 2π, else digits."""
    for inverse, value in ((False, ratio), (True, 1 / ratio)):
        verb = "divided by" if inverse else "times"
        if abs(value - round(value)) < _WHOLE * abs(value) and 1 < abs(value) <= _LARGEST:
            return f"{verb} {round(value)}"
        steps = 2 * math.log(abs(value)) / math.log(2 * math.pi)
        if value > 0 and abs(steps - round(steps)) < _WHOLE and 0 < round(steps) <= _LARGEST:
            power = {1: "`sqrt(2 * pi)`", 2: "`2 * pi`"}.get(
                round(steps), f"`(2 * pi)**({round(steps)} / 2)`"
            )
            return f"{verb} {power}"
    return f"times {ratio:.6g}"


def _lost_factors(node: Node) -> Iterator[tuple[Node, Path, Node]]:
    """Each factor of a formula, where its product is, and what is left of the product without it."""
    for path, one in tree.walk(node):
        if one.head in (tree.TIMES, tree.MATMUL):
            for lost, kept in ((0, 1), (1, 0)):
                yield one.args[lost], path, one.args[kept]
        elif one.head == tree.OVER:
            yield one.args[1], path, one.args[0]
