"""``autograder harden``: hidden cases by search."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from autograder.cli.arguments import count, minutes

if TYPE_CHECKING:
    from autograder.staff.harden.results import SearchResult

INCOMPLETE = 1

_WIDE = 150


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    command.description = (
        "Writes hidden cases for a question that has a reference, a stub and public cases. The inputs\n"
        "look like those of the public cases: their sizes follow the axes that the stub's docstrings\n"
        "name, their numbers the domains that docstrings and the reference allow. The cases are kept\n"
        "that every right solution passes; of these, few are chosen that notice small changes of the\n"
        "reference, constants and squeezed results in every draw.\n\n"
        "  autograder harden columns\n"
        "      show what today's cases miss, and a file of cases\n"
        "  autograder harden columns --write\n"
        "      write hidden_cases.py, if it has no cases yet\n"
        "  autograder harden columns -o proposal.py\n"
        "      write the file elsewhere\n\n"
        'The reference must name the argument that it refuses: ValueError("sigma must be positive").\n'
        "What neither docstrings nor public cases say can be declared in harden.py in the question's\n"
        "folder (the manual's page Writing a question). Derivations have no cases: autograder\n"
        "mutants changes their lines. Exit status: 0 if inputs were drawn for every function and\n"
        "today's cases miss nothing, 1 if not, 2 if a file would be overwritten."
    )
    command.add_argument("question", metavar="QUESTION", help="a topic, or BANK/TOPIC")
    command.add_argument(
        "--most",
        type=count,
        metavar="N",
        help="write at most N cases (default: five for each function)",
    )
    command.add_argument(
        "--draws", type=count, default=3, metavar="N", help="draws of each case (default: 3)"
    )
    command.add_argument("--seed", default="harden", help="what the inputs are drawn from")
    command.add_argument(
        "--extremes",
        action="store_true",
        help="draw very large and small numbers, and integers, too; without it, only where "
        "reference/alternatives has another right solution that shows that they are fair",
    )
    command.add_argument(
        "--minutes",
        type=minutes,
        default=30.0,
        metavar="M",
        help="stop after M minutes (default: 30)",
    )
    command.add_argument(
        "-j", "--workers", type=count, default=2, metavar="N", help="processes (default: 2)"
    )
    command.add_argument(
        "--all", action="store_true", help="list the cases that were dropped, and why"
    )
    where = command.add_mutually_exclusive_group()
    where.add_argument("--write", action="store_true", help="write the question's hidden_cases.py")
    where.add_argument("-o", "--output", type=Path, metavar="FILE", help="write this file instead")
    where.add_argument(
        "-n", "--dry-run", action="store_true", help="write nothing, show the file (the default)"
    )
    command.add_argument(
        "--replace", action="store_true", help="overwrite a file that has cases already"
    )


def run(options: argparse.Namespace, _argv: Sequence[str]) -> int:
    """Search and show; write where that was asked for. 0 where nothing is missing."""
    from autograder.cli import tables
    from autograder.course.bank import project_root
    from autograder.course.bank.derivations import FILE, derivations
    from autograder.course.banks import course_of
    from autograder.model import UsageError
    from autograder.staff.harden import report, results, search
    from autograder.staff.mutants import pool, verdicts

    root = project_root()
    course, topic = course_of(root, options.question)
    if options.write and course != root:
        raise UsageError(
            f"{options.question} is a question of a bank, which this course only uses: write the cases to "
            "a file with -o FILE and give it to the bank's authors, or run this in their course"
        )
    folder = course / "assignments" / "questions" / topic
    target = _target(options, folder)
    console = Console()
    console = console if console.is_terminal else Console(width=_WIDE)
    if derived := derivations(folder / FILE, topic):
        console.print(report.about_derivations(topic, derived), markup=False, highlight=False)
    try:
        with tables.progress("Harden") as step:
            found = search.search(
                course,
                topic,
                step,
                most=options.most or 0,
                draws=options.draws,
                seed=options.seed,
                workers=options.workers,
                wide=options.extremes,
                minutes=options.minutes,
            )
    except results.CannotHarden as refusal:
        sys.stderr.write(f"autograder harden: nothing was written for {topic}:\n{refusal}\n")
        return INCOMPLETE
    except (pool.ProcessLost, verdicts.Malformed) as error:
        sys.stderr.write(f"autograder harden: {error}\n")
        return INCOMPLETE
    report.show(found, console, every=options.all)
    if target is None:
        _show(found, console)
    else:
        _write(found, target, console)
    broken = list(_broken(found)) if options.write else []
    for text in broken:
        console.print(f"✗ {text}", markup=False, highlight=False, soft_wrap=True)
    return INCOMPLETE if broken or report.incomplete(found) else 0


def _target(options: argparse.Namespace, folder: Path) -> Path | None:
    """The file to write, ``None`` for none.

    Raises:
        UsageError: it exists, and ``--replace`` was not given.
    """
    from autograder.model import UsageError

    target: Path | None = options.output or (folder / "hidden_cases.py" if options.write else None)
    if target is None:
        if options.replace:
            raise UsageError("--replace goes with --write or --output")
        return None
    if target.is_dir() or not target.parent.is_dir():
        raise UsageError(
            f"{target} cannot be written: give the name of a file in a folder that exists"
        )
    holds = target.exists() and (
        "@test_case" in target.read_text(encoding="utf-8") or not options.write
    )
    if holds and not options.replace:
        raise UsageError(
            f"{target} exists; nothing was written. --replace overwrites it, --output FILE writes elsewhere"
        )
    return target


def _show(found: SearchResult, console: Console) -> None:
    console.print(
        f"\n[bold]{found.question.folder.name}/hidden_cases.py[/], as --write would write it:\n"
    )
    console.print(found.text, markup=False, highlight=False, soft_wrap=True)
    if found.needs_driver:
        from autograder.staff.harden.drivers import GRADIENTS

        console.print("[bold]drivers.py[/], at its end:\n")
        console.print(GRADIENTS, markup=False, highlight=False, soft_wrap=True)


def _write(found: SearchResult, target: Path, console: Console) -> None:
    from autograder.staff.harden.drivers import with_driver

    target.write_text(found.text, encoding="utf-8")
    text = f"written: {target}, {len(found.chosen)} cases"
    console.print(text, markup=False, highlight=False, soft_wrap=True)
    if found.needs_driver and target.parent == found.question.folder:
        drivers = target.parent / "drivers.py"
        before = drivers.read_text(encoding="utf-8") if drivers.exists() else ""
        if (text := with_driver(before, found.question.topic)) != before:
            drivers.write_text(text, encoding="utf-8")
            text = f"written: {drivers}, with the driver for gradients"
            console.print(text, markup=False, highlight=False, soft_wrap=True)
    console.print(
        "Weigh the cases (points), give them words of your own, and name catchers in misconceptions.py; "
        "then `autograder validate`."
    )


def _broken(found: SearchResult) -> Iterator[str]:
    """The manifests that no longer load, in words: those that choose cases by names that are gone."""
    from autograder.course.bank import load
    from autograder.model import AutograderError

    for path in sorted((found.question.root / "assignments").glob("*.toml")):
        if found.question.topic in path.read_text(encoding="utf-8"):
            try:
                load(path.stem, found.question.root)
            except AutograderError as error:
                yield str(error)
