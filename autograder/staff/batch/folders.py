"""Which folders a batch takes: results apart from submissions, and of the same class as before."""

from __future__ import annotations

from pathlib import Path

from autograder.model import UsageError
from autograder.staff.batch import history
from autograder.staff.batch.collect import Collected
from autograder.staff.batch.options import BatchOptions
from autograder.staff.batch.store import Store


def check_not_nested(options: BatchOptions) -> None:
    """Refuse results inside the submissions, and the reverse.

    Raises:
        UsageError: they lie inside one another.
    """
    folder, out = options.folder.resolve(), options.out.resolve()
    if folder == out or folder in out.parents or out in folder.parents:
        raise UsageError(
            f"the results in {options.out} and the submissions in {options.folder} must not lie inside one "
            "another; choose another folder for the results with -o"
        )


def check_same_class(store: Store, options: BatchOptions, collected: Collected) -> None:
    """Refuse a folder that holds the grades of another assignment or of another class.

    Where a fresh start was asked for, they are moved out of the way instead.

    Raises:
        UsageError: it holds such grades.
    """
    table = store.table()
    if table is None or not table.rows:
        return
    name = _name(options.assignment)
    known = {row.id for row in table.rows}
    if table.about.name != name:
        other = f"the grades of {table.about.name}, not of {name}"
    elif known.isdisjoint(entry.id for entry in collected.entries):
        other = f"the grades of another class: none of its submissions is in {options.folder}"
    else:
        return
    if options.regrade:
        raise UsageError(f"{store.folder} holds {other}. Name the folder of this class with -o")
    if options.fresh:
        history.archive(store.folder, table.finished)
        return
    raise UsageError(
        f"{store.folder} holds {other}. Name another folder with -o, or start over in this one with "
        f"--fresh, which moves what is there to {store.folder / history.EARLIER}"
    )


def check_same_assignment(store: Store, graded: str, given: str) -> None:
    """Refuse to go on with grades of another assignment than the one that was given.

    Args:
        store: the folder of results.
        graded: the name of the assignment that it was graded with.
        given: a manifest's name or a path to one.

    Raises:
        UsageError: they differ.
    """
    if graded != _name(given):
        raise UsageError(
            f"{store.folder} holds the grades of {graded}, not of {_name(given)}. Name the folder of "
            "that assignment with -o, or leave out -a"
        )


def _name(assignment: str) -> str:
    """The name of an assignment that is given by it or by the path of its manifest."""
    return Path(assignment).stem if "." in assignment else assignment
