"""`grades.csv`: one line a person, the same from run to run, harmless in every spreadsheet."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from autograder.gradescope.markdown import plain
from autograder.staff.batch.rows import About, Person, Row

BOM = "\ufeff"

_DIGITS = 2
_FORMULA = "=+@\uff0b\uff1d\uff20\uff0d-"  # full width too; in a class of letters "-" is the last
_SEPARATORS = ",;|"
# A formula at the beginning of a cell, or of what becomes a cell where another character separates them:
# a spreadsheet set to German or French splits a line at semicolons, whatever is quoted.
_BEGINS = re.compile(rf"(^|[{_SEPARATORS}])([\s\"']*)(?=[{_FORMULA}])")
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
_JOINERS = "\u200c\u200d"  # Persian names and emoji are written with them


def grade_lines(about: About, rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    """The table of grades: one line for each person of each submission, sorted by submission."""
    for row in rows:
        for person in row.people or (Person(),):
            yield {
                name: value.encode(errors="replace").decode() if isinstance(value, str) else value
                for name, value in _cells(about, row, person)  # names of files need not be text
            }


def time_lines(rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    """What changes from run to run: seconds and memory, one line a submission."""
    for row in rows:
        yield {"id": row.id, "seconds": row.seconds, "peak_mb": row.peak_mb}


def _cells(about: About, row: Row, person: Person) -> Iterator[tuple[str, Any]]:
    yield "id", row.id
    yield "name", person.name
    yield "number", person.number
    yield "email", person.email
    yield "section", person.section
    yield "status", str(row.status)
    yield "score", None if row.grade is None else points(row.grade)
    yield "maximum", points(about.points)
    for part in about.parts:
        earned = row.parts.get(part.number)
        yield part.number, None if earned is None else points(earned)
    for part in about.parts:
        outcomes = row.outcomes.get(part.number, {})
        yield f"{part.number} outcomes", ", ".join(f"{n} {what}" for what, n in outcomes.items())
    yield "created", row.created
    yield "late", "late" if row.late else ""
    yield "file", row.file
    yield "note", row.note


def points(value: float) -> float:
    """Points as a table shows them: two decimals at most."""
    return round(value + 1e-9, _DIGITS)


def csv_text(lines: Iterable[Mapping[str, Any]]) -> str:
    """Lines as CSV that Excel, LibreOffice and Google Sheets open alike.

    Texts are quoted and cleaned, numbers are not; a byte order mark says that it is UTF-8.

    Args:
        lines: of the same keys in the same order.
    """
    text = io.StringIO()
    text.write(BOM)
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    for place, line in enumerate(lines):
        if not place:
            writer.writerow(map(harmless, line))
        writer.writerow(map(_cell, line.values()))
    return text.getvalue()


def _cell(value: object) -> object:
    """Clean text; a whole number without decimals."""
    if isinstance(value, str):
        return harmless(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula and no terminal obeys: one visible line.

    Control characters, escapes, marks that turn the direction of writing and lone surrogates are
    gone; what would begin a cell as a formula has an apostrophe before it.
    """
    line = " ".join(plain(text).split())
    seen = "".join(
        char for char in line if char in _JOINERS or unicodedata.category(char) not in _INVISIBLE
    )
    return _BEGINS.sub(r"\1\2'", seen)
