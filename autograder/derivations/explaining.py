"""Why a line is false, in sentences for the student; each is true on instances that it was not chosen by.

The order: a known mistake; a relation; a quantity, a factor or a sign; a lost, doubled or turned term; a
single change that corrects the line, described by its kind and its place, or by the one of the two that all
likely changes agree on, and never as the line itself; that no such change was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import torch

from autograder.derivations import differences, edits, tree
from autograder.derivations.differences import Pair
from autograder.derivations.errors import Unformed, UnreadableLine
from autograder.derivations.evaluation import Evaluator
from autograder.derivations.lines import Line, read_line
from autograder.derivations.question import Derivation, is_special
from autograder.derivations.relating import Compared, compare, effective, fit
from autograder.derivations.repairing import repair
from autograder.derivations.samples import Samples
from autograder.derivations.space import Value, broadcast, shape_of
from autograder.derivations.tree import Node

_INSTANCES: Final = 20
_NOISE: Final = 1e-12


def explain(derivation: Derivation, steps: Sequence[Line], false: int, unformed: str = "") -> str:
    """Explain the first false line.

    Args:
        derivation: the question's.
        steps: the lines of the derivation, as they were read.
        false: the index of the false line.
        unformed: why its parts do not fit together, where they do not.

    Returns:
        Sentences, with formulas between backticks.
    """
    position = next(i for i, line in enumerate(steps) if line.index == false)
    line = steps[position]
    before = steps[position - 1] if position and not derivation.equations else None
    if unformed:
        return " ".join(filter(None, (_as_written(derivation, line), _sentence(unformed))))
    samples = Samples(derivation, line.relation)
    try:
        known = _authors_sentence(derivation, samples, before, line)
        found = list(_sentences(derivation, steps, position, samples, known=bool(known)))
    except (Unformed, UnreadableLine):
        return ""
    return " ".join(filter(None, (known, *map(_sentence, filter(None, found)))))


def _sentences(
    derivation: Derivation,
    steps: Sequence[Line],
    position: int,
    samples: Samples,
    *,
    known: bool,
) -> Iterator[str]:
    line = steps[position]
    before = steps[position - 1] if position and not derivation.equations else None
    if before is None and not derivation.equations:
        yield _no_value(f"line {line.index + 1}")
        return
    place_of_pair, pair = _pair(derivation, before, line)
    index, compared = _counterexample(derivation, pair, line.relation)
    if not bool(torch.isfinite(compared.difference).all()):
        yield _no_value(pair.right)
        return
    if effective(derivation, line.relation, index) != line.relation:
        yield (
            f"a bound must be an equality where {derivation.tight}, and there the two lines differ: "
            "the bound is weaker than it can be, or a term was lost"
        )
    yield _reason(derivation, samples, pair, line, place_of_pair, known=known)
    yield _values(derivation, pair, index, compared)
    if before is not None and position + 1 < len(steps):
        yield _right_again(samples, before, line, steps[position + 1])


def _pair(derivation: Derivation, before: Line | None, line: Line) -> tuple[int, Pair]:
    """The two formulas that should agree: of two lines, or of an equation's first two unequal sides."""
    if before is not None:
        numbers = f"line {before.index + 1}", f"line {line.index + 1}"
        return 0, Pair(before.formula, line.formula, *numbers)
    for index in range(_INSTANCES):
        evaluator = Evaluator(derivation, derivation.draw(index))
        for at, (left, right) in enumerate(zip(line.sides, line.sides[1:], strict=False)):
            if not _compared(derivation, evaluator, left, right, "=").holds:
                names = ("the left side", "the right side")
                if len(line.sides) > 2:
                    names = (f"side {at + 1}", f"side {at + 2}")
                return at, Pair(left, right, *names)
    raise Unformed("the sides agree")


def _compared(
    derivation: Derivation, evaluator: Evaluator, left: Node, right: Node, relation: str
) -> Compared:
    values = fit(left, evaluator.value(left), right, evaluator.value(right))
    return compare(derivation, *values, relation)


def _counterexample(derivation: Derivation, pair: Pair, relation: str) -> tuple[int, Compared]:
    """The first instance on which the relation fails: an ordinary one where there is one."""
    order = sorted(range(_INSTANCES), key=is_special)
    for index in order:
        strict = effective(derivation, relation, index)
        evaluator = Evaluator(derivation, derivation.draw(index))
        found = _compared(derivation, evaluator, pair.before, pair.after, strict)
        if not found.holds:
            return index, found
    raise Unformed("the lines agree")


def _as_written(derivation: Derivation, line: Line) -> str:
    """The sentence of the author's wrong line that this one is, letter by letter."""
    for wrong in derivation.wrong:
        if read_line(derivation, wrong.line).sides == line.sides:
            return wrong.sentence
    return ""


def _authors_sentence(
    derivation: Derivation, samples: Samples, before: Line | None, line: Line
) -> str:
    """The sentence of the author's wrong line that this one is in value."""
    for wrong in derivation.wrong:
        written = read_line(derivation, wrong.line)
        if before is None:
            if _same_equation(samples, written, line):
                return wrong.sentence
        elif samples.same(written.formula, line.formula):
            return wrong.sentence
        elif wrong.after and samples.exact == "=":
            start = read_line(derivation, wrong.after).formula
            step = Node(tree.SUBTRACT, (written.formula, start))
            if samples.same(Node(tree.ADD, (before.formula, step)), line.formula):
                return wrong.sentence
    return _as_written(derivation, line)


def _same_equation(samples: Samples, one: Line, other: Line) -> bool:
    """Whether two equations say the same: equal sides, or sides that differ by the same."""
    if len(one.sides) != 2 or len(other.sides) != 2:
        return False
    if all(samples.same(a, b) for a, b in zip(one.sides, other.sides, strict=True)):
        return True
    apart = [
        line.sides[0] if tree.is_number(line.sides[1], 0.0) else Node(tree.SUBTRACT, line.sides)
        for line in (one, other)
    ]
    return samples.same(*apart)


def _reason(
    derivation: Derivation, samples: Samples, pair: Pair, line: Line, at: int, *, known: bool
) -> str:
    first = [
        differences.relation(derivation, samples, pair),
        differences.axis(derivation, samples, pair),
        differences.sign_transpose_or_factor(derivation, samples, pair),
        differences.quantity(derivation, samples, pair),
    ]
    found = next(filter(None, first), "")
    if known:
        return found
    if first[0] and first[3]:  # what ~ would let pass may as well be a slip: say what it is
        return f"{first[3]}; {first[0]}"
    if not derivation.equations and not (first[0] or first[1]):
        lost = differences.summand(samples, pair)
        if lost and found:
            return f"{found}: {lost}"
        found = found or lost
    if found and found != first[3]:
        return found
    told = repair(derivation, samples, pair, line, at)
    # A sign is what makes twice a quantity; another repair adds nothing to it.
    sign = f": {edits.SIGN} " in told
    return f"{found}: {told}" if found and sign else found or told


def _right_again(samples: Samples, before: Line, line: Line, after: Line) -> str:
    relations = {line.relation, after.relation} - {"="}
    if len(relations) > 1:
        return ""
    joined = relations.pop() if relations else "="
    if not samples.related(before.formula, after.formula, joined):
        return ""
    return (
        f"line {after.index + 1} is right again: it follows from line {before.index + 1}, so only line "
        f"{line.index + 1} is wrong"
    )


def _values(derivation: Derivation, pair: Pair, index: int, compared: Compared) -> str:
    """Both values on one instance, at the entry where they differ most."""
    evaluator = Evaluator(derivation, derivation.draw(index))
    left, right = (evaluator.value(node).detach() for node in (pair.before, pair.after))
    left, right = broadcast(left, right)
    here = compared.place
    shown = [_digits(value, here) for value in (left, right, compared.difference)]
    entry = _entry(derivation, left, here)
    return (
        f"for example, on one random instance{entry}, {pair.left} is {shown[0]} and {pair.right} is "
        f"{shown[1]} (difference {shown[2]})"
    )


def _entry(derivation: Derivation, value: Value, here: tuple[int, ...]) -> str:
    words = [
        f"value {here[place] + 1} of {name}"
        for place, name in enumerate(derivation.axes)
        if value.shape[place] > 1
    ]
    rows, columns = shape_of(value)
    if columns > 1:
        words.append(f"row {here[-2] + 1} and column {here[-1] + 1}")
    elif rows > 1:
        words.append(f"entry {here[-2] + 1}")
    return f", at {', '.join(words)}" if words else ""


def _digits(value: Value, here: tuple[int, ...]) -> str:
    entry = float(value[here])
    return "0" if abs(entry) < _NOISE else f"{entry:.4g}"


def _no_value(name: str) -> str:
    return (
        f"{name} has no finite value on some instance: a logarithm or root of a negative number, a "
        "division by zero, or a matrix without an inverse"
    )


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:] + ("" if words.endswith(".") else ".")
