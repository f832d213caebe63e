"""A class from its folder to its grades: what is new is graded, what is known is kept.

This process imports neither torch nor the assignment: its graders tell it what it must know.
"""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.model import GraderError, UsageError
from autograder.staff.batch import history, regrade
from autograder.staff.batch.chosen import choose
from autograder.staff.batch.collect import Collected, Entry, collect
from autograder.staff.batch.disk_space import DiskSpace, enough_for_worker, is_full
from autograder.staff.batch.folders import check_not_nested, check_same_class
from autograder.staff.batch.graders import Graders, graders, outcome_of
from autograder.staff.batch.options import BatchOptions
from autograder.staff.batch.plan import BatchPlan, Item, Planner
from autograder.staff.batch.progress import Pace, Step
from autograder.staff.batch.rows import About, Row, RowStatus
from autograder.staff.batch.store import Store, check_parquet
from autograder.staff.batch.table import ClassTable
from autograder.staff.json_values import Data

_AHEAD = 2  # for each grader so many submissions are handed out at a time
_TABLES_SECONDS = 15.0
_TICK_SECONDS = 1.0
_HOPELESS = 5
_WORKER_MB = 64
_NOT_YET = "the batch has not come to it yet"
_STOPPED = "the batch was stopped before it came to this one; another run will grade it"
_FAILED = "the batch failed before it came to this one; another run will grade it"
_NOT_ASKED = "not among those that --only names"


@dataclass(frozen=True, slots=True)
class Summary:
    """The outcome of a batch.

    Attributes:
        about: the assignment.
        rows: of all submissions that are known, by id.
        requested: ids of those that this run was asked for.
        left: ids of those among them that were to be graded and were not.
        like_exports: ids of those that were asked for, were taken for one submission each, and look like
            whole exports.
        gone: ids of those that were graded before and are no longer among the submissions.
        stopped: whether it was interrupted.
        earlier: where the gradings are kept that this run replaced; ``None`` where it replaced none.
        unwritten: why tables could not be written.
    """

    about: About
    rows: tuple[Row, ...]
    requested: frozenset[str]
    left: tuple[str, ...]
    like_exports: tuple[str, ...]
    gone: tuple[str, ...]
    stopped: bool
    earlier: Path | None = None
    unwritten: tuple[OSError, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether all who were asked for are graded, none of them a whole export, and all is written."""
        graded = all(
            row.status is RowStatus.GRADED for row in self.rows if row.id in self.requested
        )
        return graded and not (self.left or self.like_exports or self.stopped or self.unwritten)


def run(options: BatchOptions, tell: Callable[[Step], None]) -> Summary:
    """Grade a class.

    Args:
        options: what is asked for.
        tell: called with every step.

    Returns:
        The outcome. An interrupt ends it early; what was graded until then is kept.

    Raises:
        UsageError: a path, an id, the assignment or the machine is not as it must be; says how.
        GraderError: the harness fails whatever it is given.
    """
    if options.parquet:
        check_parquet()
    collected = collect(options.folder)
    check_not_nested(options)
    chosen = choose(collected.entries, options.only)
    with contextlib.ExitStack() as open_stores:
        store = open_stores.enter_context(contextlib.closing(Store(options.out)))
        try:
            check_same_class(store, options, collected)
            if options.regrade:
                store, options = (
                    regrade.open_store(store, options),
                    replace(options, out=options.out / history.REGRADE),
                )
                open_stores.callback(store.close)
            return _Batch(options, store, collected, chosen, tell).run()
        except OSError as error:
            if not is_full(error):
                raise
            raise UsageError(f"the disk of {options.out} is full; free some room first") from error


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
        self._plan = BatchPlan()
        self._once: dict[str, Any] = {}
        self._pace = Pace()
        self._known = 0
        self._workers = 1
        self._failures = 0
        self._why_lost = ""
        self._installation_works = False
        self._why_not = _NOT_YET
        self._about = About("")
        self._disk = DiskSpace(store.folder, self._pause)

    def run(self) -> Summary:
        stopped, earlier = False, None
        unwritten: list[OSError] = []
        with graders(self._options) as found:
            self._about, self._workers = found.about, found.slots
            before = self._store.table()
            requested = {entry.id for entry in self._chosen}
            planner = Planner(self._options, self._about, self._store, self._disk, self._once)
            self._plan = planner.plan(self._collected.entries, requested)
            self._rows = {**self._plan.known}
            self._known = len(requested & self._rows.keys())
            try:
                if self._plan.replaces and not self._options.regrade:
                    earlier = history.snapshot(
                        self._store.folder, before.finished if before else ""
                    )
                self._disk.write(self._write_tables)
                self._report_progress(None)
                self._grade(found)
                self._disk.write(self._write_tables)
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
        return Summary(
            about=self._about,
            rows=self._table().rows,
            requested=frozenset(requested),
            left=tuple(one.id for one in self._chosen if one.id not in self._rows),
            like_exports=tuple(one.id for one in self._chosen if one.like_an_export),
            gone=tuple(self._plan.gone),
            stopped=stopped,
            earlier=earlier,
            unwritten=tuple(unwritten),
        )

    def _grade(self, found: Graders) -> None:
        under_way: dict[Future[Data], Item] = {}
        last = time.monotonic()
        while True:
            while len(under_way) < _AHEAD * self._workers and self._plan.waiting:
                if self._options.dask is None:
                    self._disk.for_workers()
                item = self._plan.waiting.popleft()
                under_way[found.submit(item.entry, item.more)] = item
            if not under_way:
                return
            finished, _ = wait(under_way, timeout=_TICK_SECONDS, return_when=FIRST_COMPLETED)
            for future in finished:
                self._keep(under_way.pop(future), outcome_of(future))
            if self._failures >= _HOPELESS and self._failures == len(self._rows):
                self._check_installation(found)
            now = time.monotonic()
            for future, item in under_way.items():
                if future.running():
                    self._pace.begin(item.entry.id, now)
            self._report_progress(None)
            if now - last > _TABLES_SECONDS:
                with contextlib.suppress(OSError):
                    self._write_tables()
                last = now

    def _keep(self, item: Item, graded: Data) -> None:
        entry = item.entry
        row = Row.of({**_row_of(entry).data(), **graded["row"]}, self._once)
        row = replace(row, note="; ".join(filter(None, (row.note, item.note)))).found_as(entry.note)
        lost = row.status is RowStatus.UNFINISHED
        if lost and self._options.dask is None and not enough_for_worker(_WORKER_MB):
            self._plan.waiting.appendleft(item)  # it fell to a full disk
            self._disk.for_workers(_WORKER_MB)
            return
        self._pace.end(entry.id, row.seconds)
        key = "" if lost else item.key  # under no key: a later run grades it again
        kept = {"results": graded["results"], "explain": graded["explain"]}

        def write() -> None:
            with _undisturbed():
                self._store.keep(key, item.handed_in, row, **kept)

        self._disk.write(write)
        self._rows[entry.id] = row
        self._report_progress(row)
        self._failures = self._failures + 1 if lost else 0
        self._why_lost = row.note

    def _check_installation(self, found: Graders) -> None:
        """Grade the reference solution: the first submissions may all be hostile, or grading may be broken.

        Raises:
            GraderError: the reference solution cannot be graded either.
        """
        if self._installation_works:
            return
        future = found.self_test()
        while not wait((future,), timeout=_TICK_SECONDS).done:
            self._pause(
                f"the first {self._failures} submissions could not be graded; the reference solution is "
                "being graded, to see whether anything can"
            )
        if outcome_of(future)["row"]["status"] == RowStatus.UNFINISHED:
            raise GraderError(
                f"the first {self._failures} submissions could not be graded, so the batch ends: "
                f"{self._why_lost}"
            )
        self._installation_works = True
        self._report_progress(None)

    def _pause(self, why: str) -> None:
        """Say what is waited for; what runs meanwhile is not slow, only nobody looks at it."""
        self._pace.forget()
        self._report_progress(None, why)

    def _report_progress(self, row: Row | None, paused: str = "") -> None:
        done = sum(entry.id in self._rows for entry in self._chosen)
        limit = self._about.seconds
        left, late = self._pace.left(len(self._chosen) - done, self._workers, limit)
        self._tell(
            Step(
                row=row,
                done=done,
                known=self._known,
                of=len(self._chosen),
                workers=self._workers,
                seconds_left=left,
                stuck=late,
                limit=limit,
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
        requested = {entry.id for entry in self._chosen}
        not_graded = {
            entry.id: _row_of(entry, self._why_not if entry.id in requested else _NOT_ASKED)
            for entry in self._collected.entries
        }
        rows = {**not_graded, **self._plan.gone, **self._plan.outdated, **self._rows}
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
    """Make an interrupt wait until a file is completely written, and its row too."""
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
