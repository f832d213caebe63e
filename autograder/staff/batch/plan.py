"""What a batch has to do: what is known of a class and holds, and what is to be graded."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from autograder.model import UsageError
from autograder.staff.batch import regrade
from autograder.staff.batch.collect import Entry
from autograder.staff.batch.disk_space import DiskSpace
from autograder.staff.batch.options import ALL, BatchOptions
from autograder.staff.batch.rows import About, Row, RowStatus
from autograder.staff.batch.store import Earlier, Store, bytes_of, key_of
from autograder.staff.json_values import Data

_OUTDATED = "graded before the submission, the assignment or the program changed"
_GONE = "no longer in the submissions folder; graded earlier"


@dataclass(frozen=True, slots=True)
class Item:
    """A submission that is to be graded.

    Attributes:
        entry: the submission.
        handed_in: the key of its bytes.
        key: under which its grading will hold.
        more: what of an earlier grading is taken over.
        note: the note in the row.
    """

    entry: Entry
    handed_in: str
    key: str
    more: Data = field(default_factory=dict)
    note: str = ""


@dataclass(slots=True)
class BatchPlan:
    """What is known and what is to be done; rows are by id.

    Attributes:
        known: rows that hold.
        outdated: rows of submissions that have changed, or are to be graded again.
        gone: rows of submissions that are no longer there.
        waiting: what is to be graded, in order.
        replaces: whether an earlier grading is replaced.
    """

    known: dict[str, Row] = field(default_factory=dict)
    outdated: dict[str, Row] = field(default_factory=dict)
    gone: dict[str, Row] = field(default_factory=dict)
    waiting: deque[Item] = field(default_factory=deque)
    replaces: bool = False


class Planner:
    """Holds the submissions of a class against what an earlier batch left."""

    def __init__(
        self,
        options: BatchOptions,
        about: About,
        store: Store,
        disk: DiskSpace,
        once: dict[str, Any],
    ) -> None:
        """Prepare to plan; nothing is read yet.

        Args:
            options: what is asked for.
            about: the assignment.
            store: what the earlier batch left.
            disk: where rows are written that changed.
            once: see `Row.of`.

        Raises:
            UsageError: a part is to be graded again that the assignment does not have.
        """
        self._options = options
        self._about = about
        self._store = store
        self._disk = disk
        self._once = once
        numbers = [part.number for part in about.parts]
        if unknown := [one for one in options.regrade if one not in (ALL, *numbers)]:
            raise UsageError(
                f"there is no part {', '.join(unknown)}, only {', '.join(numbers)}; --regrade {ALL} "
                "grades every part again"
            )

    def plan(self, entries: Sequence[Entry], asked: Collection[str]) -> BatchPlan:
        """What is to be done.

        Args:
            entries: all submissions of the class.
            asked: the ids of those that are to be graded.
        """
        again = self._options.fresh and not self._options.regrade
        found = BatchPlan()
        for entry in entries:
            handed_in = bytes_of(entry)
            key = self._key(handed_in)
            earlier = self._store.earlier(entry.id)
            holds = earlier is not None and earlier.key == key
            if entry.id in asked and (again or not holds):
                found.waiting.append(self._item(entry, handed_in, key, earlier))
                found.replaces |= (
                    earlier is not None and earlier.row.status is not RowStatus.UNFINISHED
                )
                holds = False
            if earlier is None:
                continue
            row = self._row_as_handed_in(entry, earlier)
            if holds:
                found.known[entry.id] = row
            else:
                if earlier.key != key and row.note == row.found:  # the grading left no note
                    row = replace(row, note=_OUTDATED, found="").found_as(row.found)
                found.outdated[entry.id] = row
        here = {entry.id for entry in entries}
        table = self._store.table()
        for row in table.rows if table else ():
            if row.id not in here and self._store.earlier(row.id) is not None:
                found.gone[row.id] = replace(row, note=_GONE)
        return found

    def _row_as_handed_in(self, entry: Entry, earlier: Earlier) -> Row:
        """A known row with the people that the submission has now, which may have become known later."""
        row = replace(
            Row.of(earlier.row.data(), self._once),
            people=entry.people,
            created=entry.created,
            late=entry.late,
        ).found_as(entry.note)
        if row != earlier.row:
            self._disk.write(lambda: self._store.keep_row(earlier.key, earlier.bytes, row))
        return row

    def _key(self, handed_in: str) -> str:
        key = key_of(handed_in, self._about)
        return regrade.key(key, self._options.regrade) if self._options.regrade else key

    def _item(self, entry: Entry, handed_in: str, key: str, earlier: Earlier | None) -> Item:
        """How a submission is graded: whole, or but for the parts that are taken over."""
        whole = Item(entry, handed_in, key)
        parts = self._options.regrade
        if not parts or ALL in parts or earlier is None:
            return whole
        results, explained = self._store.results(entry.id), self._store.explained(entry.id)
        seed = (results or {}).get("extra_data", {}).get("seed")
        same = earlier.bytes == handed_in and earlier.row.status in (
            RowStatus.GRADED,
            RowStatus.ERROR,
        )
        if not same or not seed or explained is None:
            return whole
        more = {"again": list(parts), "earlier": explained, "seed": seed}
        changed = earlier.key != key_of(handed_in, self._about)
        note = f"only {', '.join(parts)} was graded again, after a change" if changed else ""
        return Item(entry, handed_in, key, more, note)
