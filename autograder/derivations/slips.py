"""Mechanical slips of the lines of a true derivation, and whether each is found at its line."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from autograder.derivations import edits
from autograder.derivations.errors import Unformed, UnreadableLine
from autograder.derivations.evaluation import Evaluator, one_thread
from autograder.derivations.judging import INSTANCES, judged
from autograder.derivations.lines import Answer, Line
from autograder.derivations.question import Derivation
from autograder.derivations.relating import compare, effective
from autograder.derivations.tree import Node

LOCATED: Final = 0.99
"""The share of slips that must be found at their line."""


class SlipOutcome(enum.StrEnum):
    """What becomes of a slip."""

    LOCATED = "found at its line"
    EQUAL = "equal in value"
    UNREADABLE = "cannot be read"
    UNSEEN = "changes the value and is not found at its line"


@dataclass(frozen=True, slots=True)
class Slip:
    """A line of a derivation, changed in one place.

    Attributes:
        line: as it is now.
        kind: what was changed.
        fate: what the judge makes of it.
    """

    line: Line
    kind: str
    fate: SlipOutcome


def located(fates: Mapping[SlipOutcome, int]) -> float:
    """The share of the slips that change a line's value and are found at that line."""
    found = fates[SlipOutcome.LOCATED]
    changed = found + fates[SlipOutcome.UNSEEN]
    return found / changed if changed else 1.0


def slipped(derivation: Derivation, answer: Answer) -> Iterator[Slip]:
    """Every mechanical slip of every line that is compared with another.

    Args:
        derivation: the question's.
        answer: a true derivation.
    """
    evaluators = [Evaluator(derivation, derivation.draw(index)) for index in range(INSTANCES)]
    before: Line | None = None
    with one_thread():
        for line in answer.steps:
            if before is not None or derivation.equations:
                for place, side in enumerate(line.sides):
                    for edit in edits.slips(side):
                        sides = (*line.sides[:place], edit.node, *line.sides[place + 1 :])
                        wrong = replace(line, sides=sides)
                        fate = _fate(derivation, evaluators, before, wrong, side, edit.node)
                        yield Slip(wrong, edit.kind, fate)
            before = line


def _fate(
    derivation: Derivation,
    evaluators: list[Evaluator],
    before: Line | None,
    wrong: Line,
    right: Node,
    changed: Node,
) -> SlipOutcome:
    same = True
    try:
        for index, evaluator in enumerate(evaluators):
            relation = effective(derivation, wrong.relation, index)
            found = judged(derivation, evaluator, before, wrong, relation)
            if not all(one.holds for one in found):
                return SlipOutcome.LOCATED
            exact = "~" if wrong.relation == "~" else "="
            values = evaluator.value(right), evaluator.value(changed)
            same = same and compare(derivation, *values, exact).holds
    except Unformed:
        return SlipOutcome.LOCATED
    except UnreadableLine:
        return SlipOutcome.UNREADABLE
    return SlipOutcome.EQUAL if same else SlipOutcome.UNSEEN
