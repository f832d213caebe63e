"""What a batch is asked to do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.model import Isolation

ALL = "all"
"""Instead of the number of a part: every part is judged again."""


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """What a batch is asked to do.

    Attributes:
        folder: the submissions.
        assignment: the name of a manifest or a path to one.
        out: where results go.
        root: the project's folder; found from the working folder where it is ``None``.
        workers: how many submissions are graded side by side; as many as there are processors and
            memory for where it is ``None``.
        dask: the address of a Dask scheduler, or ``None`` for this machine.
        isolation: how much of the cage must stand.
        fresh: whether to grade again what is known, and to start over in a folder that holds another
            assignment or another class.
        only: the submissions to grade, each by its id, or by a name, number or address of one of its
            people; all where it is empty.
        regrade: numbers of the parts that are judged again, or ``all``; the results go into a separate
            folder and the grades stay as they are.
        parquet: whether `grades.parquet` is written too.
    """

    folder: Path
    assignment: str
    out: Path
    root: Path | None = None
    workers: int | None = None
    dask: str | None = None
    isolation: Isolation = Isolation.STRICT
    fresh: bool = False
    only: tuple[str, ...] = ()
    regrade: tuple[str, ...] = ()
    parquet: bool = False
