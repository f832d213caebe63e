"""`batch.json`: the table of a class, and how it is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.model import UsageError
from autograder.staff.batch.rows import About, Row
from autograder.staff.json_values import Data, mapping, text

SCHEMA = 2
INDEX = "batch.json"

_LARGEST = 64 << 20


@dataclass(frozen=True, slots=True)
class ClassTable:
    """What a batch knows of a class: the content of `batch.json`.

    Attributes:
        about: the assignment.
        rows: one for each submission, by id.
        started: when the batch began, in ISO 8601.
        finished: when it wrote this.
        unreadable: numbers of the rows that could not be read, counted from 1.
    """

    about: About
    rows: tuple[Row, ...] = ()
    started: str = ""
    finished: str = ""
    unreadable: tuple[int, ...] = ()

    def data(self) -> Data:
        """The same as JSON takes it."""
        return {
            "schema": SCHEMA,
            **self.about.data(),
            "started": self.started,
            "finished": self.finished,
            "submissions": [row.data() for row in self.rows],
        }


class UnusableTable(ValueError):
    """A file that is not a table; the text says why, without its path."""


def read_table(folder: Path) -> ClassTable:
    """The table of a batch.

    Args:
        folder: where `autograder batch` wrote to.

    Raises:
        UsageError: the folder is not what a batch leaves, or its `batch.json` cannot be read.
    """
    if not folder.is_dir():
        raise UsageError(
            f"there is no folder {folder}; name the one that autograder batch wrote to"
        )
    path = folder / INDEX
    if not path.exists():
        raise UsageError(
            f"{folder} contains no {INDEX}, so no batch wrote to it. Run "
            f"`autograder batch SUBMISSIONS -a ASSIGNMENT -o {folder}` first"
        )
    try:
        return table_of(read_json(path))
    except UnusableTable as error:
        raise UsageError(
            f"{path}: {error}; run the same autograder batch again; it continues"
        ) from error


def table_of(data: Mapping[str, Any]) -> ClassTable:
    """A table from JSON; rows that cannot be read are counted."""
    listed = data.get("submissions")
    rows, unreadable = [], []
    once: dict[str, Any] = {}
    for number, one in enumerate(listed if isinstance(listed, list) else [], start=1):
        try:
            rows.append(Row.of(mapping(one), once))
        except ValueError:
            unreadable.append(number)
    return ClassTable(
        About.of(data),
        tuple(rows),
        text(data.get("started")),
        text(data.get("finished")),
        tuple(unreadable),
    )


def read_json(path: Path) -> Data:
    """A JSON object from a file of ours.

    Raises:
        UnusableTable: there is none; says why.
    """
    try:
        if not path.is_file():
            raise UnusableTable("it is not a file" if path.exists() else "there is no such file")
        if path.stat().st_size > _LARGEST:
            raise UnusableTable(f"it is larger than {_LARGEST >> 20} MB")
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise UnusableTable(f"it cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, UnusableTable):
            raise
        raise UnusableTable("it is not JSON, or it was cut off") from error
    if not isinstance(content, dict):
        raise UnusableTable("it is not a JSON object")
    return content
