"""What was found, for a terminal: broken references, the kill matrix, margins, and other faults."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.derivations.slips import SlipOutcome
from autograder.model.wording import plural
from autograder.staff.validate import Bank, Margin, TopicReport
from autograder.staff.validate.trivial import KINDS


def show(bank: Bank, console: Console) -> None:
    """Print why references fail, then the matrix, the margins and what else is wrong."""
    for topic in bank.topics:
        failed(console, f"the reference of {topic.name}", topic.broken)
    sound = [topic for topic in bank.topics if not topic.broken]
    for topic in sound:
        if "/" in topic.name:
            console.print(
                f"\n[bold]{topic.name}[/]: of a bank; its solutions were run on the {len(topic.cases)} "
                "cases that are used here"
            )
            continue
        _matrix(topic, console)
        _margins(topic, console)
        _derivations(topic, console)
    problems = [*(p for topic in bank.topics for p in topic.problems), *bank.problems]
    for problem in problems:
        console.print(f"[red]✗[/] {escape(problem)}")
    for note in (note for topic in bank.topics for note in topic.notes):
        console.print(f"[yellow]note:[/] {escape(note)}")
    wrong = sum(len(topic.wrong) for topic in bank.topics)
    cases = sum(len(topic.cases) for topic in bank.topics)
    if sound:
        _without_an_answer(bank, console)
    count = len(problems) + sum(len(topic.broken) for topic in bank.topics)
    verdict = f"[red]{count} {plural(count, 'problem')}[/]" if count else "[green]all sound[/]"
    if len(sound) < len(bank.topics):
        names = ", ".join(topic.name for topic in bank.topics if topic.broken)
        console.print(
            f"Nothing else was measured in {escape(names)}: fix the reference or its cases first."
        )
    counts = [(len(bank.topics), "question"), (cases, "case"), (wrong, "misconception")]
    total = ", ".join(f"{count} {plural(count, what)}" for count, what in counts)
    console.print(f"[bold]{total}: {verdict}[/]")


def _derivations(topic: TopicReport, console: Console) -> None:
    """One line a derivation: what holds, what is caught, and where slips are found."""
    if not topic.derivations:
        return
    title = f"{topic.name}: derivations (true ones, known mistakes, slips of the true ones' lines)"
    table = Table(title=title, title_justify="left")
    table.add_column("derivation", overflow="fold")
    for name in ("true", "mistakes", "slips", "equal in value", "found"):
        table.add_column(name, justify="right")
    for found in topic.derivations:
        slips, equal = sum(found.fates.values()), found.fates[SlipOutcome.EQUAL]
        colour = "red" if found.problems else "white"
        name = found.name.partition(".")[2]
        numbers = map(str, (found.proofs, found.wrong, slips, equal))
        table.add_row(f"[{colour}]{name}[/]", *numbers, f"{found.located:.1%}")
    console.print(table)


def failed(console: Console, what: str, cases: Sequence[str]) -> None:
    """Print the cases that something right does not pass, each with why.

    Args:
        console: where to.
        what: is meant to be right.
        cases: each begins with a line that has only its name.
    """
    if not cases:
        return
    console.print(f"[bold red]{escape(what)} fails {len(cases)} {plural(len(cases), 'case')}[/]")
    for text in cases:
        name, _, why = text.partition("\n")
        console.print(f"[red]✗[/] [bold]{escape(name)}[/]", highlight=False, soft_wrap=True)
        console.print(textwrap.indent(why, "    "), highlight=False, markup=False, soft_wrap=True)


def _without_an_answer(bank: Bank, console: Console) -> None:
    """One line an assignment: the points of the best submission of each kind that has no answer."""
    rows: dict[str, dict[str, list[float]]] = {}
    totals: dict[str, dict[str, float]] = {}
    for topic in bank.topics:
        for share in topic.shares:
            earned = rows.setdefault(share.assignment, {}).setdefault(share.kind, [0.0, 0.0])
            earned[0] += share.earned * share.part.points
            earned[1] += share.unearned * share.part.points
            totals.setdefault(share.assignment, {})[share.part.number] = share.part.points
    table = Table(title="Points without an answer", title_justify="left")
    table.add_column("assignment")
    for name in ("of", *KINDS):
        table.add_column(name, justify="right")
    for assignment, row in sorted(rows.items()):
        total = sum(totals[assignment].values())
        points = ("{:.2f} ({:.2f})".format(*row[kind]) for kind in KINDS)
        table.add_row(assignment, f"{total:g}", *points)
    console.print(table)
    console.print(
        "constant: the best value for each function, whatever it is given. identity: an argument comes "
        "back. broadcast, squeezed: right results with an axis too many, or without their axes of size 1. "
        "In brackets: the same without points for words and fixed values, which a part may ask for."
    )


def _matrix(topic: TopicReport, console: Console) -> None:
    """One line a misconception, one column a case: # named as catcher, x caught too, · passed."""
    console.print(f"\n[bold]{topic.name}[/]: kill matrix (# its catcher, x caught too, · not seen)")
    width = max((len(kill.name) for kill in topic.kills), default=0)
    for wrong, kill in zip(topic.wrong, topic.kills, strict=True):
        row = "".join(
            "#"
            if f"{case.part}: {case.name}" in wrong.caught_by
            else "x"
            if kill.fails(case)
            else "·"
            for case in topic.cases
        )
        console.print(f"  {kill.name:<{width}}  {row}", highlight=False, soft_wrap=True)


def _margins(topic: TopicReport, console: Console) -> None:
    table = Table(title=f"{topic.name}: margins, in tolerances", title_justify="left")
    for name in ("", "case", "noise", "of", "nearest caught", "misconception"):
        table.add_column(name, justify="right" if name in ("noise", "nearest caught") else "left")
    for place, found in enumerate(topic.margins, 1):
        table.add_row(str(place), *_margin(found))
    console.print(table)


def _margin(found: Margin) -> tuple[str, ...]:
    colour = "white" if found.holds else "red"
    case = found.case
    distance = "∞" if math.isinf(found.distance) else f"{found.distance:.2g}"
    return (
        f"[{colour}]{escape(case.part)}: {escape(case.name)}[/]"
        + (" (hidden)" if case.hidden else ""),
        f"{found.noise:.1g}",
        found.noisiest if found.noise else "",
        distance if found.nearest else "–",
        found.nearest or escape(case.reason),
    )
