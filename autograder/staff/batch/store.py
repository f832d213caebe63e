"""What a batch leaves, and how it goes on after a stop.

    OUT/batch.json              the assignment, what graded, and one row for each submission
    OUT/grades.csv              the same rows as a table (and grades.parquet where asked for)
    OUT/<id>/results.json       what Gradescope would be given
    OUT/<id>/explain.json       why each case that did not pass did not; for staff
    OUT/<id>/row.json           the row, and the key under which it holds

A row holds as long as its key is the same: the hash of the bytes that were handed in, of who handed
in, of the assignment and of the harness. Every file is written whole or not at all, the row last.
"""

from __future__ import annotations

import contextlib
import csv
import fcntl
import hashlib
import importlib
import io
import json
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder import supervisor
from autograder.model import UsageError
from autograder.staff.batch.collect import Entry

Data = dict[str, Any]

SCHEMA = 1

_WRITTEN = ("results", "explain", "row")  # in this order: what the row says holds of the others

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PERSONAL = ("id", "users", "names", "created", "file", "status")


class Store:
    """A folder of results; one batch at a time writes to it."""

    def __init__(self, folder: Path) -> None:
        """Take a folder, making it where there is none: for its owner alone.

        What an earlier batch was writing when it was killed is removed.

        Raises:
            UsageError: it cannot be written to, or another batch is writing to it.
        """
        self.folder = folder
        try:
            if not folder.exists():
                folder.mkdir(parents=True, mode=0o700)
            self._lock = (folder / ".lock").open("w")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError(f"another batch is writing to {folder}: wait for it") from error
        except OSError as error:
            raise UsageError(f"{folder} cannot be written to: {error.strerror}") from error
        supervisor.remove_half_written(folder / "batch.json")
        for inner in filter(Path.is_dir, folder.iterdir()):
            for what in _WRITTEN:
                with contextlib.suppress(PermissionError):  # it is not ours
                    supervisor.remove_half_written(inner / f"{what}.json")

    def close(self) -> None:
        """Let another batch have the folder."""
        self._lock.close()

    def earlier(self, name: str) -> Data | None:
        """The ``row`` of a submission as it was graded last, its ``key``, and the key of its ``bytes``.

        The key is empty where the grading did not come to its end.
        """
        found = _read(self.folder / name / "row.json")
        if (
            found is None
            or not isinstance(found.get("row"), dict)
            or not {"key", "bytes"} <= found.keys()
        ):
            return None
        return found if (self.folder / name / "results.json").is_file() else None

    def results(self, name: str) -> Data | None:
        """The results of a submission as they were written last."""
        return _read(self.folder / name / "results.json")

    def explained(self, name: str) -> Data | None:
        """The explanations of a submission as they were written last."""
        return _read(self.folder / name / "explain.json")

    def keep(self, name: str, key: str, handed_in: str, graded: Mapping[str, Any]) -> None:
        """Write what came of a submission.

        Args:
            name: its id.
            key: under which it holds; empty where it is to be graded again.
            handed_in: the key of its bytes.
            graded: its ``results``, its ``explain`` and its ``row``.
        """
        folder = self.folder / name
        written = {**graded, "row": {"key": key, "bytes": handed_in, "row": graded["row"]}}
        for what in _WRITTEN:
            supervisor.write(folder / f"{what}.json", written[what])

    def finish(self, about: Mapping[str, Any], rows: Sequence[Data], *, parquet: bool) -> None:
        """Write the tables of all submissions that are known."""
        supervisor.write(
            self.folder / "batch.json", {"schema": SCHEMA, **about, "submissions": rows}
        )
        # Line by line: as a table the class would be in memory twice.
        table = (dict(_cells(row, about["parts"])) for row in rows)
        _write_text(self.folder / "grades.csv", _csv(table))
        if parquet:
            whole = [dict(_cells(row, about["parts"])) for row in rows]
            _write_parquet(self.folder / "grades.parquet", whole)


def shared(row: Data, once: dict[str, Data]) -> Data:
    """The same row, but what other rows say too is in memory once: that is two thirds of it.

    Args:
        row: of the table, as it is written down.
        once: what rows have said before; it is added to. Nobody may change what is in it.
    """
    outcomes = {
        sys.intern(number): once.setdefault(json.dumps(counts), counts)
        for number, counts in row["outcomes"].items()
    }
    parts = {sys.intern(number): points for number, points in row["parts"].items()}
    whole = {**row, "parts": parts, "outcomes": outcomes}
    return {sys.intern(name): value for name, value in whole.items()}


def check_parquet() -> None:
    """See to it that Parquet can be written, before a class is graded for it.

    Raises:
        UsageError: it cannot.
    """
    try:
        importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise UsageError(
            "--parquet needs pyarrow: pip install 'autograder[parquet]'; grades.csv holds the same table"
        ) from error


def key_of(handed_in: str, about: Mapping[str, Any]) -> str:
    """Under which a grading of a submission holds.

    Args:
        handed_in: the key of its bytes.
        about: the ``digest`` of the assignment, the ``harness`` and the ``isolation``.
    """
    texts = (handed_in, about["digest"], about["harness"], about["isolation"])
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def bytes_of(entry: Entry) -> str:
    """The key of what was handed in and of who handed it in."""
    hashed = hashlib.sha256()
    for text in entry.users:
        hashed.update(f"{len(text)}:{text}".encode(errors="replace"))
    for name, path in _handed_in(entry):
        hashed.update(f"\0{name}\0".encode(errors="surrogateescape"))
        try:
            with path.open("rb") as file:
                hashed.update(hashlib.file_digest(file, "sha256").digest())
        except OSError as error:
            hashed.update(f"unreadable: {error.errno}".encode())
    return hashed.hexdigest()


def _handed_in(entry: Entry) -> Iterator[tuple[str, Path]]:
    if entry.files:
        yield from sorted(entry.files)
    elif entry.path.is_dir():
        for path in sorted(entry.path.rglob("*")):
            if stat.S_ISREG(path.lstat().st_mode):
                yield path.relative_to(entry.path).as_posix(), path
    elif entry.path.is_file():
        yield entry.path.name, entry.path


def _cells(row: Data, parts: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
    for name in _PERSONAL:
        value = row[name]
        text = ", ".join(value) if isinstance(value, list) else str(value)
        yield name, text.encode(errors="replace").decode()  # names of files need be no text
    yield "score", row["score"]
    for part in parts:
        yield part["number"], row["parts"].get(part["number"])
    for part in parts:
        outcomes = row["outcomes"].get(part["number"], {})
        yield f"{part['number']} outcomes", ", ".join(f"{n} {what}" for what, n in outcomes.items())
    yield "seconds", row["seconds"]
    yield "peak_mb", row["peak_mb"]
    yield "note", row["note"]


def _csv(table: Iterable[Mapping[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for number, line in enumerate(table):
        if number == 0:
            writer.writerow(line)
        writer.writerow(_harmless(value) for value in line.values())
    return text.getvalue()


def _harmless(value: object) -> object:
    """A cell that no spreadsheet takes for a formula: names of files are the students' own."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _write_text(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _write_parquet(path: Path, table: Sequence[Mapping[str, Any]]) -> None:
    arrow, parquet = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    beside = path.with_name(f".{path.name}.new")
    parquet.write_table(arrow.Table.from_pylist(list(table)), os.fspath(beside))
    beside.replace(path)


def _read(path: Path) -> Data | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
