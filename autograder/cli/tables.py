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
from autograder.model.wording import plural
from autograder.verdicts import (
    FORM,
    LINES,
    UNFILLED,
    VERDICTS,
    Verdict,
    derivation_verdict,
    failures,
    form_only,
    title_of,
    unchecked,
    verdict,
)

_LATER = "Points are given when you hand in; hidden cases run then too."


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


def show(report: Report, output: Path | None = None) -> None:
    """Print the result of a grading: the points of every part.

    Args:
        report: what to print.
        output: where the results were written; named at the end.
    """
    console = Console()
    _refused(console, report)
    table = _table(report, "part", "", "points", "cases", "outcome")
    for result in report.parts:
        part, number, passed = result.part, result.part.number, _passed(result)
        points = f"[{_colour(result)}]{result.score():.4g}[/] / {part.points:g}"
        table.add_row(number, escape(part.title), points, passed, _outcomes(console, result.cases))
    console.print(table)
    _notices(console, report)
    console.print(
        f"[bold]{report.score:g} of {report.assignment.points:g} points[/] in {report.seconds:.1f} s"
        + (f", written to {escape(str(output))}" if output is not None else ""),
        highlight=False,
    )


def show_check(report: Report, wanted: Sequence[str] = (), caveat: str = "") -> None:
    """Print the results of a check: cases, not points, and an explanation of every failure.

    Args:
        report: of a grading with public cases only.
        wanted: numbers of the parts to show; all if empty.
        caveat: a last sentence about how the code was run.
    """
    console = Console()
    if report.refused:  # nothing ran: a table of empty results would push the reason off the screen
        _refused(console, report)
        _notices(console, report)
        return
    parts = [part for part in report.parts if not wanted or part.part.number in wanted]
    table = _table(report, "part", "", "public cases", "outcome")
    for result in parts:
        part, judged = result.part, []
        if form_only(result.cases):
            judged.append(_marked(console, VERDICTS[Outcome.PASSED], "form is right"))
        elif result.cases:
            judged.append(_outcomes(console, result.cases))
        # One that earns nothing and was left alone is not missing from a part that has cases.
        counted = part.derivation_points or not result.cases
        shown = [one for one in result.derivations if counted or one.attempted]
        kinds = dict.fromkeys(map(derivation_verdict, shown))
        judged += [_marked(console, kind, kind.word) for kind in kinds]
        outcome = ", ".join(dict.fromkeys(judged)) or f"[dim]{unchecked(part)[0]}[/]"
        count = _passed(result) if result.cases else ""
        table.add_row(part.number, escape(part.title), count, outcome)
    console.print(table)
    _notices(console, report)
    _explain(console, parts)
    cases = [case for part in parts for case in part.cases]
    passed, of = sum(case.passed for case in cases), len(cases)
    console.print(
        f"[bold]{passed} of {of} public {plural(of, 'case')} passed[/] "
        f"in {report.seconds:.1f} s. {_LATER}",
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
    console.print(escape(one.summary), highlight=False)


def _refused(console: Console, report: Report) -> None:
    """Say why nothing could be graded, if that is so."""
    if report.refused:
        console.print(f"[bold]Nothing could be graded.[/] {escape(report.refused)}")


def _notices(console: Console, report: Report) -> None:
    """Print the notices of a grading as a list."""
    for notice in report.notices:
        console.print(f"• {escape(notice)}", highlight=False)


def _table(report: Report, *columns: str) -> Table:
    title = escape(report.assignment.title)
    table = Table(title=title, title_justify="left", expand=False)
    for column in columns:
        right = column in ("points", "cases", "public cases")
        table.add_column(column, justify="right" if right else "left", overflow="fold")
    return table


def _passed(result: PartResult) -> str:
    passed = sum(case.passed for case in result.cases)
    return f"[{_colour(result)}]{passed}/{len(result.cases)}[/]"


def _colour(result: PartResult) -> str:
    passed = sum(case.passed for case in result.cases)
    return "green" if passed == len(result.cases) else "yellow" if passed else "red"


def _outcomes(console: Console, cases: Sequence[CaseResult]) -> str:
    """Markup: each kind of outcome with its sign; how many of each, where they are not all the same."""
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


def _explain(console: Console, parts: Sequence[PartResult]) -> None:
    """Every failure under the names of its cases; what is not filled in yet needs no more than a list."""
    unfilled, form = [], []
    for result in parts:
        number = result.part.number
        for one in result.derivations:
            _derivation(console, number, one)
        for use in result.uses:
            if use.public or any(one.case.hidden for one in result.cases):  # staff see everything
                console.print(f"\n{number} {escape(str(use))}", highlight=False)
        for kind, words, failed in failures(result.cases):
            if kind == UNFILLED:
                unfilled.append(number)
                continue
            title = escape(title_of(failed, words))
            console.print(f"\n{_marked(console, kind, kind.word)} [bold]{number} {title}[/]")
            console.print(escape(words), highlight=False)
        if form_only(result.cases):
            form.append(number)
    if unfilled:
        told = f"{UNFILLED.word} yet: {', '.join(dict.fromkeys(unfilled))}"
        console.print(f"\n{_marked(console, UNFILLED, told)}", highlight=False)
    if form:
        told = f"{', '.join(form)}: {FORM[0].lower()}{FORM[1:]}"
        console.print(f"\n{_marked(console, VERDICTS[Outcome.PASSED], told)}", highlight=False)
    console.print()
