"""A class from its folder to its grades: what is new is graded, what is known is kept.

This process imports neither torch nor the assignment: its graders tell it what it must know.
"""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.model import GraderError, UsageError
from autograder.staff.batch import history, regrade
from autograder.staff.batch.chosen import choose
from autograder.staff.batch.collect import Collected, Entry, collect
from autograder.staff.batch.estimate import seconds_left, stuck
from autograder.staff.batch.graders import Submit, graders, outcome_of
from autograder.staff.batch.options import ALL, BatchOptions
from autograder.staff.batch.room import DiskRoom, enough_for_worker, is_full
from autograder.staff.batch.rows import About, Row, RowStatus
from autograder.staff.batch.store import Earlier, Store, bytes_of, check_parquet, key_of
from autograder.staff.batch.table import ClassTable
from autograder.staff.json_values import Data

_AHEAD = 2  # for each grader so many submissions are handed out at a time
_TABLES_SECONDS = 15.0
_TICK_SECONDS = 1.0
_HOPELESS = 5
_WORKER_MB = 64
_OUTDATED = "graded before the submission, the assignment or the program changed"
_GONE = "no longer in the submissions folder; graded earlier"
_NOT_YET = "the batch has not come to it yet"
_STOPPED = "the batch was stopped before it came to this one; another run will grade it"
_FAILED = "the batch failed before it came to this one; another run will grade it"
_NOT_ASKED = "not among those that --only names"


@dataclass(frozen=True, slots=True)
class Step:
    """How far a batch has come; told after every submission and about every second.

    Attributes:
        row: of the submission that has just come to its end, or ``None``.
        done: how many have, those that were known before included.
        known: how many were known before.
        of: how many there are.
        workers: how many are graded side by side.
        seconds_left: how long the others will take; ``None`` where that is not known yet.
        stuck: the submissions that take far longer than the others, with the seconds since they began.
        limit: after how many seconds one is ended.
        paused: what is waited for, or nothing.
    """

    row: Row | None
    done: int
    known: int
    of: int
    workers: int
    seconds_left: float | None = None
    stuck: tuple[tuple[str, float], ...] = ()
    limit: float = 0.0
    paused: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of a batch.

    Attributes:
        about: the assignment.
        rows: of all submissions that are known, by id.
        asked: ids of those that this run was asked for.
        left: ids of those among them that were to be graded and were not.
        gone: ids of those that were graded before and are no longer among the submissions.
        stopped: whether it was interrupted.
        earlier: where the gradings are kept that this run replaced; ``None`` where it replaced none.
        unwritten: why tables could not be written.
    """

    about: About
    rows: tuple[Row, ...]
    asked: frozenset[str]
    left: tuple[str, ...]
    gone: tuple[str, ...]
    stopped: bool
    earlier: Path | None = None
    unwritten: tuple[OSError, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether everybody who was asked for is graded and every table written."""
        graded = all(row.status is RowStatus.GRADED for row in self.rows if row.id in self.asked)
        return graded and not self.left and not self.stopped and not self.unwritten


@dataclass(frozen=True, slots=True)
class _Item:
    """A submission that is to be graded.

    Attributes:
        entry: the submission.
        handed_in: the key of its bytes.
        key: under which its grading will hold.
        more: what of an earlier grading is taken over.
        note: what the row will say beside its numbers.
    """

    entry: Entry
    handed_in: str
    key: str
    more: Data = field(default_factory=dict)
    note: str = ""


def run(options: BatchOptions, tell: Callable[[Step], None]) -> Summary:
    """Grade a class.

    Args:
        options: what is asked for.
        tell: called with every step.

    Returns:
        What came of it. An interrupt ends it early; what was graded until then is kept.

    Raises:
        UsageError: a path, an id, the assignment or the machine is not as it must be; says how.
        GraderError: the harness fails whatever it is given.
    """
    if options.parquet:
        check_parquet()
    collected = collect(options.folder)
    _check_apart(options)
    chosen = choose(collected.entries, options.only)
    with contextlib.ExitStack() as open_stores:
        store = open_stores.enter_context(contextlib.closing(Store(options.out)))
        try:
            _check_same_class(store, options, collected)
            if options.regrade:
                store, options = (
                    regrade.beside(store, options),
                    replace(options, out=options.out / history.REGRADE),
                )
                open_stores.callback(store.close)
            return _Batch(options, store, collected, chosen, tell).run()
        except OSError as error:
            if not is_full(error):
                raise
            raise UsageError(f"the disk of {options.out} is full; free some room first") from error


def _check_apart(options: BatchOptions) -> None:
    folder, out = options.folder.resolve(), options.out.resolve()
    if folder == out or folder in out.parents or out in folder.parents:
        raise UsageError(
            f"the results in {options.out} and the submissions in {options.folder} must not lie inside one "
            "another; choose another folder for the results with -o"
        )


def _check_same_class(store: Store, options: BatchOptions, collected: Collected) -> None:
    """Refuse a folder that holds the grades of another assignment or of another class."""
    table = store.table()
    if table is None or not table.rows:
        return
    name = Path(options.assignment).stem if "." in options.assignment else options.assignment
    known = {row.id for row in table.rows}
    if table.about.name != name:
        other = f"the grades of {table.about.name}, not of {name}"
    elif known.isdisjoint(entry.id for entry in collected.entries):
        other = f"the grades of another class: none of its submissions is in {options.folder}"
    else:
        return
    if options.regrade:
        raise UsageError(f"{store.folder} holds {other}. Name the folder of this class with -o")
    if options.fresh:
        history.put_away(store.folder, table.finished)
        return
    raise UsageError(
        f"{store.folder} holds {other}. Name another folder with -o, or start over in this one with "
        f"--fresh, which moves what is there to {store.folder / history.EARLIER}"
    )


class _Batch:
    """One run over a class."""

    def __init__(
        self,
        options: BatchOptions,
        store: Store,
        collected: Collected,
        chosen: Sequence[Entry],
        tell: Callable[[Step], None],
    ) -> None:
        self._options = options
        self._store = store
        self._collected = collected
        self._chosen = chosen
        self._tell = tell
        self._started = _now()
        self._rows: dict[str, Row] = {}
        self._outdated: dict[str, Row] = {}
        self._gone: dict[str, Row] = {}
        self._once: dict[str, Any] = {}
        self._waiting: deque[_Item] = deque()
        self._running: dict[str, float] = {}  # since when, by id
        self._spent: list[float] = []
        self._known = 0
        self._workers = 1
        self._failures = 0
        self._why_not = _NOT_YET
        self._about = About("")
        self._room = DiskRoom(store.folder, self._pause)

    def run(self) -> Summary:
        stopped, earlier = False, None
        unwritten: list[OSError] = []
        with graders(self._options) as (submit, self._about, self._workers):
            before = self._store.table()
            replaced = self._look()
            try:
                if replaced and not self._options.regrade:
                    earlier = history.snapshot(
                        self._store.folder, before.finished if before else ""
                    )
                self._room.write(self._write_tables)
                self._say(None)
                self._grade(submit)
                self._room.write(self._write_tables)
                if self._options.regrade:
                    regrade.finish(self._store.folder)
            except KeyboardInterrupt:
                stopped, self._why_not = True, _STOPPED
            except BaseException:
                self._why_not = _FAILED
                raise
            finally:
                with _undisturbed():
                    unwritten = self._store.finish(self._table(), parquet=self._options.parquet)
        asked = [entry.id for entry in self._chosen]
        return Summary(
            about=self._about,
            rows=self._table().rows,
            asked=frozenset(asked),
            left=tuple(name for name in asked if name not in self._rows),
            gone=tuple(self._gone),
            stopped=stopped,
            earlier=earlier,
            unwritten=tuple(unwritten),
        )

    def _look(self) -> bool:
        """Take what is known and queue what is to be graded; whether that replaces a grading."""
        self._check_parts()
        wanted = {entry.id for entry in self._chosen}
        again = self._options.fresh and not self._options.regrade
        replaced = False
        for entry in self._collected.entries:
            handed_in = bytes_of(entry)
            key = self._key(handed_in)
            earlier = self._store.earlier(entry.id)
            holds = earlier is not None and earlier.key == key
            if entry.id in wanted and (again or not holds):
                self._waiting.append(self._item(entry, handed_in, key, earlier))
                replaced |= earlier is not None and earlier.row.status is not RowStatus.UNFINISHED
                holds = False
            if earlier is not None:
                row = self._row_as_handed_in(entry, earlier)
                if holds:
                    self._rows[entry.id] = row
                else:
                    outdated = "" if earlier.key == key else _OUTDATED
                    self._outdated[entry.id] = replace(row, note=row.note or outdated)
        self._known = sum(name in wanted for name in self._rows)
        here = {entry.id for entry in self._collected.entries}
        table = self._store.table()
        for row in table.rows if table else ():
            if row.id not in here and self._store.earlier(row.id) is not None:
                self._gone[row.id] = replace(row, note=_GONE)
        return replaced

    def _row_as_handed_in(self, entry: Entry, earlier: Earlier) -> Row:
        """A known row with the people that the submission has now, which may have become known later."""
        row = replace(
            Row.of(earlier.row.data(), self._once),
            people=entry.people,
            created=entry.created,
            late=entry.late,
        )
        if row != earlier.row:
            self._room.write(lambda: self._store.keep_row(earlier.key, earlier.bytes, row))
        return row

    def _check_parts(self) -> None:
        numbers = [part.number for part in self._about.parts]
        unknown = [one for one in self._options.regrade if one not in (ALL, *numbers)]
        if unknown:
            raise UsageError(
                f"there is no part {', '.join(unknown)}, only {', '.join(numbers)}; --regrade {ALL} "
                "grades every part again"
            )

    def _key(self, handed_in: str) -> str:
        key = key_of(handed_in, self._about)
        return regrade.key(key, self._options.regrade) if self._options.regrade else key

    def _item(self, entry: Entry, handed_in: str, key: str, earlier: Earlier | None) -> _Item:
        """How a submission is graded: whole, or but for the parts that are taken over."""
        whole = _Item(entry, handed_in, key)
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
        return _Item(entry, handed_in, key, more, note)

    def _grade(self, submit: Submit) -> None:
        under_way: dict[Future[Data], _Item] = {}
        last = time.monotonic()
        while True:
            while len(under_way) < _AHEAD * self._workers and self._waiting:
                if self._options.dask is None:
                    self._room.for_workers()
                item = self._waiting.popleft()
                under_way[submit(item.entry, item.more)] = item
            if not under_way:
                return
            finished, _ = wait(under_way, timeout=_TICK_SECONDS, return_when=FIRST_COMPLETED)
            for future in finished:
                self._keep(under_way.pop(future), outcome_of(future))
            now = time.monotonic()
            for future, item in under_way.items():
                if future.running():
                    self._running.setdefault(item.entry.id, now)
            self._say(None)
            if now - last > _TABLES_SECONDS:
                with contextlib.suppress(OSError):
                    self._write_tables()
                last = now

    def _keep(self, item: _Item, graded: Data) -> None:
        entry = item.entry
        row = Row.of({**_row_of(entry).data(), **graded["row"]}, self._once)
        if item.note and not row.note:
            row = replace(row, note=item.note)
        lost = row.status is RowStatus.UNFINISHED
        if lost and self._options.dask is None and not enough_for_worker(_WORKER_MB):
            self._waiting.appendleft(item)  # it fell to a full disk
            self._room.for_workers(_WORKER_MB)
            return
        began = self._running.pop(entry.id, None)
        self._spent.append(row.seconds if began is None else time.monotonic() - began)
        key = "" if lost else item.key  # under no key: a later run grades it again
        kept = {"results": graded["results"], "explain": graded["explain"]}

        def write() -> None:
            with _undisturbed():
                self._store.keep(key, item.handed_in, row, **kept)

        self._room.write(write)
        self._rows[entry.id] = row
        self._say(row)
        self._failures = self._failures + 1 if lost else 0
        if self._failures >= _HOPELESS and self._failures == len(self._rows):
            raise GraderError(
                f"the first {_HOPELESS} submissions could not be graded, so the batch ends: {row.note}"
            )

    def _pause(self, why: str) -> None:
        """Say what is waited for; what runs meanwhile is not slow, only nobody looks at it."""
        self._running.clear()
        self._say(None, why)

    def _say(self, row: Row | None, paused: str = "") -> None:
        now = time.monotonic()
        mean = sum(self._spent) / len(self._spent) if self._spent else None
        running = {name: now - since for name, since in self._running.items()}
        left = None
        if mean is not None:
            elapsed = sorted(running.values(), reverse=True)
            done = sum(entry.id in self._rows for entry in self._chosen)
            waiting = max(0, len(self._chosen) - done - len(running))
            left = seconds_left(waiting, elapsed, self._workers, mean, self._about.seconds)
        late = {name: spent for name, spent in running.items() if stuck(spent, mean or 0.0)}
        self._tell(
            Step(
                row=row,
                done=sum(entry.id in self._rows for entry in self._chosen),
                known=self._known,
                of=len(self._chosen),
                workers=self._workers,
                seconds_left=left,
                stuck=tuple(late.items()),
                limit=self._about.seconds,
                paused=paused,
            )
        )

    def _write_tables(self) -> None:
        """Write every table that can be written.

        Raises:
            OSError: one of them cannot.
        """
        with _undisturbed():
            failed = self._store.finish(self._table(), parquet=self._options.parquet)
        if failed:
            raise failed[0]

    def _table(self) -> ClassTable:
        """By id: what holds, what is not graded (again), what is no longer handed in."""
        asked = {entry.id for entry in self._chosen}
        not_graded = {
            entry.id: _row_of(entry, self._why_not if entry.id in asked else _NOT_ASKED)
            for entry in self._collected.entries
        }
        rows = {**not_graded, **self._gone, **self._outdated, **self._rows}
        ordered = tuple(rows[name] for name in sorted(rows))
        return ClassTable(self._about, ordered, self._started, _now())


def _row_of(entry: Entry, why: str = "") -> Row:
    """The row of a submission before it is graded."""
    return Row(
        entry.id,
        entry.file,
        entry.users,
        entry.people,
        created=entry.created,
        late=entry.late,
        status=RowStatus.NOT_GRADED,
        note=why,
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let an interrupt wait until a file is whole on its way and its row beside it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {
        number: signal.signal(number, lambda number, _frame: came.append(number))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if came:
        raise KeyboardInterrupt
