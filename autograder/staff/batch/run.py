"""A class from its folder to its grades: what is new is graded, what is known is kept.

This process imports neither torch nor the assignment: its graders tell it what it must know.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from autograder.model import GraderError, UsageError
from autograder.staff.batch.collect import Collected, Entry, collect
from autograder.staff.batch.graders import Submit, graders, outcome_of
from autograder.staff.batch.store import Store, bytes_of, check_parquet, key_of, shared
from autograder.staff.batch.wish import Wish

Data = dict[str, Any]

_AHEAD = 2  # for each grader so many submissions are handed out at a time
_TABLES_SECONDS = 15.0
_HOPELESS = 5
_OUTDATED = "as graded before the submission, the assignment or the program changed"


@dataclass(frozen=True, slots=True)
class Step:
    """How far a batch has come, told after every submission.

    Attributes:
        row: of the submission that has just come to its end, or ``None`` at the beginning.
        done: how many have, those that were known before included.
        known: how many were known before.
        of: how many there are.
        workers: how many are graded side by side.
    """

    row: Data | None
    done: int
    known: int
    of: int
    workers: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of a batch.

    Attributes:
        about: the assignment, as in `batch.json`.
        rows: of all submissions that are known, by id.
        left: ids of those that were to be graded and were not.
        ignored: names in the folder that are no submissions.
        stopped: whether it was interrupted.
    """

    about: Data
    rows: tuple[Data, ...]
    left: tuple[str, ...]
    ignored: tuple[str, ...]
    stopped: bool


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


def run(wish: Wish, tell: Callable[[Step], None]) -> Summary:
    """Grade a class.

    Args:
        wish: what is wanted.
        tell: called with every step.

    Returns:
        What came of it. An interrupt ends it early; what was graded until then is kept.

    Raises:
        UsageError: a path, an id, the assignment or the machine is not as it must be; says how.
        GraderError: the harness fails whatever it is given.
    """
    if wish.parquet:
        check_parquet()
    collected = collect(wish.folder)
    _apart(wish)
    chosen = _chosen(collected, wish.only)
    store = Store(wish.out)
    try:
        return _Batch(wish, store, collected, chosen, tell).run()
    finally:
        store.close()


def _apart(wish: Wish) -> None:
    folder, out = wish.folder.resolve(), wish.out.resolve()
    if folder == out or folder in out.parents or out in folder.parents:
        raise UsageError(
            f"results in {wish.out} and submissions in {wish.folder} lie in one another: name a folder "
            "for the results beside that of the submissions"
        )


def _chosen(collected: Collected, only: Sequence[str]) -> list[Entry]:
    known = {entry.id: entry for entry in collected.entries}
    unknown = [name for name in only if name not in known]
    if unknown:
        raise UsageError(
            f"there is no submission {', '.join(unknown)}: ids are the names in the first column of "
            f"grades.csv, such as {next(iter(known))}"
        )
    return [known[name] for name in dict.fromkeys(only)] or [*collected.entries]


class _Batch:
    """One run over a class."""

    def __init__(
        self,
        wish: Wish,
        store: Store,
        collected: Collected,
        chosen: Sequence[Entry],
        tell: Callable[[Step], None],
    ) -> None:
        self._wish = wish
        self._store = store
        self._collected = collected
        self._chosen = chosen
        self._tell = tell
        self._started = _now()
        self._rows: dict[str, Data] = {}
        self._outdated: dict[str, Data] = {}
        self._once: dict[str, Data] = {}
        self._known = 0
        self._failures = 0
        self._about: Data = {}

    def run(self) -> Summary:
        stopped = False
        waiting: list[_Item] = []
        with graders(self._wish) as (submit, about, workers):
            self._about = {**about, "isolation": str(self._wish.isolation)}
            try:
                waiting = self._look(self._chosen)
                self._say(None, workers)
                self._grade(waiting, submit, workers)
            except KeyboardInterrupt:
                stopped = True
            finally:
                with _undisturbed():
                    self._write_tables()
        left = tuple(one.entry.id for one in waiting if one.entry.id not in self._rows)
        return Summary(self._about, tuple(self._all_rows()), left, self._collected.ignored, stopped)

    def _look(self, chosen: Sequence[Entry]) -> list[_Item]:
        """Take what is known; what is left to be graded, and how."""
        numbers = [part["number"] for part in self._about["parts"]]
        if unknown := [number for number in self._wish.regrade if number not in numbers]:
            raise UsageError(f"there is no part {', '.join(unknown)}, only {', '.join(numbers)}")
        wanted = {entry.id for entry in chosen}
        waiting = []
        for entry in self._collected.entries:
            handed_in = bytes_of(entry)
            key = key_of(handed_in, self._about)
            earlier = self._store.earlier(entry.id)
            row = None if earlier is None else earlier["row"]
            holds = earlier is not None and earlier["key"] == key
            if row is not None and not holds:
                row = {**row, "note": row["note"] or _OUTDATED}
            again = self._wish.fresh or self._wish.regrade
            if entry.id in wanted and (again or not holds):
                waiting.append(self._item(entry, handed_in, key, earlier))
                holds = False
            if row is not None:
                (self._rows if holds else self._outdated)[entry.id] = shared(row, self._once)
        self._known = sum(name in wanted for name in self._rows)
        return waiting

    def _item(self, entry: Entry, handed_in: str, key: str, earlier: Data | None) -> _Item:
        """How a submission is graded: whole, or but for the parts that are taken over."""
        whole = _Item(entry, handed_in, key)
        if not self._wish.regrade or self._wish.fresh or earlier is None:
            return whole
        results, explained = self._store.results(entry.id), self._store.explained(entry.id)
        seed = (results or {}).get("extra_data", {}).get("seed")
        same = earlier["bytes"] == handed_in and earlier["row"]["status"] in ("graded", "error")
        if not same or not seed or explained is None:
            return whole
        more = {"again": list(self._wish.regrade), "earlier": explained, "seed": seed}
        if earlier["key"] == key:
            return _Item(entry, handed_in, key, more)
        note = f"graded again in {', '.join(self._wish.regrade)} alone, after a change"
        return _Item(entry, handed_in, earlier["key"], more, note)

    def _grade(self, waiting: Sequence[_Item], submit: Submit, workers: int) -> None:
        under_way: dict[Future[Data], _Item] = {}
        ahead = iter(waiting)
        last = time.monotonic()
        while True:
            while len(under_way) < _AHEAD * workers and (item := next(ahead, None)):
                under_way[submit(item.entry, item.more)] = item
            if not under_way:
                return
            finished, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in finished:
                self._keep(under_way.pop(future), outcome_of(future), workers)
            if time.monotonic() - last > _TABLES_SECONDS:
                self._write_tables()
                last = time.monotonic()

    def _keep(self, item: _Item, graded: Data, workers: int) -> None:
        entry = item.entry
        row = {
            "id": entry.id,
            "file": entry.path.name if not entry.files else ", ".join(n for n, _ in entry.files),
            "users": list(entry.users),
            "names": list(entry.names),
            "created": entry.created,
            "note": item.note,
            **graded["row"],
        }
        lost = row["status"] == "unfinished"
        with _undisturbed():
            # Under no key: a later run grades it again.
            key = "" if lost else item.key
            self._store.keep(entry.id, key, item.handed_in, {**graded, "row": row})
        self._rows[entry.id] = shared(row, self._once)
        self._say(row, workers)
        self._failures = self._failures + 1 if lost else 0
        if self._failures >= _HOPELESS and self._failures == len(self._rows):
            raise GraderError(
                f"the first {_HOPELESS} submissions could not be graded, so none will be: {row['note']}"
            )

    def _say(self, row: Data | None, workers: int) -> None:
        done = sum(entry.id in self._rows for entry in self._chosen)
        self._tell(Step(row, done, self._known, len(self._chosen), workers))

    def _write_tables(self) -> None:
        about = {**self._about, "started": self._started, "finished": _now()}
        self._store.finish(about, self._all_rows(), parquet=self._wish.parquet)

    def _all_rows(self) -> list[Data]:
        """By id: what holds, and what has not been graded again yet."""
        rows = {**self._outdated, **self._rows}
        return [rows[name] for name in sorted(rows)]


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
