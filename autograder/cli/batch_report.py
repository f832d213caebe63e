"""How far a batch has come, as a live table or as lines of a log, and the outcome."""

from __future__ import annotations

import statistics
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from autograder.gradescope.markdown import plain
from autograder.model.wording import plural
from autograder.staff.batch import history
from autograder.staff.batch.progress import Step
from autograder.staff.batch.regrade import Accepted
from autograder.staff.batch.rows import Row, RowStatus
from autograder.staff.batch.run import Summary

_LOG_SECONDS = 10.0
_QUIET_SECONDS = 60.0
_LAST = 8
_COLOURS = {
    RowStatus.GRADED: "green",
    RowStatus.REFUSED: "yellow",
    RowStatus.UNFINISHED: "red",
    RowStatus.ERROR: "red",
    RowStatus.NOT_GRADED: "red",
}


ProgressCallback = Callable[[Step], None]


@contextmanager
def progress() -> Iterator[ProgressCallback]:
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
    last: deque[Row] = deque(maxlen=_LAST)
    failed: list[Row] = []
    began = 0.0
    with Live(bar, console=console, transient=True, refresh_per_second=4) as live:

        def tell(step: Step) -> None:
            nonlocal began
            began = began or time.monotonic()
            if step.row is not None:
                last.append(step.row)
                if step.row.status is not RowStatus.GRADED:
                    failed.append(step.row)
            rate = _rate(step, time.monotonic() - began)
            bar.update(task, total=step.of, completed=step.done, rate=rate)
            live.update(Group(bar, _table(last), *_failures(failed), *map(escape, _waits(step))))

        yield tell


def _log() -> ProgressCallback:
    """A line at the beginning, at the end, for every failure, every ten seconds, and for every wait."""
    began = last = 0.0
    paused = ""

    def tell(step: Step) -> None:
        nonlocal began, last, paused
        now = time.monotonic()
        row = step.row
        if step.paused != paused:
            paused = step.paused
            _write(f"paused: {paused}" if paused else "grading continues")
        if row is not None and row.status is not RowStatus.GRADED:
            _write(f"{_who(row)}: {row.status}. {plain(row.note)}")
        first, ended = not began, row is not None and step.done == step.of
        began = began or now
        quiet = _LOG_SECONDS if row is not None else _QUIET_SECONDS
        if not paused and (first or ended or now - last > quiet):
            last = now
            known = f" ({step.known} known before)" if step.known and first else ""
            lines = [f"{step.done} of {step.of}{known}, {_rate(step, now - began)}", *_waits(step)]
            _write("; ".join(lines))

    return tell


def _write(line: str) -> None:
    with suppress(OSError):  # the reader of the log may be gone; the class is graded all the same
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


def _rate(step: Step, seconds: float) -> str:
    done = step.done - step.known
    side_by_side = f"{step.workers} at a time"
    if not done or seconds <= 0 or step.seconds_left is None:
        return side_by_side
    rate = f"{60 * done / seconds:.0f} a minute, {side_by_side}"
    left = step.of - step.done
    return f"{rate}, about {_duration(step.seconds_left)} left" if left else rate


def _waits(step: Step) -> Iterator[str]:
    """What takes long, and what is waited for."""
    if step.stuck:
        named = ", ".join(f"{name} ({_duration(spent)})" for name, spent in step.stuck[:_LAST])
        yield f"running for a long time, ended after {_duration(step.limit)} at the latest: {named}"
    if step.paused:
        yield f"Paused: {step.paused}."


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes} min {seconds:02} s" if minutes else f"{seconds} s"


def _table(rows: Sequence[Row]) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("submission", "points", "", "seconds"):
        table.add_column(title, justify="left" if title in ("submission", "") else "right")
    for row in rows:
        table.add_row(
            escape(row.id),
            f"{row.score:.4g}",
            f"[{_COLOURS[row.status]}]{row.status}[/]",
            f"{row.seconds:.1f}",
        )
    return table


def _failures(failed: Sequence[Row]) -> Iterator[str]:
    if failed:
        names = ", ".join(escape(row.id) for row in failed[-_LAST:])
        yield f"[red]{len(failed)} could not be graded so far:[/] {names}"


def report(summary: Summary, out: Path, seconds: float, *, fresh: bool) -> None:
    """Print the outcome of a batch, and what to do next."""
    console = Console(highlight=False)
    counts = Counter(row.status for row in summary.rows)
    table = Table(title=escape(summary.about.title), title_justify="left")
    table.add_column("")
    table.add_column("submissions", justify="right")
    for status in RowStatus:
        if counts[status]:
            table.add_row(f"[{_COLOURS[status]}]{status}[/]", str(counts[status]))
    console.print(table)
    scores = [row.score for row in summary.rows if row.status is RowStatus.GRADED]
    if scores:
        middle = statistics.median(scores)
        console.print(
            f"median of those graded: {middle:.4g} of {summary.about.points:g} points; "
            f"{_duration(seconds)}"
        )
    not_graded: dict[str, list[str]] = {}
    for row in summary.rows:
        if row.status is RowStatus.NOT_GRADED:
            not_graded.setdefault(row.note, []).append(row.id)
        elif row.status is not RowStatus.GRADED:
            console.print(
                f"[{_COLOURS[row.status]}]{row.status}[/] {escape(_who(row))}: "
                f"{escape(plain(row.note))}"
            )
    for why, names in not_graded.items():
        console.print(f"[red]not graded[/] {_listed(names)}: {why}")
    if summary.like_exports:
        number = len(summary.like_exports)
        what = plural(
            number,
            "folder was graded as one submission, but looks like a whole export",
            "folders were graded as one submission each, but look like whole exports",
        )
        console.print(
            f"[yellow]{number} {what}:[/]\n  {_listed(summary.like_exports)}\n"
            f"  If so, move {plural(number, 'it', 'them')} to another folder and grade that."
        )
    not_again = sorted(set(summary.left).difference(*not_graded.values()))
    if not_again:
        console.print(f"not graded again yet, their earlier grades stand: {_listed(not_again)}")
    if summary.gone:
        console.print(
            f"graded earlier but no longer in the submissions folder: {_listed(summary.gone)}; their rows "
            "stay in the table"
        )
    if summary.earlier is not None:
        console.print(f"the earlier grades are kept in {escape(str(summary.earlier))}")
    for error in summary.unwritten:
        console.print(f"[red]{error.filename} could not be written: {error.strerror}[/]")
    console.print(
        f"[bold]{escape(str(out / 'grades.csv'))}[/] and {escape(str(out))}/<id>/results.json"
    )
    if summary.stopped and fresh:
        console.print(
            "Stopped. The same command without --fresh grades those who are not graded yet; with it, "
            "everybody again."
        )
    elif summary.stopped:
        console.print("Stopped. Run the same command again to continue.")


def _who(row: Row) -> str:
    """A submission for a reader: its id, and its people where the id does not name them."""
    known = _letters(row.id)
    names = [name for name in row.names if _letters(name) not in known]
    return f"{row.id} ({' '.join(plain(', '.join(names)).split())})" if names else row.id


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _listed(names: Sequence[str]) -> str:
    """The first names of many, and how many more there are."""
    more = f", … and {len(names) - _LAST} more" if len(names) > _LAST else ""
    return escape(", ".join(names[:_LAST])) + more


def report_accepted(accepted: Accepted, out: Path) -> None:
    """Print what became of the grades when a regrade was accepted."""
    console = Console(highlight=False)
    console.print(f"grades replaced: {len(accepted.taken)}")
    for ids, what in (
        (accepted.kept, "not replaced, because the regrade gives fewer points"),
        (accepted.failed, "not replaced, because they could not be graded again"),
        (
            accepted.changed,
            "not replaced, because they were handed in again after the regrade began",
        ),
    ):
        if ids:
            console.print(f"{what}: {len(ids)} ({_listed(ids)})")
    console.print(f"the earlier grades are kept in {escape(str(accepted.earlier))}")
    console.print(f"[bold]{escape(str(out / 'grades.csv'))}[/] is up to date")


def next_step(out: Path) -> None:
    """Print how to look at a regrade and how to accept it."""
    Console(highlight=False, soft_wrap=True).print(
        f"Nothing in {escape(str(out))} has changed yet. To see who gains and who loses:\n"
        f"  autograder compare {escape(str(out))} {escape(str(out / history.REGRADE))}\n"
        "To replace the grades by the new ones:\n"
        f"  autograder batch -o {escape(str(out))} --accept [--never-lower]".replace("[--", r"\[--")
    )
