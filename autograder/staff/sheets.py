"""A CSV file as it was written: what is not changed is written back as it was read."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder import supervisor
from autograder.model import UsageError

_BOM = "\ufeff"
_LARGEST = 64 << 20
_HEADER = 20_000  # characters in which the header is looked for
_ABOVE = 20  # lines that may stand above it
_ZIP = b"PK\x03\x04"
_SEPARATOR = re.compile(r'"?sep=([,;\t|])"?[,;\t|]*\r?\n', re.IGNORECASE)
_CELLS = re.compile(r"[,;\t|]")
_QUOTED = re.compile(r'"[^"]*"')


@dataclass
class Sheet:
    """A table of text.

    Attributes:
        path: where it was read.
        header: the names of the columns.
        lines: the cells, as many in each line as there are names.
        delimiter: what stands between cells.
        bom: whether the file begins with a byte order mark.
        numbers: the number of each line in the file, counted from 1.
    """

    path: Path
    header: list[str]
    lines: list[list[str]] = field(default_factory=list)
    delimiter: str = ","
    bom: bool = False
    numbers: list[int] = field(default_factory=list)

    def place(self, *names: str) -> int | None:
        """The first column that has one of these names, whatever the case of letters."""
        known = [name.strip().casefold() for name in self.header]
        return next((known.index(n.casefold()) for n in names if n.casefold() in known), None)

    def need(self, what: str, *names: str) -> int:
        """The same.

        Raises:
            UsageError: there is none.
        """
        place = self.place(*names)
        if place is None:
            raise UsageError(
                f"{self.path} is not {what}: it has no column {' or '.join(map(repr, names))}; it has "
                f"{', '.join(map(repr, self.header))}"
            )
        return place

    def write(self, path: Path, header: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
        """Write a table in the form of this one.

        Raises:
            UsageError: it cannot be written.
        """
        text = io.StringIO()
        text.write(_BOM if self.bom else "")
        writer = csv.writer(text, delimiter=self.delimiter, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(lines)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with supervisor.atomic_write(path) as temporary:
                temporary.write_text(text.getvalue(), encoding="utf-8", newline="")
        except OSError as error:
            raise UsageError(f"{path} cannot be written: {error.strerror}") from error


def read_sheet(path: Path, *columns: Sequence[str]) -> Sheet:
    """Read a CSV file with a header.

    Args:
        path: the file.
        columns: the columns that identify the header, each as the names that it may have.

    Raises:
        UsageError: it cannot be read; says how to save it.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise UsageError(f"{path} is larger than {_LARGEST >> 20} MB")
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    if data.startswith(_ZIP):
        raise UsageError(f"{path} is not CSV but a workbook; save it as 'CSV UTF-8'")
    try:
        text = data.decode(_encoding(data[:2]))
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{path} is not UTF-8; take the file as the course system gave it, or save it as "
            "'CSV UTF-8'"
        ) from error
    bom = text.startswith(_BOM)
    whole = text.removeprefix(_BOM)
    text = whole.lstrip("\r\n")
    if said := _SEPARATOR.match(text):  # a line of Excel's own
        text = text[said.end() :]
    above = len(whole[: len(whole) - len(text)].splitlines())
    _refuse_title(path, text, columns, above)
    first = _QUOTED.sub("", text[:_HEADER]).lstrip("\r\n").partition("\n")[0]
    delimiter = said[1] if said else max(",;\t|", key=first.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        rows = [(above + reader.line_num, row) for row in reader if any(map(str.strip, row))]
    except csv.Error as error:
        raise UsageError(f"{path} is not CSV: {error}") from error
    if not rows:
        raise UsageError(f"{path} is empty")
    (_, header), *lines = rows
    for number, line in lines:
        if len(line) > len(header) and any(cell.strip() for cell in line[len(header) :]):
            raise UsageError(f"{path}: line {number} has more cells than there are columns")
    width = len(header)
    cells = [(line + [""] * width)[:width] for _, line in lines]
    return Sheet(path, header, cells, delimiter, bom, [number for number, _ in lines])


def _refuse_title(path: Path, text: str, columns: Sequence[Sequence[str]], above: int) -> None:
    """Refuse a file whose header is not its first line; `above` lines were removed from the text before."""
    title = False
    for number, line in enumerate(text[:_HEADER].splitlines()[:_ABOVE], start=above + 1):
        cells = {cell.strip(' "').casefold() for cell in _CELLS.split(line)}
        if columns and all(any(name.casefold() in cells for name in names) for names in columns):
            if title:
                raise UsageError(
                    f"{path}: the names of the columns are in line {number}; delete the lines above it"
                )
            return
        title = title or any(cells)


def _encoding(begin: bytes) -> str:
    """UTF-16 where the first two bytes of a file are its mark, or a letter and a zero; else UTF-8."""
    if begin in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if len(begin) == 2 and 0 in begin:
        return "utf-16-be" if begin[0] == 0 else "utf-16-le"
    return "utf-8"
