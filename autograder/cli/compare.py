"""``autograder compare``: who gains, who loses, in which part, by which case."""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.gradescope.markdown import plain
from autograder.staff.compare import BatchComparison, Moved, compare
from autograder.staff.compare.page import by_case, points, signed, write

_NOT_COMPARED = 1
_MOST = 40
_MOST_CASES = 12
_MOST_IDS = 8


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    command.description = (
        "Shows who gains and who loses points between two folders that `autograder batch` wrote, in\n"
        "which part and in which case: in a table and on a page. Earlier grades are in OUT/earlier,\n"
        "those of a regrade in OUT/regrade.\n\n"
        "  autograder compare graded/ graded/regrade\n\n"
        "Exit status: 0, or 1 if someone is in only one of the folders or the outcomes of their cases\n"
        "are unknown."
    )
    command.add_argument("old", type=Path, metavar="OLD", help="the first grading")
    command.add_argument("new", type=Path, metavar="NEW", help="the second")
    command.add_argument(
        "-o", "--output", type=Path, help="where to write the page (default: NEW/compare.html)"
    )


def run(options: argparse.Namespace, _argv: Sequence[str]) -> int:
    """Compare; exit status 0, or 1 where somebody could not be compared."""
    comparison = compare(options.old, options.new)
    show(comparison, Console(highlight=False))
    path = options.output or options.new / "compare.html"
    write(comparison, path)
    sys.stdout.write(f"{path}: open it in a browser\n")
    unknown = any(not one.known for one in comparison.moved)
    return _NOT_COMPARED if comparison.only_old or comparison.only_new or unknown else 0


def show(comparison: BatchComparison, console: Console) -> None:
    """Print who moves, in a table, and the counts."""
    if comparison.old.name != comparison.new.name:
        console.print(
            f"[yellow]these are grades of two assignments: {escape(comparison.old.name)}, "
            f"{escape(comparison.new.name)}[/]"
        )
    if comparison.moved:
        table = Table(title=escape(comparison.new.title or comparison.new.name))
        table.add_column("submission", overflow="fold")
        for name in ("before", "now", ""):
            table.add_column(name, justify="right", no_wrap=True)
        table.add_column("in which part, by which case", overflow="fold", ratio=1)
        for one in comparison.moved[:_MOST]:
            table.add_row(*_line(one))
        console.print(table)
    if len(comparison.moved) > _MOST:
        console.print(f"… and {len(comparison.moved) - _MOST} more, on the page")
    for case in itertools.islice(by_case(comparison), _MOST_CASES):
        console.print(
            escape(
                f"{case.number} {case.key.partition('/')[2] or case.key}: {case.change}: {case.count}"
            )
        )
    for ids, where in ((comparison.only_old, "first"), (comparison.only_new, "second")):
        if ids:
            more = f", … and {len(ids) - _MOST_IDS} more" if len(ids) > _MOST_IDS else ""
            console.print(f"only in the {where}: {escape(', '.join(ids[:_MOST_IDS]))}{more}")
    console.print(f"[bold]{comparison.summary}[/]")


def _line(one: Moved) -> tuple[str, ...]:
    colour = "green" if one.gain > 0 else "red" if one.gain < 0 else "dim"
    details = []
    if one.old.status is not one.new.status:
        details.append(f"{one.old.status} → {one.new.status}")
    if not one.known:
        details.append("the outcomes of its cases are not known for both gradings")
    for part in one.parts:
        cases = "; ".join(
            f"{case.key.partition('/')[2] or case.key} {case.old or '–'} → {case.new or '–'}"
            for case in part.cases
        )
        if not cases and one.known:
            cases = "every case ended as before; its points or weights have changed"
        details.append(f"{part.number}: {points(part.old)} → {points(part.new)} {cases}".strip())
    return (
        escape(
            "\n".join(filter(None, (one.new.id, " ".join(plain(", ".join(one.new.names)).split()))))
        ),
        points(one.old.grade),
        points(one.new.grade),
        f"[{colour}]{signed(one.gain) if one.gain else '='}[/]",
        escape(plain("\n".join(details))),
    )
