"""What is graded: the assignment, its questions, their parts, their cases."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.model.derivation import DerivationTask
from autograder.model.enums import Feedback, Kind, Visibility
from autograder.model.points import IN_FULL, POINT_DIGITS, Shares, exact


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a submission may use; the manifest's `[limits]` table.

    Attributes:
        cell_seconds: wall-clock seconds for one cell or one module's import.
        call_seconds: wall-clock seconds for one call of a case.
        total_seconds: wall-clock seconds for the whole grading; what it does not reach is SKIPPED.
        memory_mb: resident memory of the student's processes, shared memory included.
        disk_mb: what the student's code may add to its work folder.
        output_kb: how much printed text of a run is kept; the rest is counted.
    """

    cell_seconds: float = 60.0
    call_seconds: float = 10.0
    total_seconds: float = 480.0
    memory_mb: int = 512
    disk_mb: int = 64
    output_kb: int = 64


@dataclass(frozen=True, slots=True)
class Permits:
    """What widens the cage for one assignment; the manifest's `[permits]` table. Default: nothing.

    Attributes:
        processes: whether the student's code may start processes (DataLoader workers).
        packages: import names beyond torch and numpy that the grading environment must have.
        files: files of the assignment that are laid into the student's work folder.
    """

    processes: bool = False
    packages: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


Kinds = Mapping[str, Kind]
"""The kinds of names that are not functions."""


@dataclass(frozen=True, slots=True)
class Case:
    """One Otter test case.

    Attributes:
        topic: the question it belongs to.
        part: the key of its part, the words before the colon in its name.
        name: what it shows, the words after the colon.
        hidden: whether it is kept from students.
        weight: its weight inside its part; 0 for a public case of form.
        parameters: the names of the student's namespace that it asks for.
        run: calls the case with a namespace from which its parameters are taken.
        reason: why a hidden case stands that catches no misconception; empty otherwise.
        kinds: of those of its parameters that are not functions.
    """

    topic: str
    part: str
    name: str
    hidden: bool
    weight: float
    parameters: tuple[str, ...]
    run: Callable[[Mapping[str, Any]], None] = field(compare=False, repr=False)
    reason: str = ""
    kinds: Kinds = field(default_factory=dict, compare=False)

    @property
    def functions(self) -> frozenset[str]:
        """The student's functions that it asks for."""
        return frozenset(self.parameters) - {"rng", "env"}

    @property
    def key(self) -> str:
        """A name that is unique in the bank: ``topic/part: name``, hidden ones marked."""
        return f"{self.topic}/{self.part}: {self.name}" + (" [hidden]" if self.hidden else "")

    @property
    def form(self) -> bool:
        """Whether it looks at the form of an answer only and earns nothing."""
        return not self.weight


def _weight(cases: Iterable[Case], shares: Shares = IN_FULL) -> float:
    return math.fsum(case.weight * shares.get(case.key, 1.0) for case in cases)


@dataclass(frozen=True, slots=True)
class Part:
    """What carries points: automatic, written, or both.

    Attributes:
        number: as the student reads it, such as ``"1.2"``.
        key: the name of the part in its question's folder.
        title: one line for tables and Gradescope.
        points: points of the automatic part.
        written: points that a person gives.
        cases: public and hidden cases; empty for a part that is only written.
        bonus: whether its points come on top of the assignment's total.
        figure: whether the written answer has a code cell whose figure a person looks at.
        derivations: what it asks to be derived line by line.
        derivation_points: which of the points they carry, in equal shares; the cases carry the others.
        follows: functions of the question that this part's may call: a case that is right but for the
            student's own one, which is wrong elsewhere, earns ``follow_share`` of its points.
        follow_share: above 0, at most 1.
        feedback: how much its hidden cases say.
        visibility: when its hidden cases are shown.
        feedback_after: how much they say after the due date, if that is more; ``NONE`` if not.
    """

    number: str
    key: str
    title: str
    points: float
    written: float
    cases: tuple[Case, ...]
    bonus: bool = False
    feedback: Feedback = Feedback.OUTCOME
    visibility: Visibility = Visibility.AFTER_PUBLISHED
    feedback_after: Feedback = Feedback.NONE
    figure: bool = False
    derivations: tuple[DerivationTask, ...] = ()
    derivation_points: float = 0.0
    follows: tuple[str, ...] = ()
    follow_share: float = 1.0

    @property
    def public(self) -> tuple[Case, ...]:
        """The cases that the student has."""
        return tuple(case for case in self.cases if not case.hidden)

    @property
    def hidden(self) -> tuple[Case, ...]:
        """The cases that the student does not have."""
        return tuple(case for case in self.cases if case.hidden)

    def share(self, *, hidden: bool) -> float:
        """The points that its hidden, or its public, cases carry together.

        Both are round: the public cases' share has at most two decimals, the hidden ones' is the rest.
        """
        points = self.points - self.derivation_points
        weights = {
            kind: _weight(case for case in self.cases if case.hidden is kind)
            for kind in (False, True)
        }
        total = sum(weights.values())
        if not weights[hidden]:
            return 0.0
        public = (
            points if not weights[True] else round(points * weights[False] / total, POINT_DIGITS)
        )
        return exact(points - public) if hidden else public

    def worth(self, cases: tuple[Case, ...], shares: Shares = IN_FULL) -> float:
        """The points that these cases of the part carry together: at most two decimals, unless all.

        Args:
            cases: of the part.
            shares: of the cases that count in part.
        """
        worth = 0.0
        for hidden in (False, True):
            group = _weight(case for case in self.cases if case.hidden is hidden)
            asked = _weight((case for case in cases if case.hidden is hidden), shares)
            share = self.share(hidden=hidden)
            worth += share if asked == group else round(share * asked / group, POINT_DIGITS)
        return exact(worth)

    @property
    def earns_by_derivation(self) -> bool:
        """Whether some of its points may be earned line by line."""
        return bool(self.derivation_points) or any(task.instead_of for task in self.derivations)


@dataclass(frozen=True, slots=True)
class Question:
    """One folder of the bank, as one assignment uses it.

    Attributes:
        topic: the folder's name.
        number: its place in the assignment, from 1.
        title: the first heading of the prompt.
        folder: where it lies.
        parts: in the order of the manifest.
        functions: the names that a student is asked for: those of the stub in its order, then those that
            return derivations.
        forbidden: what the question asks not to use, such as ``torch.nn.functional.kl_div``; staff read
            where it is used, and no point depends on it.
        prompt: the file of the folder that holds what the student reads.
        kinds: of those of the names that are not functions.
    """

    topic: str
    number: int
    title: str
    folder: Path
    parts: tuple[Part, ...]
    functions: tuple[str, ...]
    forbidden: tuple[str, ...] = ()
    prompt: str = "prompt.md"
    kinds: Kinds = field(default_factory=dict, compare=False)

    @property
    def course(self) -> Path:
        """The folder of the course that the question is from: the assignment's own, or a bank."""
        return self.folder.parents[2]


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """A board on which students compare a number; the manifest's `[leaderboard]` table.

    Attributes:
        name: what is measured, with its unit; the head of the column.
        ascending: whether the smallest value is the best.
        topic: the question whose folder says how it is measured.
        parameters: the names of the student's namespace that the measuring asks for.
        measure: takes a namespace from which its parameters are taken; returns the value.
    """

    name: str
    ascending: bool
    topic: str
    parameters: tuple[str, ...]
    measure: Callable[[Mapping[str, Any]], float] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Assignment:
    """A manifest, read and validated.

    Attributes:
        name: the manifest's file name without its extension.
        title: as the student reads it.
        questions: in the order of the manifest.
        limits: what a submission may use.
        permits: what widens the cage.
        manifest: the file it was read from.
        digest: hex SHA-256 of everything that can change a score.
        leaderboard: the board, where there is one.
        graded_with: of a student's copy, the versions that the work is graded with, by name.
    """

    name: str
    title: str
    questions: tuple[Question, ...]
    limits: Limits
    permits: Permits
    manifest: Path
    digest: str
    leaderboard: Leaderboard | None = None
    graded_with: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def parts(self) -> tuple[Part, ...]:
        """All parts, in order."""
        return tuple(part for question in self.questions for part in question.parts)

    @property
    def points(self) -> float:
        """The points that the program gives, bonus parts left out."""
        return sum(part.points for part in self.parts if not part.bonus)

    @property
    def functions(self) -> tuple[str, ...]:
        """Every name that a student is asked for, in order."""
        return tuple(name for question in self.questions for name in question.functions)

    @property
    def kinds(self) -> Kinds:
        """The kinds of those names that are not functions."""
        return {name: kind for one in self.questions for name, kind in one.kinds.items()}
