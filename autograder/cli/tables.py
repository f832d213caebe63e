"""Reports as a terminal shows them: one line a part, explanations below, progress while it lasts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from autograder.gradescope import derivations
from autograder.gradescope.markdown import plain
from autograder.model import CaseResult, DerivationResult, Outcome, PartResult, Report
from autograder.verdicts import LINES, UNFILLED, VERDICTS, Verdict, derivation_verdict, verdict


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
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    # Not refreshed by a thread: the zygote is forked while this is shown.
    with Progress(*columns, console=console, transient=True, auto_refresh=False) as bar:
        task = bar.add_task(what, total=None)

        def step(label: str, done: int, of: int) -> None:
            bar.update(task, description=escape(label), completed=done, total=of, refresh=True)

        bar.refresh()
        yield step


def show(
    report: Report, output: Path | None = None, *, explain: bool = False, caveat: str = ""
) -> None:
    """Print a report.

    Args:
        report: what to print.
        output: where its results were written, to be named at the end.
        explain: whether to print the explanation of every failure below the table.
        caveat: what to say at the end about how the code was run.
    """
    console = Console()
    if report.refused:
        console.print(f"[bold]Nothing could be graded.[/] {escape(report.refused)}\n")
    table = Table(title=escape(report.assignment.title), title_justify="left", expand=False)
    table.add_column("part")
    table.add_column("")
    table.add_column("points", justify="right")
    table.add_column("cases", justify="right")
    table.add_column("outcome")
    for result in report.parts:
        table.add_row(*_row(console, result))
    console.print(table)
    for notice in report.notices:
        console.print(f"• {escape(notice)}", highlight=False)
    if explain and not report.refused:
        _explain(console, report)
    console.print(
        f"[bold]{report.score:g} of {report.assignment.points:g} points[/] in {report.seconds:.1f} s"
        + (f", written to {escape(str(output))}" if output is not None else ""),
        highlight=False,
    )
    if caveat:
        console.print(f"[dim]{escape(caveat)}[/]")


def _derivation(console: Console, number: str, one: DerivationResult) -> None:
    """A derivation that was handed in, line by line."""
    if not one.attempted:
        return
    kind = derivation_verdict(one)
    head = f"[bold]{number} {escape(one.name)}[/]: {escape(one.title)}"
    console.print(f"\n{_marked(console, kind, kind.word)} {head}", highlight=False)
    grid = Table.grid(padding=(0, 1))
    for place, line in enumerate(one.lines, start=1):
        mark = LINES[line.status]
        told = "" if line.status == "holds" else mark.word
        typed = escape(" ".join(plain(line.typed).split()))
        grid.add_row(_marked(console, mark, ""), str(place), typed, f"[{mark.colour}]{told}[/]")
        if line.explanation:
            grid.add_row("", "", f"[dim]{escape(line.explanation)}[/]", "")
    console.print(grid, highlight=False)
    for sentence in derivations.missing(one):
        console.print(f"Show this step: {escape(sentence)}", highlight=False)
    console.print(escape(one.said), highlight=False)


def _row(console: Console, result: PartResult) -> tuple[str, ...]:
    passed = sum(case.passed for case in result.cases)
    colour = "green" if passed == len(result.cases) else "yellow" if passed else "red"
    return (
        result.part.number,
        escape(result.part.title),
        f"[{colour}]{result.score():.4g}[/] / {result.part.points:g}",
        f"{passed}/{len(result.cases)}",
        _outcomes(console, result.cases),
    )


def _outcomes(console: Console, cases: Sequence[CaseResult]) -> str:
    """Each kind of outcome with its sign; how many of each, where they are not all the same."""
    kinds = Counter(verdict(case) for case in cases)
    passed = VERDICTS[Outcome.PASSED]
    failed = {kind: count for kind, count in kinds.items() if kind != passed}
    shown = failed or kinds
    return ", ".join(
        _marked(console, kind, kind.word if len(kinds) == 1 else f"{count} {kind.word}")
        for kind, count in shown.items()
    )


def _marked(console: Console, kind: Verdict, words: str) -> str:
    sign = kind.plain if console.options.ascii_only else kind.sign
    return f"[{kind.colour}]{sign} {escape(words)}[/]"


def _explain(console: Console, report: Report) -> None:
    """Every failure under the names of its cases; what is not filled in yet needs no more than a list."""
    unfilled = []
    for result in report.parts:
        said: dict[tuple[Verdict, str], list[str]] = {}
        for case in result.cases:
            if case.unfilled:
                unfilled.append(result.part.number)
            elif not case.passed:
                words = case.detail or case.public
                said.setdefault((verdict(case), words), []).append(case.case.name)
        for one in result.derivations:
            _derivation(console, result.part.number, one)
        for (kind, words), names in said.items():
            console.print(
                f"\n{_marked(console, kind, kind.word)} [bold]{result.part.number} "
                f"{escape('; '.join(names))}[/]",
                highlight=False,
            )
            console.print(escape(words), highlight=False)
    if unfilled:
        parts = ", ".join(dict.fromkeys(unfilled))
        told = f"{UNFILLED.word} yet: {parts}"
        console.print(f"\n{_marked(console, UNFILLED, told)}", highlight=False)
    console.print()
