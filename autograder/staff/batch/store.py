"""What a batch leaves, and how it goes on after a stop.

    OUT/batch.json              the assignment, what graded, and one row for each submission
    OUT/grades.csv              the grades, one line a person (and grades.parquet where asked for)
    OUT/times.csv               how long each submission took, and how much memory
    OUT/<id>/results.json       what Gradescope would be given
    OUT/<id>/explain.json       why each case that did not pass did not; for staff
    OUT/<id>/row.json           the row, and the key under which it holds
    OUT/earlier/<time>/         the same as it was before a run that graded something again
    OUT/regrade/                the same as a regrade would make it; see `regrade`

A row holds as long as its key is the same: the hash of the bytes that were handed in, of who handed
in, of the assignment and of the harness. Every file is written whole or not at all, the row last.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from autograder import supervisor
from autograder.course.wheel import DISTRIBUTION
from autograder.grading.submission.residue import is_in_residue
from autograder.model import UsageError
from autograder.staff.batch.collect import Entry
from autograder.staff.batch.grades import csv_text, grade_lines, time_lines
from autograder.staff.batch.rows import About, Row
from autograder.staff.batch.table import INDEX, ClassTable, UnusableTable, read_json, table_of
from autograder.staff.json_values import Data

GRADES = "grades.csv"

_LOCK = ".lock"

_WRITTEN = ("results", "explain", "row")  # in this order: what the row says holds of the others


@dataclass(frozen=True, slots=True)
class Earlier:
    """A submission as it was graded last.

    Attributes:
        key: under which the grading holds; empty where it did not come to its end.
        bytes: the key of what was handed in then.
        row: its outcome.
    """

    key: str
    bytes: str
    row: Row


class Store:
    """A folder of results; one batch at a time writes to it."""

    def __init__(self, folder: Path) -> None:
        """Take a folder, making it where there is none: for its owner alone.

        What an earlier batch was writing when it was killed is removed.

        Raises:
            UsageError: it cannot be written to, or another batch is writing to it.
        """
        self.folder = folder
        self._made = not folder.exists()
        try:
            if self._made:
                folder.mkdir(parents=True, mode=0o700)
            self._lock = (folder / _LOCK).open("w")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError(
                f"another batch is writing to {folder}; wait until it has finished"
            ) from error
        except OSError as error:
            raise UsageError(f"{folder} cannot be written to: {error.strerror}") from error
        for table in (INDEX, GRADES, "times.csv"):
            supervisor.remove_half_written(folder / table)
        for inner in filter(Path.is_dir, folder.iterdir()):
            for what in _WRITTEN:
                with contextlib.suppress(PermissionError):  # it is not ours
                    supervisor.remove_half_written(inner / f"{what}.json")

    def close(self) -> None:
        """Let another batch have the folder; one that was made here and holds nothing is removed."""
        with contextlib.suppress(OSError):  # it may be gone, or somebody else's file may have come
            if self._made and [path.name for path in self.folder.iterdir()] == [_LOCK]:
                (self.folder / _LOCK).unlink()
                self.folder.rmdir()
        self._lock.close()

    def table(self) -> ClassTable | None:
        """The table as it was written last; ``None`` where there is none that can be read."""
        with contextlib.suppress(UnusableTable):
            return table_of(read_json(self.folder / INDEX))
        return None

    def earlier(self, name: str) -> Earlier | None:
        """A submission as it was graded last; ``None`` where nothing of it can be used."""
        found = _read(self.folder / name / "row.json") or {}
        row, key, handed_in = (found.get(what) for what in ("row", "key", "bytes"))
        if not isinstance(row, dict) or not isinstance(key, str) or not isinstance(handed_in, str):
            return None
        if not (self.folder / name / "results.json").is_file():
            return None
        with contextlib.suppress(ValueError):
            return Earlier(key, handed_in, Row.of({**row, "id": name}))
        return None

    def results(self, name: str) -> Data | None:
        """The results of a submission as they were written last."""
        return _read(self.folder / name / "results.json")

    def explained(self, name: str) -> Data | None:
        """The explanations of a submission as they were written last."""
        return _read(self.folder / name / "explain.json")

    def keep(
        self, key: str, handed_in: str, row: Row, *, results: Mapping[str, Any], explain: Any
    ) -> None:
        """Write the results of a submission.

        Args:
            key: under which it holds; empty where it is to be graded again.
            handed_in: the key of its bytes.
            row: its row.
            results: what Gradescope would be given.
            explain: the explanations for staff.

        Raises:
            OSError: it cannot be written.
        """
        folder = self.folder / row.id
        supervisor.write(folder / "results.json", results)
        supervisor.write(folder / "explain.json", explain)
        self.keep_row(key, handed_in, row)

    def keep_row(self, key: str, handed_in: str, row: Row) -> None:
        """Write a row alone, the results staying what they are.

        Raises:
            OSError: it cannot be written.
        """
        content = {"key": key, "bytes": handed_in, "row": row.data()}
        supervisor.write(self.folder / row.id / "row.json", content)

    def finish(self, table: ClassTable, *, parquet: bool) -> list[OSError]:
        """Write the tables of all submissions that are known, each one that can be written.

        Returns:
            Why the others could not be.
        """
        about, rows = table.about, table.rows
        tables: dict[str, Callable[[Path], None]] = {
            # Line by line: as a table the class would be in memory twice.
            GRADES: lambda path: _write_text(path, csv_text(grade_lines(about, rows))),
            "times.csv": lambda path: _write_text(path, csv_text(time_lines(rows))),
            INDEX: lambda path: supervisor.write(path, table.data()),
        }
        if parquet:
            tables["grades.parquet"] = lambda path: _write_parquet(path, grade_lines(about, rows))
        failed = []
        for name, write in tables.items():
            try:
                write(self.folder / name)
            except OSError as error:
                failed.append(OSError(error.errno, error.strerror, name))
        return failed


def check_parquet() -> None:
    """See to it that Parquet can be written, before a class is graded for it.

    Raises:
        UsageError: it cannot.
    """
    try:
        import pyarrow.parquet  # noqa: F401 - to see whether it can be
    except ImportError as error:
        raise UsageError(
            f"--parquet needs pyarrow: pip install '{DISTRIBUTION}[parquet]'; grades.csv holds the same"
        ) from error


def key_of(handed_in: str, about: About) -> str:
    """Under which a grading of a submission holds.

    Args:
        handed_in: the key of its bytes.
        about: the assignment, what graded it, and how isolated that was.
    """
    texts = (handed_in, about.digest, about.harness, about.isolation)
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
            name = PurePosixPath(path.relative_to(entry.path).as_posix())
            if not path.is_symlink() and path.is_file() and not is_in_residue(name):
                yield str(name), path
    elif entry.path.is_file():
        yield entry.path.name, entry.path


def _write_text(path: Path, text: str) -> None:
    with supervisor.atomic_write(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _write_parquet(path: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    import pyarrow
    from pyarrow import parquet

    with supervisor.atomic_write(path) as temporary:
        parquet.write_table(pyarrow.Table.from_pylist(list(lines)), os.fspath(temporary))


def _read(path: Path) -> Data | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
