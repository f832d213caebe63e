"""The words of the class report: a class, its submissions, what is known of each. Nothing here reads."""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.model import Outcome


class State(enum.StrEnum):
    """How far the grading of one submission came."""

    GRADED = "graded"
    REFUSED = "nothing could be graded"
    UNFINISHED = "did not finish"
    GRADER_ERROR = "grader error"


@dataclass(frozen=True, slots=True)
class PartHeading:
    """A part as its entries in the results call it.

    Attributes:
        number: as the student reads it, such as ``"1.2"``.
        title: one line.
        possible: the points of its automatic part.
        bonus: whether they come on top.
    """

    number: str
    title: str
    possible: float
    bonus: bool = False


@dataclass(frozen=True, slots=True)
class GradedSubmission:
    """What is known of one submission.

    Attributes:
        id: unique in the class.
        file: what was handed in.
        users: ids of the submitters.
        names: the same people for a reader.
        state: how far its grading came.
        refused: why nothing could be graded, or ``""``.
        score: points, as far as they are known.
        seconds: wall-clock time of the grading.
        peak: most memory that its processes held together, in MB.
        note: the batch's note on it; may name files.
        earned: points by part; ``None`` where a part could not be judged through a fault of ours.
        outcomes: by the key of a case.
        diagnoses: misconceptions that explain the wrong value of a case, by the key of the case.
        fingerprints: a hash of the wrong value of a case, by the key of the case.
        digest: of the assignment that it was graded with.
    """

    id: str
    file: str
    users: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    state: State = State.GRADED
    refused: str = ""
    score: float | None = None
    seconds: float | None = None
    peak: float | None = None
    note: str = ""
    earned: Mapping[str, float | None] = field(default_factory=dict)
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    diagnoses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""

    @property
    def judged(self) -> bool:
        """Whether its score says something about the student."""
        return self.state is State.GRADED and self.score is not None


@dataclass(frozen=True, slots=True)
class BrokenResults:
    """A submission whose results cannot be used.

    Attributes:
        id: of the submission.
        file: what was handed in.
        why: without any path, so that it names nobody.
    """

    id: str
    file: str
    why: str


@dataclass(frozen=True, slots=True)
class Class:
    """A batch, read.

    Attributes:
        assignment: its name.
        title: as students read it.
        digest: of the assignment as the batch found it.
        harness: hash of the program that graded.
        started: as the batch wrote it down.
        parts: in the assignment's order.
        cases: the number of the part of each case, by the key of the case, in order.
        submissions: sorted by id.
        broken: those without results that can be used.
        diagnosed: whether the harness that graded named misconceptions at all.
        fingerprinted: whether it left hashes of wrong values.
        named: whether ids, files and people are the real ones.
    """

    assignment: str
    title: str = ""
    digest: str = ""
    harness: str = ""
    started: str = ""
    parts: tuple[PartHeading, ...] = ()
    cases: Mapping[str, str] = field(default_factory=dict)
    submissions: tuple[GradedSubmission, ...] = ()
    broken: tuple[BrokenResults, ...] = ()
    diagnosed: bool = False
    fingerprinted: bool = False
    named: bool = True

    @property
    def judged(self) -> tuple[GradedSubmission, ...]:
        """The submissions that statistics are about."""
        return tuple(one for one in self.submissions if one.judged)

    @property
    def possible(self) -> float:
        """The points of all parts, bonus parts left out."""
        return math.fsum(part.possible for part in self.parts if not part.bonus)
