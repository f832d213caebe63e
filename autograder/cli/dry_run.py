"""``autograder check --dry-run``: which files would be graded, opened or ignored."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from autograder.model import Assignment
from autograder.sandbox import Secrets, SubmissionWorkers, Workers

_SHOWN = 12


def show(path: Path, assignment: Assignment, workers: Workers) -> bool:
    """Print what would become of the files of a path; nothing of them is run.

    Args:
        path: a notebook, a module, a folder or a zip.
        assignment: what it answers.
        workers: who reads the notebook.

    Returns:
        Whether there is something that can be graded.
    """
    from autograder.course import bank
    from autograder.grading.submission import UnreadableSubmission, read

    console = Console(highlight=False)
    ours = bank.provided_files(assignment)
    with SubmissionWorkers(workers, assignment, Secrets()) as crew:
        try:
            found = read(path, assignment, crew, (), ours)
        except UnreadableSubmission as reason:
            console.print(f"[bold]Nothing could be graded.[/] {escape(str(reason))}")
            return False
    console.print(f"[bold]Would be graded:[/] {escape(found.handed_in)}")
    readable = [name for name in found.files if name not in ours and name not in found.graded]
    _list(console, "Files that the code may import or open", readable)
    if path.is_dir():
        _list(console, "Ignored", _ignored(path, [*found.graded, *readable]))
    for notice in found.notices:
        console.print(f"• {escape(notice)}")
    return True


def _ignored(folder: Path, names: list[str]) -> list[str]:
    """The entries of a folder of which nothing is used."""
    used = {name.partition("/")[0] for name in names}
    return sorted(
        entry.name + ("/" if entry.is_dir() else "")
        for entry in folder.iterdir()
        if entry.name not in used
    )


def _list(console: Console, title: str, names: list[str]) -> None:
    if names:
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        shown = ", ".join(
            f'"{name}"' if "," in name or " " in name else name for name in names[:_SHOWN]
        )
        console.print(f"[bold]{title}:[/] {escape(shown)}{more}")
