"""``autograder doctor``: which layers of the cage this machine gives, and what each is for."""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table


def run(_options: argparse.Namespace, _argv: Sequence[str]) -> int:
    """Print the table; exit status 0 where strict grading is possible, 1 where it is not."""
    console = Console()
    if not sys.platform.startswith("linux"):
        console.print(
            f"This is {platform.system()}: `autograder check` works here, on your own code. "
            "Grading others' code needs the cage, and the cage needs Linux."
        )
        return 1
    from autograder.sandbox.lockdown import Machine

    machine = Machine()
    table = Table(title=f"The cage on Linux {platform.release()}", title_justify="left")
    for column in ("layer", "here", "what it is for", "without it"):
        table.add_column(column)
    table.add_row(
        "own user",
        "yes" if machine.root else "no (not root)",
        "files and processes of others, on any kernel",
        "Landlock alone keeps files apart",
    )
    table.add_row(
        "Landlock",
        f"ABI {machine.landlock}" if machine.landlock else "no",
        "files outside two lists do not exist; from ABI 6 signals stay inside",
        "only root can grade strictly",
    )
    table.add_row(
        "seccomp",
        "yes" if machine.seccomp else "no",
        "no network, no new processes, no odd corners of the kernel",
        "strict grading is refused",
    )
    home = machine.private_home
    table.add_row(
        "Python for all",
        "yes" if home is None else f"no ({home} is private)",
        "a worker with its own user can read Python's files",
        "the worker keeps one capability to read past folders; Landlock carries the files",
    )
    console.print(table)
    missing = machine.layers().missing()
    if missing:
        console.print(f"[bold red]strict grading is not possible:[/] {'; '.join(missing)}")
        return 1
    console.print("[bold green]strict grading is possible here[/]")
    return 0
