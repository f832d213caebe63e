"""``autograder batch``: a class, a table that lives while it is graded, a log where no one looks on."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from autograder.model import Isolation
from autograder.staff.batch.run import Step, Summary
from autograder.staff.batch.run import run as grade_class
from autograder.staff.batch.wish import Wish

_LOG_SECONDS = 10.0
_INTERRUPTED = 130
_NOT_GRADED = 1
_LAST = 8
_COLOURS = {"graded": "green", "refused": "yellow", "unfinished": "red", "error": "red"}

Tell = Callable[[Step], None]


def run(options: argparse.Namespace, _argv: Sequence[str]) -> int:
    """Grade a class."""
    wish = Wish(
        folder=options.folder,
        assignment=options.assignment,
        out=options.output,
        workers=options.workers,
        dask=options.dask,
        isolation=Isolation(options.isolation),
        fresh=options.fresh,
        only=tuple(options.only),
        regrade=tuple(options.regrade),
        parquet=options.parquet,
    )
    signal.signal(signal.SIGTERM, _interrupt)
    began = time.monotonic()
    try:
        with _shown() as tell:
            summary = grade_class(wish, tell)
    except KeyboardInterrupt:  # before the first submission was handed out
        sys.stderr.write("\nautograder batch: stopped before anything was graded\n")
        return _INTERRUPTED
    _report(summary, options.output, time.monotonic() - began)
    if summary.stopped:
        return _INTERRUPTED
    return (
        _NOT_GRADED if any(row["status"] in ("unfinished", "error") for row in summary.rows) else 0
    )


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


@contextmanager
def _shown() -> Iterator[Tell]:
    """A live table on a terminal, a line now and then elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _log()
        return
    bar = Progress(
        TextColumn("{task.completed} of {task.total}"),
        BarColumn(),
        TextColumn("{task.fields[rate]}"),
        console=console,
    )
    task = bar.add_task("", total=None, rate="warming up")
    last: deque[dict[str, Any]] = deque(maxlen=_LAST)
    failed: list[dict[str, Any]] = []
    began = time.monotonic()
    with Live(bar, console=console, transient=True, refresh_per_second=4) as live:

        def tell(step: Step) -> None:
            nonlocal began
            if step.row is None:
                began = time.monotonic()
            else:
                last.append(step.row)
                if step.row["status"] in ("unfinished", "error"):
                    failed.append(step.row)
            rate = _rate(step, time.monotonic() - began)
            bar.update(task, total=step.of, completed=step.done, rate=rate)
            live.update(Group(bar, _table(last), *_failures(failed)))

        yield tell


def _log() -> Tell:
    """A line at the beginning, at the end, for every failure, and every ten seconds."""
    began = last = time.monotonic()

    def tell(step: Step) -> None:
        nonlocal began, last
        now = time.monotonic()
        row = step.row
        if row is None:
            began = now
        if row is not None and row["status"] in ("unfinished", "error"):
            _write(f"{row['id']}: {row['status']}. {row['note']}")
        if row is None or step.done == step.of or now - last > _LOG_SECONDS:
            last = now
            known = f" ({step.known} known before)" if step.known and row is None else ""
            _write(f"{step.done} of {step.of}{known}, {_rate(step, now - began)}")

    return tell


def _write(line: str) -> None:
    with suppress(OSError):  # whoever read the log may be gone; the class is graded all the same
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


def _rate(step: Step, seconds: float) -> str:
    done, left = step.done - step.known, step.of - step.done
    side_by_side = f"{step.workers} at a time"
    if not done or seconds <= 0:
        return side_by_side
    rate = f"{60 * done / seconds:.0f} a minute, {side_by_side}"
    return f"{rate}, {_duration(left * seconds / done)} left" if left else rate


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes} min {seconds:02} s" if minutes else f"{seconds} s"


def _table(rows: Sequence[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("submission", "points", "", "seconds"):
        table.add_column(title, justify="left" if title in ("submission", "") else "right")
    for row in rows:
        colour = _COLOURS[row["status"]]
        table.add_row(
            escape(row["id"]),
            f"{row['score']:g}",
            f"[{colour}]{row['status']}[/]",
            f"{row['seconds']:.1f}",
        )
    return table


def _failures(failed: Sequence[dict[str, Any]]) -> Iterator[str]:
    if failed:
        names = ", ".join(escape(row["id"]) for row in failed[-_LAST:])
        yield f"[red]{len(failed)} could not be graded whole so far:[/] {names}"


def _report(summary: Summary, out: Path, seconds: float) -> None:
    console = Console()
    counts: dict[str, int] = {}
    for row in summary.rows:
        counts[row["status"]] = counts.get(row["status"], 0) + 1
    table = Table(title=escape(summary.about["title"]), title_justify="left")
    for title in ("", "submissions"):
        table.add_column(title, justify="right" if title else "left")
    for status, count in sorted(counts.items()):
        table.add_row(f"[{_COLOURS[status]}]{status}[/]", str(count))
    if summary.left:
        table.add_row("not graded yet", str(len(summary.left)))
    console.print(table)
    scores = sorted(row["score"] for row in summary.rows)
    if scores:
        middle = scores[len(scores) // 2]
        console.print(
            f"median {middle:g} of {summary.about['points']:g} points, {_duration(seconds)}"
        )
    if summary.ignored:
        named = ", ".join(map(escape, summary.ignored[:5]))
        console.print(f"no submission, and left alone: {len(summary.ignored)} ({named})")
    console.print(
        f"[bold]{escape(str(out / 'grades.csv'))}[/] and {escape(str(out))}/<id>/results.json"
    )
    if summary.stopped:
        console.print("Stopped. The same command goes on where this one ended.")
