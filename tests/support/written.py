"""Notebooks with written answers, for tests of `autograder export`."""

from __future__ import annotations

import copy
import functools
import json
from typing import Any

from autograder.course.bank import load
from autograder.model import Assignment
from autograder.staff.export.handout import handout
from autograder.student.template.notebook import notebook
from tests.support import handed_in

ASSIGNMENT = "a3_2020"

Cell = dict[str, Any]


@functools.cache
def assignment() -> Assignment:
    """An assignment with written parts; its cases play no role."""
    return load(ASSIGNMENT, handed_in.ROOT, hidden=False)


def template() -> list[Cell]:
    """The cells as handed out."""
    cells: list[Cell] = copy.deepcopy(_template())
    return cells


@functools.cache
def _template() -> list[Cell]:
    cells: list[Cell] = json.loads(notebook(assignment()))["cells"]
    for cell in cells:
        cell["source"] = "".join(cell["source"])
    return cells


@functools.cache
def given() -> dict[str, Any]:
    """What a worker is told of the hand-out."""
    return handout(assignment())


def place(cells: list[Cell], name: str) -> int:
    """The index of a cell by its id."""
    return next(index for index, cell in enumerate(cells) if cell.get("id") == name)


def cell(kind: str, source: str, **more: Any) -> Cell:
    """A cell that a student added."""
    own: Cell = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {}, "source": source, **own, **more}


def answered(*cells: Cell) -> list[Cell]:
    """The hand-out, with cells of a student's in place of the answer to 2.1."""
    whole = template()
    at = place(whole, "q2-p1-answer")
    return [*whole[:at], *cells, *whole[at + 1 :]]


def content(cells: list[Cell]) -> bytes:
    """A notebook's file."""
    whole = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=False).encode()
