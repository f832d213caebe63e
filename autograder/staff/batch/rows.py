"""The rows of a batch: what is known of an assignment, of its submissions and of the people behind them.

They are read from the `batch.json` of a graded class by `table.read_table`, for `insight`, `gradebook`
and `compare`.
"""

from __future__ import annotations

import enum
import json
import math
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Self

from autograder.staff.json_values import Data, finite, mapping, text, texts


class RowStatus(enum.StrEnum):
    """How far the grading of a submission came."""

    GRADED = "graded"
    REFUSED = "refused"
    UNFINISHED = "unfinished"
    ERROR = "error"
    NOT_GRADED = "not graded"

    @property
    def is_grader_fault(self) -> bool:
        """Whether the score says nothing about the student, through no fault of the student's."""
        return self in (RowStatus.UNFINISHED, RowStatus.ERROR, RowStatus.NOT_GRADED)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who handed in, as far as an export says; empty where it does not.

    Attributes:
        number: the student's number, or the course system's own id.
        name: as the export writes it.
        email: the address.
        section: the section, or several with commas between them.
    """

    number: str = ""
    name: str = ""
    email: str = ""
    section: str = ""

    @property
    def handle(self) -> str:
        """What tells the person from others: the number, else the address, else the name."""
        return self.number or self.email or self.name


@dataclass(frozen=True, slots=True)
class Row:
    """One submission in the table of a class.

    Attributes:
        id: unique in the class, and the name of its folder of results.
        file: what was handed in.
        users: what hidden inputs are drawn for; see `collect.Entry`.
        people: who handed in; empty where only files are known.
        created: when, as the export says it; empty where it does not.
        late: whether the export marks it as late.
        status: how far the grading came.
        score: points, rounded to five digits.
        parts: points by the number of the part.
        outcomes: how many cases ended how, by the number of the part.
        seconds: wall-clock time of the grading.
        peak_mb: the most memory that its processes held together.
        note: why it could not be graded, or what else staff should know.
        found: the end of the note, about how the submission was found; see `collect.Entry.note`.
    """

    id: str
    file: str = ""
    users: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    created: str = ""
    late: bool = False
    status: RowStatus = RowStatus.UNFINISHED
    score: float = 0.0
    parts: Mapping[str, float] = field(default_factory=dict)
    outcomes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    seconds: float = 0.0
    peak_mb: float = 0.0
    note: str = ""
    found: str = ""

    def found_as(self, found: str) -> Self:
        """The same row with another note on how the submission was found."""
        graded = self.note.removesuffix(self.found).removesuffix("; ") if self.found else self.note
        return replace(self, note="; ".join(filter(None, (graded, found))), found=found)

    def data(self) -> Data:
        """The row as JSON takes it; what rows share stays shared."""
        plain = {one.name: getattr(self, one.name) for one in fields(self)}
        return {**plain, "people": [asdict(person) for person in self.people]}

    @classmethod
    def of(cls, data: Mapping[str, Any], once: dict[str, Any] | None = None) -> Self:
        """A row from JSON; what is missing or of the wrong type has its default.

        Args:
            data: as `data` gives it.
            once: values of earlier rows; equal values are kept once, which saves two thirds of the memory.

        Raises:
            ValueError: it has no id.
        """
        name = text(data.get("id"))
        if not name:
            raise ValueError("a row without an id")
        known = {} if once is None else once
        return cls(
            id=name,
            file=text(data.get("file")),
            users=texts(data.get("users")),
            people=tuple(_people(data)),
            created=text(data.get("created")),
            late=data.get("late") is True,
            status=_status(data.get("status")),
            score=finite(data.get("score")),
            parts={
                sys.intern(str(part)): finite(points)
                for part, points in mapping(data.get("parts")).items()
            },
            outcomes={
                sys.intern(str(part)): known.setdefault(json.dumps(counts), counts)
                for part, counts in mapping(data.get("outcomes")).items()
                if isinstance(counts, dict)
            },
            seconds=finite(data.get("seconds")),
            peak_mb=finite(data.get("peak_mb")),
            note=text(data.get("note")),
            found=text(data.get("found")),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the people."""
        return tuple(person.name for person in self.people if person.name)

    @property
    def grade(self) -> float | None:
        """The points; ``None`` where there is no grade, through no fault of the student's."""
        return None if self.status.is_grader_fault else self.score


@dataclass(frozen=True, slots=True)
class PartAbout:
    """A part of an assignment, without its cases.

    Attributes:
        number: as students read it, such as ``"1.2"``.
        title: one line.
        points: of the automatic part.
        written: given by a person.
        bonus: whether its points come on top.
        cases: how many there are.
    """

    number: str
    title: str = ""
    points: float = 0.0
    written: float = 0.0
    bonus: bool = False
    cases: int | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """A part from JSON; what is missing has its default."""
        cases = data.get("cases")
        return cls(
            text(data.get("number")),
            text(data.get("title")),
            finite(data.get("points")),
            finite(data.get("written")),
            data.get("bonus") is True,
            cases if isinstance(cases, int) else None,
        )


@dataclass(frozen=True, slots=True)
class About:
    """What the process that holds the class must know of the assignment: no case, no expected value.

    Attributes:
        name: the manifest's.
        title: as students read it.
        manifest: the path of the manifest; empty where it was read on another machine.
        digest: of everything of the assignment that can change a score.
        harness: the hash of the program and its libraries.
        isolation: how much of the cage stood.
        points: of all automatic parts, bonus left out.
        seconds: how long one submission may take.
        memory_mb: how much memory it may use.
        parts: in order.
    """

    name: str
    title: str = ""
    manifest: str = ""
    digest: str = ""
    harness: str = ""
    isolation: str = ""
    points: float = 0.0
    seconds: float = 0.0
    memory_mb: int = 0
    parts: tuple[PartAbout, ...] = ()

    def data(self) -> Data:
        """The same as JSON takes it."""
        return asdict(self)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """From JSON; what is missing has its default."""
        listed = data.get("parts")
        parts = tuple(
            part
            for one in (listed if isinstance(listed, list) else [])
            if isinstance(one, dict) and (part := PartAbout.of(one)).number
        )
        points = data.get("points")
        automatic = math.fsum(part.points for part in parts if not part.bonus)
        return cls(
            name=text(data.get("name")),
            title=text(data.get("title")),
            manifest=text(data.get("manifest")),
            digest=text(data.get("digest")),
            harness=text(data.get("harness")),
            isolation=text(data.get("isolation")),
            points=automatic if points is None else finite(points),
            seconds=finite(data.get("seconds")),
            memory_mb=int(finite(data.get("memory_mb"))),
            parts=parts,
        )

    @property
    def written(self) -> float:
        """The points that a person gives."""
        return math.fsum(part.written for part in self.parts)


def _people(data: Mapping[str, Any]) -> Iterable[Person]:
    """The people of a row; before schema 2 there were only names."""
    people = data.get("people")
    if not isinstance(people, list):
        return (Person(name=name) for name in texts(data.get("names")))
    keys = ("number", "name", "email", "section")
    return (
        Person(*(text(one.get(key)) for key in keys)) for one in people if isinstance(one, dict)
    )


def _status(value: Any) -> RowStatus:
    return (
        RowStatus(value)
        if isinstance(value, str) and value in set(RowStatus)
        else RowStatus.UNFINISHED
    )
