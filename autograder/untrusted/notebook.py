"""Read the code cells of a notebook's bytes. Runs in a worker: hostile JSON is costly."""

from __future__ import annotations

import json
from mmap import ACCESS_READ, mmap
from typing import Any

from autograder.untrusted.outputs import TooMuch, without_outputs

_CELL_CHARACTERS = 500_000
_TOO_LARGE = 'raise ValueError("this cell is larger than half a megabyte and was not run")'
_LISTS, _ITEMS = 200_000, 1_000_000  # of JSON; parsed, each takes some tens of bytes or of hundreds
_PYTHON = ("python", "python3", "ipython", "ipython3")


_TOO_MUCH = (
    "this notebook holds too much to be read. Clear its outputs, take data and images out of it, and "
    "try again."
)


class NotebookError(Exception):
    """The bytes are no notebook of Python code; the text completes "<name>: …"."""


def read_cells(path: str) -> list[str]:
    """The same as `code_cells` of a file, which is never in memory as a whole."""
    with open(path, "rb") as file:
        if not file.seek(0, 2):
            return code_cells(b"")
        with mmap(file.fileno(), 0, access=ACCESS_READ) as content:
            left = _without_outputs(content)
    return code_cells(left)


def code_cells(content: bytes) -> list[str]:
    """The sources of the code cells, in order; outputs are dropped.

    Args:
        content: the file: nbformat 3 or newer, UTF-8 with or without a byte-order mark.

    Raises:
        NotebookError: it is no notebook, or not one in Python.
    """
    notebook = _load(_without_outputs(content))
    language = _language(notebook)
    if language not in _PYTHON:
        raise NotebookError(
            f"this is a notebook in {language[:40]}, and the assignment is in Python."
        )
    return [_source(cell) for cell in _cells(notebook) if cell.get("cell_type") == "code"]


def _without_outputs(content: bytes | mmap) -> bytes:
    try:
        return without_outputs(content)
    except TooMuch:
        raise NotebookError(_TOO_MUCH) from None


def _load(content: bytes) -> dict[str, Any]:
    if not content.strip():
        raise NotebookError("the file is empty.")
    if content.count(b"[") + content.count(b"{") > _LISTS or content.count(b",") > _ITEMS:
        raise NotebookError(_TOO_MUCH)
    try:
        notebook = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise NotebookError("this is not a notebook: the file is not text in UTF-8.") from None
    except RecursionError:
        raise NotebookError("this is not a notebook: its JSON is nested too deeply.") from None
    except ValueError as error:
        # Without the place: outputs are not in what was parsed, and a reader would look in vain.
        what = str(getattr(error, "msg", error))[:120]
        raise NotebookError(
            f"this is not a notebook: its JSON is broken ({what}). A download that was "
            "cut short or a merge conflict in the file does that; open it in Jupyter and save it."
        ) from None
    if type(notebook) is not dict or not ("cells" in notebook or "worksheets" in notebook):
        raise NotebookError("this is JSON but not a notebook: it has no cells.")
    return notebook


def _language(notebook: dict[str, Any]) -> str:
    metadata = notebook.get("metadata")
    if type(metadata) is not dict:
        return "python"
    for table, key in (("kernelspec", "language"), ("language_info", "name")):
        entry = metadata.get(table)
        if type(entry) is dict and type(entry.get(key)) is str:
            return str(entry[key]).lower()
    return "python"


def _cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    sheets = [notebook] if "cells" in notebook else notebook["worksheets"]
    cells = [
        cell
        for sheet in _list(sheets)
        if type(sheet) is dict
        for cell in _list(sheet.get("cells"))
        if type(cell) is dict
    ]
    if not cells:
        raise NotebookError("this notebook has no cells.")
    return cells


def _list(value: object) -> list[Any]:
    return value if type(value) is list else []


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    if type(source) is list:
        source = "".join(line for line in source if type(line) is str)
    if type(source) is not str:
        return ""
    return source if len(source) <= _CELL_CHARACTERS else _TOO_LARGE
