"""The verdict on a derivation: each line held against the one before, on random instances."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

from autograder.derivations.ends import are_the_ends
from autograder.derivations.errors import Unformed, UnreadableLine
from autograder.derivations.evaluation import Evaluator, one_thread
from autograder.derivations.explaining import explain
from autograder.derivations.lines import MAX_LINES, Answer, Line, read_answer, read_line
from autograder.derivations.question import Derivation
from autograder.derivations.relating import Compared, compare, effective, fit
from autograder.derivations.verdict import DerivationVerdict, LineStatus, LineVerdict
from autograder.derivations.waypoints import reached

INSTANCES: Final = 20


def check(
    derivation: Derivation,
    lines: Any,
    *,
    instances: int = INSTANCES,
    stream: str = "judged",
    explained: bool = True,
) -> DerivationVerdict:
    """Judge a derivation.

    Args:
        derivation: the question's.
        lines: what the student's function returned: a list of strings, or anything else.
        instances: how many random instances each line must hold on.
        stream: which row of instances.
        explained: whether the first false line is explained.

    Returns:
        The verdict; whatever was handed in, nothing is raised.
    """
    with one_thread():
        return _check(derivation, lines, instances, stream, explained=explained)


def _check(
    derivation: Derivation, lines: Any, instances: int, stream: str, *, explained: bool
) -> DerivationVerdict:
    answer = read_answer(derivation, lines)
    trial = _Trial(derivation, answer.lines)
    for index in range(instances):
        trial.run(index, stream)
    refused = min(
        (found for found in (answer.refused, trial.refused) if found), default=None, key=_index
    )
    limit = answer.count if refused is None else refused[0]
    false = trial.false if trial.false is not None and trial.false < limit else None
    why = ""
    if false is not None and explained:
        why = explain(derivation, answer.steps, false, trial.reason)
    stop = limit if false is None else false
    sound = [line for line in answer.steps if line.index < stop]
    ends = read_line(derivation, derivation.first), read_line(derivation, derivation.last)
    return DerivationVerdict(
        first_false=false,
        refused=None if refused is None else (refused[0], _unreadable(refused)),
        ends=refused is None and are_the_ends(derivation, answer.steps),
        waypoints=reached(derivation, sound, ends),
        lines=tuple(_verdicts(answer, false, why, refused)),
    )


class _Trial:
    """The lines of an answer, run on one instance after the other.

    Attributes:
        false: index of the first false line so far.
        reason: why, where its parts do not fit together.
        refused: index of the first line that turned out unreadable when it was computed, and why.
    """

    def __init__(self, derivation: Derivation, lines: Sequence[Line]) -> None:
        self._derivation = derivation
        self._lines = lines
        self.false: int | None = None
        self.reason = ""
        self.refused: tuple[int, UnreadableLine] | None = None

    def run(self, index: int, stream: str) -> None:
        """Judge the lines before the first false one; on the first instance, compute all of them."""
        evaluator = Evaluator(self._derivation, self._derivation.draw(index, stream))
        before: Line | None = None
        for line in self._lines:
            if self.false is not None and line.index >= self.false and index:
                return
            try:
                for side in line.sides:
                    evaluator.value(side)
                if not line.let and (self.false is None or line.index < self.false):
                    self._judge(evaluator, before, line, index)
            except Unformed as problem:
                if not line.let:  # the line that uses the abbreviation will say so
                    self._mark(line, problem.message)
            except UnreadableLine as problem:
                self.refused = line.index, problem
                self._lines = [step for step in self._lines if step.index < line.index]
                return
            if not line.let:
                before = line

    def _judge(self, evaluator: Evaluator, before: Line | None, line: Line, index: int) -> None:
        derivation = self._derivation
        if before is None and not derivation.equations:
            value = evaluator.value(line.formula)
            if not compare(derivation, value, value, "=").holds:
                self._mark(line, "")
            return
        if line.relation not in derivation.relations:
            allowed = " ".join(derivation.relations)
            raise Unformed(f"{line.relation} is not a relation of this question; it has {allowed}")
        relation = effective(derivation, line.relation, index)
        if not all(found.holds for found in judged(derivation, evaluator, before, line, relation)):
            self._mark(line, "")

    def _mark(self, line: Line, reason: str) -> None:
        if self.false is None or line.index < self.false:
            self.false, self.reason = line.index, reason


def judged(
    derivation: Derivation,
    evaluator: Evaluator,
    before: Line | None,
    line: Line,
    relation: str,
) -> list[Compared]:
    """How a line compares with the line before it, or an equation's sides with each other.

    Raises:
        Unformed: the values have different shapes, or cannot be formed.
        UnreadableLine: a line uses the wrong sign for a product or quotient.
    """
    sides = line.sides if before is None or derivation.equations else (before.formula, line.formula)
    found = []
    for left, right in pairwise(sides):
        values = fit(left, evaluator.value(left), right, evaluator.value(right))
        found.append(compare(derivation, *values, relation))
    return found


def _verdicts(
    answer: Answer, false: int | None, why: str, refused: tuple[int, UnreadableLine] | None
) -> list[LineVerdict]:
    stop = answer.count if refused is None else refused[0]
    found = []
    seen: dict[tuple[Any, ...], int] = {}
    read = min(answer.count, MAX_LINES + 1)
    for index in range(read):
        if false is not None and index == false:
            found.append(LineVerdict(LineStatus.FALSE, why))
        elif refused is not None and index == refused[0]:
            found.append(LineVerdict(LineStatus.NOT_REACHED, _unreadable(refused)))
        elif index > stop or (false is not None and index > false):
            found.append(LineVerdict(LineStatus.NOT_REACHED))
        else:
            line = answer.lines[index]
            earlier = None if line.let else seen.get(line.sides)
            if earlier is None:
                seen.setdefault(line.sides, index)
                found.append(LineVerdict(LineStatus.HOLDS))
            else:
                said = f"This repeats line {earlier + 1} and shows nothing new."
                found.append(LineVerdict(LineStatus.REPEATED, said))
    return found + [LineVerdict(LineStatus.NOT_REACHED)] * (answer.count - read)


def _index(refused: tuple[int, UnreadableLine]) -> int:
    return refused[0]


def _unreadable(refused: tuple[int, UnreadableLine]) -> str:
    index, problem = refused
    place = f"line {index + 1}" + (f", column {problem.column}" if problem.column else "")
    return f"Cannot be read: {place}: {problem.message}."
