"""What the run found, for a terminal: the survivors with their diffs, then the figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.staff.mutants.bank import Result, TopicMutants, figure
from autograder.staff.mutants.mutant import Mutant
from autograder.staff.mutants.program import Program
from autograder.staff.mutants.verdicts import FILE

FLOOR = 0.97


def below(topics: Iterable[TopicMutants], floor: float = FLOOR) -> list[TopicMutants]:
    """The topics whose figure is under the floor."""
    return [topic for topic in topics if topic.figure < floor]


def contradicted(topics: Iterable[TopicMutants]) -> list[str]:
    """Verdicts on mutants that a case fails: one of the two is wrong."""
    return [
        f"{FILE}: {result.excused} is called no mistake, and {result.fate.killer} fails it"
        for topic in topics
        for result in topic.results
        if result.excused and result.killed
    ]


def show(
    topics: Sequence[TopicMutants], console: Console, *, every: bool = False, floor: float = FLOOR
) -> None:
    """Print the survivors and the figures.

    Args:
        topics: what was found.
        console: where to.
        every: whether to print the mutants that were skipped, and those that a verdict calls no mistakes.
        floor: the least share of mutants that are killed.
    """
    for topic in topics:
        for result in topic.results:
            if result.survives:
                console.print(f"\n[bold red]{topic.name}[/]: {escape(_what(result))}")
                show_diff(topic.program, result.mutant, console)
                note = f"  {result.fate.difference or 'no case executes this line'}"
                console.print(note, highlight=False, markup=False, soft_wrap=True)
            elif every and result.excused:
                console.print(f"\n[bold]{topic.name}[/]: {escape(_what(result))}")
                console.print(escape(f"no mistake: {result.excused.reason}"))
            elif every and result.skipped:
                console.print(f"\n[bold]{topic.name}[/]: {escape(_what(result))}")
                show_diff(topic.program, result.mutant, console)
                console.print("skipped: it differs from the reference on no input that was drawn")
    console.print(_figures(topics, floor))
    console.print(
        "killed: a case fails. excused: mutants.toml says why it is not a mistake. skipped: it differs "
        "from the reference on no input that was tried. share: those killed among those that differ."
    )


def _what(result: Result) -> str:
    mutant = result.mutant
    place = f"{mutant.module}.{mutant.function}" if mutant.function else mutant.module
    note = " (no case executes it)" if result.unseen else ""
    return f"{place}: {mutant.change}{note}"


def show_diff(program: Program, mutant: Mutant, console: Console) -> None:
    """Print what a mutant changes.

    Args:
        program: the reference's modules.
        mutant: the change.
        console: where to.
    """
    source = program.modules[mutant.module].text
    for line in mutant.diff(source).splitlines():
        colour = {"-": "red", "+": "green"}.get(line[:1], "default")
        console.print(f"[{colour}]{escape(line)}[/]", highlight=False, soft_wrap=True)


def _figures(topics: Sequence[TopicMutants], floor: float) -> Table:
    table = Table(title="Mutants of the reference", title_justify="left")
    table.add_column("topic")
    for name in ("mutants", "killed", "excused", "skipped", "survive", "share"):
        table.add_column(name, justify="right")
    for topic in topics:
        table.add_row(topic.name, *_row(topic.results, floor))
    table.add_section()
    table.add_row("in all", *_row([result for topic in topics for result in topic.results], floor))
    return table


def _row(results: Sequence[Result], floor: float) -> list[str]:
    share = figure(results)
    counts = (
        len(results),
        sum(result.killed and not result.excused for result in results),
        sum(result.excused is not None for result in results),
        sum(result.skipped for result in results),
        sum(result.survives for result in results),
    )
    colour = "green" if share >= floor else "red"
    return [*map(str, counts), f"[{colour}]{100 * share:.2f} %[/]"]
