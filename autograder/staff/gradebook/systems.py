"""Canvas, Moodle, Gradescope: which columns of their files say who, and which one takes the points.

Sources, which the tests' readers follow too:

- Canvas: `lib/gradebook_importer.rb` of instructure/canvas-lms. The first columns are Student, ID and
  perhaps SIS User ID, SIS Login ID, Integration ID, Root Account, then Section; an assignment's column is
  called ``title (id)``; a line "Points Possible" has the maxima; an empty cell removes a grade.
- Moodle: `mod/assign/feedback/offline/importgradeslib.php` and `locallib.php` of moodle/moodle. Identifier
  ends in the participant's number; a grade outside 0 to the maximum is skipped in silence.
- Gradescope has no import of scores: what is written has the columns of its own download of grades, which
  other systems read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.model import UsageError
from autograder.staff.batch.grades import harmless
from autograder.staff.batch.rows import Person
from autograder.staff.gradebook.grades import Grade, Grades
from autograder.staff.gradebook.matching import Identity, Matched, folded, match
from autograder.staff.sheets import Sheet, read_sheet

_CANVAS_ID = re.compile(r"\s*\(\d+\)\s*$")
_DIGITS = re.compile(r"(\d+)\s*$")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_GRADESCOPE = (
    *("Name", "SID", "Email", "Sections", "Total Score", "Max Points", "Status"),
    *("Submission ID", "Submission Time"),
)


@dataclass(frozen=True, slots=True)
class GradesFile:
    """What was written for a course system.

    Attributes:
        path: the file.
        count: how many grades it holds.
        missing: who is not in it, each with the reason.
        unmatched: lines of the system's file that belong to nobody graded.
    """

    path: Path
    count: int
    missing: tuple[str, ...]
    unmatched: tuple[str, ...]


def canvas(
    grades: Grades, roster: Path, out: Path, *, column: str = "", scale: bool = False
) -> GradesFile:
    """Write what Canvas imports: the lines of those who have a grade, and one assignment's column.

    Args:
        grades: of the class.
        roster: the gradebook as Canvas exported it.
        out: the file.
        column: the assignment's column, where it is not called as the assignment is.
        scale: whether points are converted to Canvas's maximum.

    Raises:
        UsageError: the roster is not Canvas's, or its column or its maximum is another.
    """
    names = "Student", "Section", "ID"
    sheet = read_sheet(roster, *((name,) for name in names))
    student, section, number = (sheet.need("Canvas's gradebook", name) for name in names)
    target = _canvas_column(sheet, grades, column, section)
    possible = next((line for line in sheet.lines if "Points Possible" in line[student]), None)
    factor = _factor(grades, possible[target] if possible else "", sheet.path, scale=scale)
    people = [line for line in sheet.lines if line[student].strip() and line[number].strip()]
    identities = [_canvas_identity(sheet, line, student) for line in people]
    matched = match([grade.person for grade in grades.everybody], identities)
    kept = [*range(section + 1), target]
    lines = [[possible[place] for place in kept]] if possible else []
    filled = _filled(grades, matched, factor)
    for place, line in enumerate(people):
        if place in filled:
            lines.append([*line[: section + 1], filled[place]])
    sheet.write(out, [sheet.header[place] for place in kept], lines)
    return _written(out, grades, matched, identities, filled)


def _canvas_column(sheet: Sheet, grades: Grades, column: str, section: int) -> int:
    titles = {
        place: name for place, name in enumerate(sheet.header) if place > section and name.strip()
    }
    wanted = {folded(column)} if column else {folded(grades.about.title), folded(grades.about.name)}
    found = [
        place
        for place, name in titles.items()
        if folded(name) in wanted or folded(_CANVAS_ID.sub("", name)) in wanted
    ]
    if len(found) == 1:
        return found[0]
    ids = [name for name in titles.values() if _CANVAS_ID.search(name)]
    what = f"{len(found)} columns are called" if found else "no column is called"
    raise UsageError(
        f"{sheet.path}: {what} {column or grades.about.title or grades.about.name!r}; name one with "
        f"--column: {', '.join(map(repr, ids)) or 'make the assignment in Canvas first'}"
    )


def _canvas_identity(sheet: Sheet, line: Sequence[str], student: int) -> Identity:
    names = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")
    return Identity(
        _cells(sheet, line, *names),
        _addresses(line),
        frozenset({line[student]}),
        line[student],
    )


def moodle(
    grades: Grades, worksheet: Path, out: Path, *, column: str = "", scale: bool = False
) -> GradesFile:
    """Write what Moodle imports: its own grading worksheet with the grades filled in.

    Args:
        grades: of the class.
        worksheet: the offline grading worksheet as Moodle gave it.
        out: the file.
        column: the column of grades, where Moodle speaks another language than English.
        scale: whether points are converted to Moodle's maximum.

    Raises:
        UsageError: the worksheet is not Moodle's, or its maximum is another.
    """
    sheet = read_sheet(worksheet, (column or "Grade",))
    what = "Moodle's grading worksheet"
    identifier = sheet.place("Identifier")
    identifier = 0 if identifier is None else identifier
    if not all(_DIGITS.search(line[identifier]) for line in sheet.lines):
        sheet.need(what, "Identifier")
    target = sheet.need(what, column or "Grade")
    highest = sheet.place("Maximum Grade", "Maximum grade")
    maximum = _maximum(sheet, highest) if highest is not None else ""
    factor = _factor(grades, maximum, worksheet, scale=scale)
    name = sheet.place("Full name")
    identities = []
    for line in sheet.lines:
        digits = _DIGITS.search(line[identifier])
        label = line[name] if name is not None else line[identifier]
        numbers = _cells(sheet, line, "ID number", "Username") | {digits[1] if digits else ""}
        identities.append(
            Identity(numbers - {""}, _addresses(line), frozenset({label} - {""}), label)
        )
    return _fill_in(sheet, target, grades, identities, factor, out)


def gradescope(
    grades: Grades, download: Path | None, out: Path, *, scale: bool = False
) -> GradesFile:
    """Write grades with the columns of Gradescope's own download.

    Args:
        grades: of the class.
        download: the grades as Gradescope exported them; where it is ``None``, who is in the file comes
            from the export that was graded.
        out: the file.
        scale: whether points are converted to Gradescope's maximum.

    Raises:
        UsageError: the download is not Gradescope's, or its maximum is another.
    """
    if download is None:
        return _gradescope_from_export(grades, out)
    sheet = read_sheet(download, ("Total Score",), ("Max Points",))
    what = "Gradescope's download of grades"
    target, highest = sheet.need(what, "Total Score"), sheet.need(what, "Max Points")
    factor = _factor(grades, _maximum(sheet, highest), download, scale=scale)
    places = [sheet.place(one) for one in ("Name", "First Name", "Last Name")]
    identities = []
    for line in sheet.lines:
        name = " ".join(line[place] for place in places if place is not None).strip()
        numbers = _cells(sheet, line, "SID")
        identities.append(
            Identity(numbers, _cells(sheet, line, "Email"), frozenset({name} - {""}), name)
        )
    return _fill_in(sheet, target, grades, identities, factor, out)


def _gradescope_from_export(grades: Grades, out: Path) -> GradesFile:
    given = [grade for grade in grades.everybody if grade.points is not None]
    lines = [
        [
            *map(harmless, _who(grade.person)),
            *(_text(grade.points or 0.0), _text(grades.maximum), "Graded"),
            *map(harmless, (grade.row.id.removeprefix("submission_"), grade.row.created)),
        ]
        for grade in given
    ]
    Sheet(out, [*_GRADESCOPE], bom=True).write(out, _GRADESCOPE, lines)
    missing = tuple(f"{one.who}: {one.why}" for one in grades.everybody if one.points is None)
    return GradesFile(out, len(given), missing, ())


def _who(person: Person) -> tuple[str, ...]:
    """The columns of Gradescope's file about a person, in order; students may have written them."""
    return person.name, person.number, person.email, person.section


def _cells(sheet: Sheet, line: Sequence[str], *names: str) -> frozenset[str]:
    places = [sheet.place(name) for name in names]
    return frozenset(line[place].strip() for place in places if place is not None) - {""}


def _addresses(line: Sequence[str]) -> frozenset[str]:
    return frozenset(cell.strip() for cell in line if _EMAIL.fullmatch(cell.strip()))


def _factor(grades: Grades, text: str, path: Path, *, scale: bool) -> float:
    """By what points are multiplied."""
    try:
        maximum = float(text.replace(",", "."))
    except ValueError:
        return 1.0  # the file does not say
    if abs(maximum - grades.maximum) < 1e-6:
        return 1.0
    if scale and maximum > 0 and grades.maximum > 0:
        return maximum / grades.maximum
    raise UsageError(
        f"{path} says that the maximum is {maximum:g}, and these points are out of {grades.maximum:g}; "
        "change it there, add --written where written points are missing, or convert with --scale"
    )


def _maximum(sheet: Sheet, highest: int) -> str:
    """The maximum grade that all lines have in common; empty where none has one."""
    maxima = {line[highest].strip() for line in sheet.lines} - {""}
    if len(maxima) > 1:
        raise UsageError(f"{sheet.path} has different maximum grades: {', '.join(sorted(maxima))}")
    return maxima.pop() if maxima else ""


def _fill_in(
    sheet: Sheet,
    target: int,
    grades: Grades,
    identities: Sequence[Identity],
    factor: float,
    out: Path,
) -> GradesFile:
    """Write the sheet as it is, with the grades in one of its columns."""
    matched = match([grade.person for grade in grades.everybody], identities)
    filled = _filled(grades, matched, factor)
    lines = [
        [*line[:target], filled.get(place, line[target]), *line[target + 1 :]]
        for place, line in enumerate(sheet.lines)
    ]
    sheet.write(out, sheet.header, lines)
    return _written(out, grades, matched, identities, filled)


def _filled(grades: Grades, matched: Matched, factor: float) -> dict[int, str]:
    """The grade of each line that has one."""
    found = {}
    for place, line in matched.pairs:
        points = grades.everybody[place].points
        if points is not None:
            found[line] = _text(points * factor)
    return found


def _text(value: float) -> str:
    return f"{round(value + 1e-9, 2):.2f}".rstrip("0").rstrip(".")


def _written(
    out: Path,
    grades: Grades,
    matched: Matched,
    identities: Sequence[Identity],
    filled: dict[int, str],
) -> GradesFile:
    missing = [_reason(grades.everybody[place], why) for place, why in matched.people]
    missing += [
        _reason(grades.everybody[place], "")
        for place, _ in matched.pairs
        if grades.everybody[place].points is None
    ]
    labels = tuple(identities[place].label for place in matched.lines)
    return GradesFile(out, len(filled), tuple(missing), labels)


def _reason(grade: Grade, why: str) -> str:
    return f"{grade.who} ({grade.row.id}): {grade.why or why}"
