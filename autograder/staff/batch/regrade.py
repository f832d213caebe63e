"""Regrades in two steps: graded into a separate folder, then accepted.

`open_store` makes OUT/regrade, a folder of results like OUT, in which a batch judges again. Nothing in OUT
changes until `accept` takes it over; then OUT as it was is kept under OUT/earlier.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder import supervisor
from autograder.model import UsageError
from autograder.staff.batch import history
from autograder.staff.batch.folders import check_same_assignment
from autograder.staff.batch.grades import points
from autograder.staff.batch.options import BatchOptions
from autograder.staff.batch.rows import Row
from autograder.staff.batch.store import Earlier, Store, key_of
from autograder.staff.batch.table import ClassTable, UnusableTable, read_json

_PREFIX = "regrade-"
_PLAN = "regrade.json"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The outcome of accepting a regrade.

    Attributes:
        taken: ids of the submissions whose grading was replaced.
        kept: ids of those that would have lost points and keep what they had.
        failed: ids of those that could not be judged again through a fault of ours.
        changed: ids of those that were handed in or graded again since the regrade began.
        earlier: where the gradings as they were are kept.
        table: the table as it is now.
    """

    taken: tuple[str, ...]
    kept: tuple[str, ...]
    failed: tuple[str, ...]
    changed: tuple[str, ...]
    earlier: Path
    table: ClassTable


def key(key: str, parts: Sequence[str]) -> str:
    """The key of a regrade of some parts: while it stays the same, the regrade is up to date.

    Args:
        key: of a grading of the whole assignment.
        parts: numbers of the parts.
    """
    text = "\0".join((key, *sorted(parts)))
    return _PREFIX + hashlib.sha256(text.encode()).hexdigest()


def open_store(store: Store, options: BatchOptions) -> Store:
    """The folder in which a batch judges again; an unfinished regrade in it is continued.

    Args:
        store: what stands.
        options: of the batch.

    Raises:
        UsageError: nothing is graded yet.
        OSError: it cannot be written.
    """
    table = store.table()
    if table is None or not table.rows:
        raise UsageError(
            f"{store.folder} contains no grades yet; grade the class first, without --regrade"
        )
    folder = store.folder / history.REGRADE
    plan = {
        "parts": sorted(options.regrade),
        "only": sorted(options.only),
        "graded": {row.id: _handed_in(store, row.id) for row in table.rows},
        "done": False,
    }
    if {**_plan(folder), "done": False} != plan:
        if folder.exists():
            shutil.rmtree(folder)
        history.copy(store.folder, folder)
    supervisor.write(folder / _PLAN, plan)
    return Store(folder)


def finish(folder: Path) -> None:
    """Note that a regrade came to its end.

    Args:
        folder: in which it was graded.

    Raises:
        OSError: it cannot be written.
    """
    supervisor.write(folder / _PLAN, {**_plan(folder), "done": True})


def accept(out: Path, *, never_lower: bool = False, assignment: str | None = None) -> Accepted:
    """Take a finished regrade over.

    Args:
        out: the folder of results; the regrade lies in it.
        never_lower: whether a submission that would lose points keeps its grading.
        assignment: the one that the folder must be of; ``None`` for any.

    Returns:
        The outcome.

    Raises:
        UsageError: there is no regrade, it is not finished, or it is of another assignment.
        OSError: it cannot be written.
    """
    folder = out / history.REGRADE
    plan = _plan(folder)
    if not plan:
        raise UsageError(
            f"{out} contains no regrade; run the batch with --regrade PART (or --regrade all) first"
        )
    with closing(Store(out)) as store, closing(Store(folder)) as side:
        table, regraded = store.table(), side.table()
        if table is None or regraded is None:
            raise UsageError(f"the tables in {out} cannot be read; run the batch again")
        if assignment is not None:
            check_same_assignment(store, table.about.name, assignment)
        if not plan.get("done"):
            raise UsageError(
                f"the regrade in {folder} is not finished; run the same batch with --regrade again"
            )
        earlier = history.snapshot(out, table.finished)
        taking = _Taking(store, side, regraded, plan, never_lower=never_lower)
        rows = {row.id: row for row in table.rows}
        rows |= {row.id: row for one in regraded.rows if (row := taking.take(one.id)) is not None}
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        ordered = tuple(rows[name] for name in sorted(rows))
        merged = ClassTable(regraded.about, ordered, table.started, moment)
        if failed := store.finish(merged, parquet=(out / "grades.parquet").exists()):
            raise failed[0]
    shutil.rmtree(folder)
    return Accepted(
        tuple(taking.taken),
        tuple(taking.kept),
        tuple(taking.failed),
        tuple(taking.changed),
        earlier,
        merged,
    )


class _Taking:
    """One submission after the other, from the regrade into what stands."""

    def __init__(
        self,
        store: Store,
        side: Store,
        table: ClassTable,
        plan: Mapping[str, Any],
        *,
        never_lower: bool,
    ) -> None:
        self._store = store
        self._side = side
        self._about = table.about
        self._began_with = plan["graded"]
        self._never_lower = never_lower
        self.taken: list[str] = []
        self.kept: list[str] = []
        self.failed: list[str] = []
        self.changed: list[str] = []

    def take(self, name: str) -> Row | None:
        """Take one over; its new row, or ``None`` where what stands stays as it is."""
        new, old = self._side.earlier(name), self._store.earlier(name)
        if new is None or (new.key and not new.key.startswith(_PREFIX)):
            return None  # it was not judged again
        if new.row.status.is_grader_fault:
            self.failed.append(name)
            return None
        if _handed_in(self._store, name) != self._began_with.get(name, ""):
            self.changed.append(name)
            return None
        holds = key_of(new.bytes, self._about)
        if self._never_lower and old is not None and _lower(new, old):
            self.kept.append(name)
            row = replace(old.row, note=_note(new.row, old.row))
        else:
            self.taken.append(name)
            row = new.row
            history.copy_submission(self._side.folder / name, self._store.folder / name)
        self._store.keep_row(holds, new.bytes, row)
        return row


def _handed_in(store: Store, name: str) -> str:
    """The key of the bytes that the standing grading of a submission is of; empty where it has none."""
    earlier = store.earlier(name)
    return "" if earlier is None else earlier.bytes


def _lower(new: Earlier, old: Earlier) -> bool:
    return not old.row.status.is_grader_fault and new.row.score < old.row.score - 1e-9


def _note(new: Row, old: Row) -> str:
    day = datetime.now(UTC).date().isoformat()
    kept, regraded = points(old.score), points(new.score)
    return f"keeps {kept:g} points: the regrade accepted on {day} gives {regraded:g}"


def _plan(folder: Path) -> dict[str, Any]:
    try:
        return read_json(folder / _PLAN)
    except UnusableTable:
        return {}
