"""What the run found, for a terminal: the survivors with their diffs, then the figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.mutants.bank import Result, Topic, figure

FLOOR = 0.97


def below(topics: Iterable[Topic]) -> list[Topic]:
    """The topics whose figure is under the floor."""
    return [topic for topic in topics if topic.figure < FLOOR]


def contradicted(topics: Iterable[Topic]) -> list[str]:
    """Entries of `equivalent.toml` whose mutant a case fails: one of the two is wrong."""
    return [
        f"equivalent.toml: {result.excused} — but {result.fate.killer} fails it"
        for topic in topics
        for result in topic.results
        if result.excused and result.killed
    ]


def show(topics: Sequence[Topic], console: Console, *, equivalents: bool = False) -> None:
    """Print the survivors and the figures.

    Args:
        topics: what was found.
        console: where to.
        equivalents: whether to print the mutants that are no mistakes, with their reasons.
    """
    for topic in topics:
        for result in topic.results:
            if result.survives:
                console.print(f"\n[bold red]{topic.name}[/]: {escape(_what(result))}")
                _diff(topic, result, console)
            elif equivalents and result.excused:
                console.print(f"\n[bold]{topic.name}[/]: {escape(_what(result))}")
                console.print(escape(f"equivalent: {result.excused.reason}"))
    console.print(_figures(topics))


def _what(result: Result) -> str:
    mutant = result.mutant
    place = f"{mutant.module}.{mutant.function}" if mutant.function else mutant.module
    note = " (no case executes it)" if result.unseen else ""
    return f"{place}: {mutant.change}{note}"


def _diff(topic: Topic, result: Result, console: Console) -> None:
    source = topic.program.modules[result.mutant.module].text
    for line in result.mutant.diff(source).splitlines():
        colour = {"-": "red", "+": "green"}.get(line[:1], "default")
        console.print(f"[{colour}]{escape(line)}[/]", highlight=False, soft_wrap=True)


def _figures(topics: Sequence[Topic]) -> Table:
    table = Table(title="Mutants of the reference", title_justify="left")
    table.add_column("topic")
    for name in ("mutants", "killed", "of them late", "equivalent", "survivors", "figure"):
        table.add_column(name, justify="right")
    for topic in topics:
        table.add_row(topic.name, *_row(topic.results))
    table.add_section()
    table.add_row("in all", *_row([result for topic in topics for result in topic.results]))
    return table


def _row(results: Sequence[Result]) -> list[str]:
    share = figure(results)
    counts = (
        len(results),
        sum(result.killed and not result.excused for result in results),
        sum(result.fate.late for result in results),
        sum(result.excused is not None for result in results),
        sum(result.survives for result in results),
    )
    colour = "green" if share >= FLOOR else "red"
    return [*map(str, counts), f"[{colour}]{100 * share:.2f} %[/]"]
