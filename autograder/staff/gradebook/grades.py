"""The points that each person gets: those of the program, and written ones from a CSV."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.model import UsageError
from autograder.staff.batch.rows import About, Person, Row, RowStatus
from autograder.staff.batch.table import ClassTable
from autograder.staff.gradebook.matching import NOT_FOUND, Identity, match
from autograder.staff.sheets import read_sheet

_WHO = {
    "ids": ("id", "submission"),
    "numbers": ("number", "sid", "student id"),
    "emails": ("email", "e-mail", "address"),
    "names": ("name", "student"),
}


@dataclass(frozen=True, slots=True)
class Grade:
    """What one person gets.

    Attributes:
        row: the person's submission.
        person: who it is.
        points: or ``None`` where there is nothing to hand on.
        why: why there is nothing.
    """

    row: Row
    person: Person
    points: float | None
    why: str = ""

    @property
    def who(self) -> str:
        """The person for a reader."""
        return self.person.name or self.person.handle or self.row.id


@dataclass(frozen=True, slots=True)
class Grades:
    """What a class gets.

    Attributes:
        about: the assignment.
        everybody: one entry a person.
        maximum: what the points are out of.
        unused: lines of the written points that belong to nobody.
    """

    about: About
    everybody: tuple[Grade, ...]
    maximum: float
    unused: tuple[str, ...] = ()


def grades_of(table: ClassTable, written: Path | None, *, refused_as_zero: bool = False) -> Grades:
    """The points of everybody.

    Args:
        table: of a batch.
        written: a CSV with a column that says who (id, number, email or name) and one for each written
            part, by its number.
        refused_as_zero: whether a submission in which nothing could be graded has 0 points; else it is
            left out.

    Raises:
        UsageError: the written points cannot be used; says where.
    """
    everybody = [
        Grade(row, person, *_points(row, refused_as_zero)) for row, person in _people(table)
    ]
    maximum = table.about.points
    unused: tuple[str, ...] = ()
    if written is not None:
        points, unused = _written(written, table.about, everybody)
        maximum += table.about.written
        everybody = [_with(grade, points.get(place)) for place, grade in enumerate(everybody)]
    return Grades(table.about, tuple(everybody), maximum, unused)


def _people(table: ClassTable) -> list[tuple[Row, Person]]:
    return [(row, person) for row in table.rows for person in row.people or (_unknown(row),)]


def _unknown(row: Row) -> Person:
    """Whoever handed in a file of which only the name is known."""
    return Person(number=row.users[0] if len(row.users) == 1 else row.id)


def _points(row: Row, refused_as_zero: bool) -> tuple[float | None, str]:
    if row.status is RowStatus.GRADED:
        return row.score, ""
    if row.status is RowStatus.REFUSED:
        return (0.0, "") if refused_as_zero else (None, f"could not be graded: {row.note}")
    return None, f"not graded, through no fault of the student's: {row.note}"


def _with(grade: Grade, written: float | None) -> Grade:
    if grade.points is None:
        return grade
    if written is None:
        return Grade(grade.row, grade.person, None, "has no written points")
    return Grade(grade.row, grade.person, grade.points + written)


def _written(
    path: Path, about: About, everybody: Sequence[Grade]
) -> tuple[Mapping[int, float], tuple[str, ...]]:
    """The sum of the written points by place in the list; lines that belong to nobody."""
    parts = {part.number: part.written for part in about.parts if part.written}
    if not parts:
        raise UsageError(f"{about.name} has no written part, so --written has nothing to add")
    anybody = tuple(name for names in _WHO.values() for name in names)
    sheet = read_sheet(path, anybody, *((number,) for number in parts))
    columns = {number: place for number in parts if (place := sheet.place(number)) is not None}
    if missing := [number for number in parts if number not in columns]:
        raise UsageError(
            f"{path} needs a column for each written part and lacks {', '.join(missing)}; "
            f"it has {', '.join(map(repr, sheet.header))}"
        )
    who = {kind: sheet.place(*names) for kind, names in _WHO.items()}
    if all(place is None for place in who.values()):
        sheet.need("a list of written points", "id", "number", "email", "name")
    known = {*columns.values(), *who.values()}
    for place, name in enumerate(sheet.header):
        if place not in known and name.strip() in {part.number for part in about.parts}:
            raise UsageError(
                f"{path}: {name} has no written points; these have: {', '.join(parts)}"
            )
    by_id: dict[str, list[int]] = {}
    for place, grade in enumerate(everybody):
        by_id.setdefault(grade.row.id, []).append(place)
    found: dict[int, float] = {}
    left = []
    for number, line in zip(sheet.numbers, sheet.lines, strict=True):
        name = line[who["ids"]].strip() if who["ids"] is not None else ""
        places, why = by_id.get(name, []), ""
        if not places:
            numbers, emails, names = (
                _cell(line, who[kind]) for kind in ("numbers", "emails", "names")
            )
            identity = Identity(numbers, emails, names, f"line {number}")
            matched = match([grade.person for grade in everybody], [identity])
            places = [place for place, _ in matched.pairs]
            unsure = any(reason != NOT_FOUND for _, reason in matched.people)
            why = (
                " (it does not fit exactly one person: give the number, address or id)"
                if unsure
                else ""
            )
        if not places:
            left.append(f"line {number} of {path.name}: {', '.join(filter(None, line[:3]))}{why}")
            continue
        cells = {part: line[column].strip() for part, column in columns.items()}
        if not all(cells.values()):
            continue  # not all of it is graded yet
        total = math.fsum(_number(path, number, part, cells[part], parts[part]) for part in parts)
        for place in places:
            if place in found and found[place] != total:
                raise UsageError(
                    f"{path}: line {number} gives {everybody[place].who} other points than an "
                    "earlier line"
                )
            found[place] = total
    return found, tuple(left)


def _cell(line: Sequence[str], place: int | None) -> frozenset[str]:
    return frozenset({line[place].strip()} - {""}) if place is not None else frozenset()


def _number(path: Path, line: int, part: str, text: str, most: float) -> float:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = math.nan
    if not 0 <= value <= most:
        raise UsageError(
            f"{path}: line {line}: {part} is {text!r}; give a number from 0 to {most:g}"
        )
    return value
