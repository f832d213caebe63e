"""``autograder validate``: CI's checks of the bank, the kill matrix and the margins."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from rich.console import Console

INVALID = 1

_WIDE = 150


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    command.description = (
        "Checks that correct solutions get full marks, that stubs get none, that every misconception\n"
        "is caught by the cases that it names, that tolerances leave room on both sides, and that\n"
        "nothing secret is in the student's copy. Prints the kill matrix and the margins. Exit status\n"
        "0 if all is sound, 1 if something is not."
    )
    command.add_argument("assignments", nargs="*", help="manifests (default: all)")


def run(options: argparse.Namespace, _argv: Sequence[str]) -> int:
    """Validate; exit status 0 where nothing is wrong, 1 where something is."""
    from autograder.cli import tables
    from autograder.course.bank import load, project_root
    from autograder.model import UsageError
    from autograder.staff.validate import validate
    from autograder.staff.validate.report import show

    root = project_root()
    names = sorted(path.stem for path in (root / "assignments").glob("*.toml"))
    if unknown := [name for name in options.assignments if name not in names]:
        raise UsageError(
            f"unknown assignment: {', '.join(map(repr, unknown))}; "
            f"this project has: {', '.join(names) or 'none'}"
        )
    every = {name: load(name, root) for name in names}
    chosen = [every[name] for name in options.assignments or names]
    with tables.progress("Validating") as step:
        bank = validate(list(every.values()), chosen, root, step)
    console = Console()
    show(bank, console if console.is_terminal else Console(width=_WIDE))
    return 0 if bank.sound else INVALID
