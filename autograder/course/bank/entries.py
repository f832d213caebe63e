"""What a manifest says, table by table, before it is held against the bank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.course.bank.tables import TomlTable
from autograder.model import Feedback, Limits, Permits, Visibility


@dataclass(frozen=True, slots=True)
class PartEntry:
    """One `[[question.part]]`; `model.Part` says what the values mean.

    Attributes:
        table: the place in the manifest, for errors that are found only in comparison with the bank.
        key: the part's name in the bank.
        number: the number shown, such as 1.2; by default, question and part are counted.
        title: the title shown; by default, the heading in the prompt.
        points: what the automatic part is worth.
        written: points for the written answer, which a person gives.
        cases: patterns on the names of the cases; by default, all cases of the part.
        bonus: whether the points come on top.
        feedback: what students read of hidden cases.
        visibility: when students see the entries of hidden cases.
        feedback_after: what students read of hidden cases after the due date; `none` for no more.
        figure: whether the written answer has a code cell for a figure.
        derivations: names of derivations of the topic that the part asks for.
        derivation_points: of the automatic part's points, those that the derivations carry.
        follows: functions of the topic whose mistakes are followed.
        follow_share: of a case's points that are given then.
        instead_of: by derivation, the functions whose points it may earn in their place.
    """

    table: TomlTable
    key: str
    number: str
    title: str
    points: float
    written: float
    cases: tuple[str, ...] | None
    bonus: bool
    feedback: Feedback
    visibility: Visibility
    feedback_after: Feedback
    figure: bool
    derivations: tuple[str, ...]
    derivation_points: float
    instead_of: Mapping[str, tuple[str, ...]]
    follows: tuple[str, ...] = ()
    follow_share: float = 1.0


@dataclass(frozen=True, slots=True)
class Defaults:
    """The `[feedback]` table: what holds for the parts that say nothing."""

    feedback: Feedback
    feedback_after: Feedback
    visibility: Visibility


@dataclass(frozen=True, slots=True)
class QuestionEntry:
    """One `[[question]]`: a folder of the bank, which parts of it, and what it asks not to use.

    Attributes:
        table: the place in the manifest, for errors that are found only in comparison with the bank.
        topic: the folder's name; ``bank/NAME`` in the file where another course's bank has it.
        parts: those that the manifest chooses, in its order.
        forbidden: what the question asks not to use.
        prompt: ``"NAME"`` where the folder's `prompt_NAME.md` is what the student reads; ``""`` where
            `prompt.md` is.
        bank: the bank that has the folder; empty where it is the course's own.
    """

    table: TomlTable
    topic: str
    parts: tuple[PartEntry, ...]
    forbidden: tuple[str, ...] = ()
    prompt: str = ""
    bank: str = ""


@dataclass(frozen=True, slots=True)
class BoardEntry:
    """The `[leaderboard]` table; `model.Leaderboard` says what the values mean."""

    table: TomlTable
    topic: str
    name: str
    ascending: bool


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest that is sound in itself; nothing of it has been held against the bank."""

    title: str
    limits: Limits
    permits: Permits
    questions: tuple[QuestionEntry, ...]
    leaderboard: BoardEntry | None = None
