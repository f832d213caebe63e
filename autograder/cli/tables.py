"""Reports as a terminal shows them: one line a part, explanations below, progress while it lasts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from autograder.model import Outcome, PartResult, Report

_WORDS = {
    Outcome.PASSED: "passed",
    Outcome.WRONG: "wrong",
    Outcome.RAISED: "raised",
    Outcome.MISSING: "missing",
    Outcome.TIMED_OUT: "timed out",
    Outcome.OUT_OF_MEMORY: "out of memory",
    Outcome.CRASHED: "crashed",
    Outcome.BAD_VALUE: "no usable value",
    Outcome.SKIPPED: "not reached",
    Outcome.GRADER_ERROR: "our own error",
}


@contextmanager
def progress(what: str) -> Iterator[Callable[[str, int, int], None]]:
    """Show what is being done, on standard error, where that is a terminal.

    Yields:
        What to call with a step, how much is done, and how much there is.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _what, _done, _of: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    # Not refreshed by a thread: the zygote is forked while this is shown.
    with Progress(*columns, console=console, transient=True, auto_refresh=False) as bar:
        task = bar.add_task(what, total=None)

        def step(label: str, done: int, of: int) -> None:
            bar.update(task, description=escape(label), completed=done, total=of, refresh=True)

        bar.refresh()
        yield step


def show(report: Report, output: Path | None = None, *, explain: bool = False) -> None:
    """Print a report.

    Args:
        report: what to print.
        output: where its results were written, to be named at the end.
        explain: whether to print the explanation of every failure below the table.
    """
    console = Console()
    if report.refused:
        console.print(f"[bold]Nothing could be graded.[/] {escape(report.refused)}\n")
    table = Table(title=escape(report.assignment.title), title_justify="left", expand=False)
    table.add_column("part")
    table.add_column("")
    table.add_column("points", justify="right")
    table.add_column("cases", justify="right")
    table.add_column("not passed")
    for result in report.parts:
        table.add_row(*_row(result))
    console.print(table)
    for notice in report.notices:
        console.print(f"• {escape(notice)}")
    if explain:
        _explain(console, report)
    console.print(
        f"[bold]{report.score:g} of {report.assignment.points:g} points[/] in {report.seconds:.1f} s"
        + (f", written to {escape(str(output))}" if output is not None else "")
    )


def _row(result: PartResult) -> tuple[str, ...]:
    passed = sum(case.passed for case in result.cases)
    failed = Counter(case.outcome for case in result.cases if not case.passed)
    colour = "green" if passed == len(result.cases) else "yellow" if passed else "red"
    return (
        result.part.number,
        escape(result.part.title),
        f"[{colour}]{result.score():.4g}[/] / {result.part.points:g}",
        f"{passed}/{len(result.cases)}",
        ", ".join(f"{count} {_WORDS[outcome]}" for outcome, count in failed.items()),
    )


def _explain(console: Console, report: Report) -> None:
    for result in report.parts:
        said: dict[str, list[str]] = {}
        for case in result.cases:
            if not case.passed:
                said.setdefault(case.detail or case.public, []).append(case.case.name)
        for words, names in said.items():
            console.print(f"\n[bold]{result.part.number} {escape(', '.join(names))}[/]")
            console.print(escape(words), highlight=False)
    console.print()
