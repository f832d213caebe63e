"""What is wanted of a batch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.model import Isolation


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of a batch.

    Attributes:
        folder: what was handed in.
        assignment: the name of a manifest or a path to one.
        out: where results go.
        root: the project's folder; found from the working folder where it is ``None``.
        workers: how many are graded side by side; as many as there are processors and memory for
            where it is ``None``.
        dask: the address of a Dask scheduler, or ``None`` for this machine.
        isolation: how much of the cage must stand.
        fresh: whether to grade again what is known.
        only: ids of the submissions to grade; all where it is empty.
        regrade: numbers of parts that alone are judged again, in submissions that are graded.
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
