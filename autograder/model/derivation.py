"""Derivations that are checked line by line: what is asked, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from autograder.model.enums import Outcome


@dataclass(frozen=True, slots=True)
class DerivationLine:
    """One line of a student's derivation, judged.

    Attributes:
        typed: as it was typed.
        latex: as it was read; empty where it could not be.
        status: ``"holds"``, ``"false"``, ``"repeated"``, ``"cannot be read"`` or ``"not reached"``.
        explanation: sentences for the student, formulas between backticks; empty where it holds.
    """

    typed: str
    latex: str
    status: str
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class DerivationTask:
    """A derivation that a part asks for, to be handed in as a list of strings.

    Attributes:
        topic: the question that declares it.
        name: the student's function that returns the lines.
        title: what is derived.
        judge: takes what the function returned; whatever it is, gives the result.
        instead_of: functions of the part whose points the derivation may earn in their place.
    """

    topic: str
    name: str
    title: str
    judge: Callable[[Any], DerivationResult] = field(compare=False, repr=False)
    instead_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DerivationResult:
    """What became of a derivation.

    Attributes:
        name: the student's function.
        title: what is derived.
        outcome: ``PASSED`` where it is complete, ``WRONG`` where it is not; else why there are no lines.
        summary: the verdict on the whole, in a sentence.
        lines: one entry a line that was handed in.
        waypoints: each step that must be shown, and whether it is.
        share: which part of its points it earns, from 0 to 1.
        unfilled: whether the function is still as it was handed out.
        staff: our own traceback, where the fault is ours.
    """

    name: str
    title: str
    outcome: Outcome
    summary: str
    lines: tuple[DerivationLine, ...] = ()
    waypoints: tuple[tuple[str, bool], ...] = ()
    share: float = 0.0
    unfilled: bool = False
    staff: str = ""

    @property
    def attempted(self) -> bool:
        """Whether there is anything of the student's to look at."""
        return not self.unfilled and self.outcome not in (Outcome.MISSING, Outcome.SKIPPED)
