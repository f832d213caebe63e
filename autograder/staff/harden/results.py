"""What a search finds: candidates, changes that today's cases miss, and the cases to write."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograder.staff.harden import writing
from autograder.staff.harden.question import HardenedQuestion
from autograder.staff.harden.recipes import Recipe
from autograder.staff.mutants.mutant import Mutant
from autograder.staff.mutants.program import Program


class CannotHarden(Exception):
    """A question for which nothing can be drawn, with the reasons."""


@dataclass(frozen=True)
class Candidate:
    """A case that may be written.

    Attributes:
        key: the case's.
        part: where it belongs.
        recipe: how it is drawn.
        problem: why it cannot be kept; ``""`` where it can.
        noticed: faults with the number of the draw, each with the function that is asked.
    """

    key: str
    part: str
    recipe: Recipe
    problem: str = ""
    noticed: frozenset[tuple[str, int, int]] = frozenset()


@dataclass(frozen=True)
class Survivor:
    """A change of the reference that today's cases do not notice.

    Attributes:
        mutant: the change.
        difference: an input on which it differs, with both values; ``""`` where none was found.
        noticed: whether a candidate notices it.
    """

    mutant: Mutant
    difference: str
    noticed: bool


@dataclass
class SearchResult:
    """What the search found.

    Attributes:
        question: the question.
        program: the reference's modules.
        candidates: all cases that were tried.
        chosen: the cases to write, in the order of the file.
        mutants: all changes of the reference, without those that a verdict excuses.
        killed: of these, the places of those that some candidate notices in every draw.
        covered: the places of those that the chosen ones notice in every draw.
        different: the places of those that differ from the reference on some input that was drawn.
        survivors: what today's cases do not notice, where that was asked for.
        problems: what could not be drawn and what to do about it, in words.
        draws: how many draws each candidate was tried in.
        untried: how many changes there was no time for.
    """

    question: HardenedQuestion
    program: Program
    candidates: list[Candidate] = field(default_factory=list)
    chosen: list[Candidate] = field(default_factory=list)
    mutants: list[Mutant] = field(default_factory=list)
    killed: set[int] = field(default_factory=set)
    covered: set[int] = field(default_factory=set)
    different: set[int] = field(default_factory=set)
    survivors: list[Survivor] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    draws: int = 0
    untried: int = 0

    @property
    def text(self) -> str:
        """The file of hidden cases that is proposed."""
        return writing.module(self.question, [(one.part, one.recipe) for one in self.chosen])

    @property
    def needs_driver(self) -> bool:
        """Whether the file calls the driver for gradients."""
        return any(one.recipe.gradient for one in self.chosen)
