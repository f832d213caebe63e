"""``autograder doctor``: which layers of the cage this machine gives, and what a missing one costs."""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

if TYPE_CHECKING:
    from autograder.sandbox.lockdown import Machine


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of the cage on this machine.

    Attributes:
        name: what it is called.
        here: what the machine has of it.
        present: whether that is enough.
        purpose: what it is for.
        cost: what is lost without it; shown if it is missing.
    """

    name: str
    here: str
    present: bool
    purpose: str
    cost: str


def layers(machine: Machine, why_not_private: str = "") -> Iterator[Layer]:
    """The layers, the essential ones first.

    What each costs is measured: ``make catalogue WITHOUT=landlock`` (or seccomp, or private) attacks a cage
    that lacks it.

    Args:
        machine: what this machine gives.
        why_not_private: why workers cannot have a private view of it, if they cannot.
    """
    yield Layer(
        "seccomp",
        "filter for this processor" if machine.seccomp else f"none for {platform.machine()}",
        machine.seccomp,
        "No network, no new processes, no signals to others, no rarely used system calls.",
        "A submission can open sockets and send away what it was shown, start processes, and, as "
        "your own user, lower the grader's limits. Strict grading is refused.",
    )
    yield Layer(
        "own user",
        "as root, each worker gets a separate one" if machine.root else "not root",
        machine.root,
        "A worker cannot reach files and processes of other users, on any kernel.",
        "Only Landlock protects files. The filter must stop changes that an owner can make without "
        "opening a file, such as its mode and times.",
    )
    yield Layer(
        "Landlock",
        f"ABI {machine.landlock}" if machine.landlock else "not in this kernel",
        bool(machine.landlock),
        "A worker can open only listed files; from ABI 6 on, it cannot send signals to others.",
        "As root: a worker can read what all users may read, and leave files in folders that all may "
        "write. Otherwise: it can read the solutions and the hidden cases, and strict grading is refused.",
    )
    yield Layer(
        "signals inside",
        "yes" if machine.keeps_signals_inside else "needs root, or Landlock ABI 6 (Linux 6.12)",
        machine.keeps_signals_inside,
        "Submissions that may start processes can signal only their own processes.",
        "Assignments with `processes = true` cannot be graded strictly. Others can.",
    )
    yield Layer(
        "private view",
        f"not available: {why_not_private}"
        if why_not_private
        else "namespaces for each submission",
        not why_not_private,
        "A worker sees only Python and its own folder, which cannot grow beyond the limit: no names, "
        "sizes or times of others' files, and no processes of others.",
        "A worker can learn that a file exists, and how large it is, in folders that are open to all. "
        "Docker's default profile refuses namespaces; grading is strict without them.",
    )
    yield _python(machine)


def _python(machine: Machine) -> Layer:
    home = machine.private_home
    if not machine.root:
        here = "workers are your own user"
    else:
        here = "yes" if home is None else f"{home} is private"
    way_out = "Install Python in /usr or /opt, or let all users enter the folder (chmod o+x)."
    if machine.reads_past_folders and machine.landlock:
        cost = (
            "Each worker keeps one capability, to read inside private folders, and only Landlock "
            f"protects files. {way_out}"
        )
    else:
        cost = f"No worker can run Python, and grading ends with an error. {way_out}"
    return Layer(
        "Python for all",
        here,
        home is None or not machine.root,
        "A worker with a separate user can read the files of Python.",
        cost,
    )


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    command.description = (
        "Explains each layer of the cage, the sandbox around a student's code: whether this machine\n"
        "has it, what it is for, and what is lost without it. Exit status 0 if strict grading is\n"
        "possible, else 1."
    )


def run(_options: argparse.Namespace, _argv: Sequence[str]) -> int:
    """Print the layers; exit status 0 if strict grading is possible, 1 if it is not."""
    console = Console(highlight=False)
    if not sys.platform.startswith("linux"):
        console.print(
            f"This is {platform.system()}: `autograder check` works here, on your own code. "
            "Grading others' code needs the cage, and the cage needs Linux."
        )
        return 1
    from autograder.sandbox import private, trial
    from autograder.sandbox.lockdown import Machine

    machine = Machine()
    console.print(f"The cage on Linux {platform.release()}, layer by layer\n")
    for layer in layers(machine, private.why_not()):
        mark = "[green]+[/]" if layer.present else "[yellow]-[/]"
        console.print(f"{mark} [bold]{layer.name}[/]: {escape(layer.here)}")
        console.print(Padding(layer.purpose, (0, 0, 0, 4)))
        if not layer.present:
            console.print(Padding(f"[yellow]Without it:[/] {layer.cost}", (0, 0, 0, 4)))
    why_not = trial.why_not()
    mark = "[red]-[/]" if why_not else "[green]+[/]"
    console.print(
        f"{mark} [bold]a trial[/]: {'it failed' if why_not else 'a cell ran in a worker'}"
    )
    console.print("\nWhat is promised, and what is not: docs/security.md")
    if why_not:
        console.print(f"[bold red]grading is not possible:[/] {escape(why_not)}")
        return 1
    missing = machine.layers().missing()
    if missing:
        console.print(f"[bold red]strict grading is not possible:[/] {'; '.join(missing)}")
        return 1
    console.print("[bold green]strict grading is possible here[/]")
    return 0
