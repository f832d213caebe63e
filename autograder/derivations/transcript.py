"""A judged derivation as the rest of the program shows it: each line as it was read, and its verdict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from autograder.derivations.judging import INSTANCES, check
from autograder.derivations.lines import MAX_LINES, Line, read_answer
from autograder.derivations.question import Derivation
from autograder.derivations.verdict import DerivationVerdict, LineStatus
from autograder.derivations.writing import latex, relation_latex
from autograder.model import DerivationLine, DerivationResult, Outcome

UNREADABLE: Final = "cannot be read"

_NO_PROOF = "This is not a proof: a person judges whether each step is justified."
_LONGEST = 2_000


def judged(derivation: Derivation, lines: Any) -> DerivationResult:
    """Judge what a student's function returned.

    Args:
        derivation: the question's.
        lines: a list of strings, or anything else.

    Returns:
        The result; whatever was handed in, nothing is raised.
    """
    verdict = check(derivation, lines)
    name = derivation.name.partition(".")[2]
    return DerivationResult(
        name=name,
        title=derivation.title,
        outcome=Outcome.PASSED if verdict.complete else Outcome.WRONG,
        summary=_summary(derivation, verdict),
        lines=tuple(_lines(derivation, lines, verdict)),
        waypoints=tuple(
            (waypoint.sentence, shown)
            for waypoint, shown in zip(derivation.waypoints, verdict.waypoints, strict=True)
        ),
        share=verdict.share,
    )


def _summary(derivation: Derivation, verdict: DerivationVerdict) -> str:
    false, refused = verdict.first_false, verdict.refused
    if false is not None:
        after = "" if false + 1 == len(verdict.lines) else " The lines after it were not judged."
        if derivation.equations:
            return f"Line {false + 1} is false.{after}"
        return f"Line {false + 1} is the first false line: it does not follow from the one before.{after}"
    if refused is not None:
        if not verdict.lines:
            return refused[1]
        return (
            f"Line {refused[0] + 1} cannot be read. Only the notation is wrong; the mathematics of that "
            "line has not been checked yet."
        )
    if not verdict.ends:
        return (
            "No line is false, but the derivation must begin and end with the given lines: "
            f"`{derivation.first}` and `{derivation.last}`."
        )
    agree = f"Every line agrees with the one before on {INSTANCES} random instances"
    if derivation.equations:
        agree = f"Every line is true on {INSTANCES} random instances"
    if not all(verdict.waypoints):
        return f"{agree}. A step is still missing."
    if not verdict.waypoints:
        return (
            f"{agree}. Whether every step is shown is checked when your work is graded. {_NO_PROOF}"
        )
    return f"{agree}, and every step is shown. {_NO_PROOF}"


def _lines(
    derivation: Derivation, lines: Any, verdict: DerivationVerdict
) -> Iterator[DerivationLine]:
    answer = read_answer(derivation, lines)
    read = {line.index: line for line in answer.lines}
    for index, found in enumerate(verdict.lines[: MAX_LINES + 1]):
        line = lines[index]
        typed = line if isinstance(line, str) else f"({type(line).__name__}, not a string)"
        status = str(found.status)
        if verdict.refused is not None and index == verdict.refused[0]:
            status = UNREADABLE
        elif found.status is LineStatus.NOT_REACHED and index in read:
            read.pop(index)  # nobody has looked at it: it is shown as it was typed
        known = read.get(index)
        shown = "" if known is None else typeset(derivation, known)
        yield DerivationLine(typed[:_LONGEST], shown, status, found.explanation)


def typeset(derivation: Derivation, line: Line) -> str:
    """A line as LaTeX, with its relation."""
    sides = [latex(side, derivation) for side in line.sides]
    if line.let:
        name = line.let.replace("_", r"\_")
        return rf"\mathrm{{{name}}} := {sides[0]}"
    if derivation.equations:
        return f" {relation_latex(line.relation, derivation)} ".join(sides)
    if not line.relation:
        return sides[0]
    return f"{relation_latex(line.relation, derivation)} {sides[0]}"
