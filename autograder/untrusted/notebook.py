"""Read the code cells of a notebook's bytes. Runs in a worker: hostile JSON is costly."""

from __future__ import annotations

import contextlib
import json
import re
from mmap import ACCESS_READ, mmap
from typing import Any

from autograder.untrusted.outputs import Pictures, TooMuch, without_outputs
from autograder.untrusted.python import parsed

_CELL_CHARACTERS = 500_000
_TOO_LARGE = 'raise ValueError("this cell is larger than half a megabyte and was not run")'
_LISTS, _ITEMS = 200_000, 1_000_000  # of JSON; parsed, each takes some tens of bytes or of hundreds
_PYTHON = ("python", "python3", "ipython", "ipython3")
_PARSED = 100_000  # characters of a cell that is looked at for its language
_DEFINITION = re.compile(r"^[ ]{0,3}def (\w{1,80})\(", re.MULTILINE)
_MOST_ELSEWHERE = 200


_CONFLICT = re.compile(rb"^(?:<<<<<<<|>>>>>>>)(?: |\r?$)", re.MULTILINE)
_IN_CONFLICT = (
    "A git merge has left its conflict marks in it (<<<<<<<, =======, >>>>>>>). Take one side with "
    "`git checkout --ours` or `--theirs` and the file's name, open it in Jupyter, and save it there."
)
_CUT_SHORT = (
    "This can happen when a download is cut short. If it is still open in Jupyter, save it again there. "
    "Otherwise restore a version that opens in Jupyter, such as the checkpoint in the folder "
    "`.ipynb_checkpoints` next to it."
)
_TOO_MUCH = (
    "this notebook is too large to be read. Clear its outputs, remove data and images from it, and "
    "try again."
)


class NotebookError(Exception):
    """The bytes are not a notebook of Python code; the text completes "<name>: …"."""


def read(path: str) -> dict[str, Any]:
    """The same as `contents` of a file, which is never in memory as a whole."""
    with open(path, "rb") as file:
        if not file.seek(0, 2):
            return contents(b"")
        with mmap(file.fileno(), 0, access=ACCESS_READ) as content:
            return contents(content)


def contents(content: bytes | mmap) -> dict[str, Any]:
    """What of a notebook matters for grading.

    Args:
        content: the file: nbformat 3 or newer, UTF-8 with or without a byte-order mark.

    Returns:
        ``cells``: the sources of the code cells, in order. ``language``: another language than Python
        that the notebook names, though its code is Python. ``python``: the version that it names.
        ``elsewhere``: by the name of a function the cell that would define it if it were code.

    Raises:
        NotebookError: it is not a notebook, or nothing in it is Python.
    """
    content = _in_utf8(content)
    pictures = Pictures(content)
    try:
        left = without_outputs(content, pictures)
    except TooMuch:
        raise NotebookError(_TOO_MUCH) from None
    notebook = _load(left)
    cells = _cells(notebook)
    code = [
        _bounded(pictures.restored(_source(cell), _CELL_CHARACTERS))
        for cell in cells
        if cell.get("cell_type") == "code"
    ]
    language = _other_language(notebook)
    if language and any(map(str.strip, code)) and not any(map(_is_python, code)):
        raise NotebookError(f"this is a notebook in {language}, and the assignment is in Python.")
    return {
        "cells": code,
        "language": language,
        "python": _version(notebook),
        "elsewhere": _elsewhere(cells),
    }


def all_cells(content: bytes) -> list[dict[str, Any]]:
    """All cells of a notebook in whatever language, with their outputs and attachments.

    Raises:
        NotebookError: it is not a notebook.
    """
    return _cells(_load(_in_utf8(content)[:]))


def text_of(cell: dict[str, Any]) -> str:
    """The whole text of a cell, however long: front ends write photographs into it."""
    return _source(cell)


def code_cells(content: bytes | mmap) -> list[str]:
    """The sources of the code cells alone, in order."""
    cells: list[str] = contents(content)["cells"]
    return cells


def _in_utf8(content: bytes | mmap) -> bytes | mmap:
    """The content, in UTF-8 where it begins as UTF-16 or UTF-32 does, which shells of Windows write."""
    encoding = json.detect_encoding(content[:4])
    if encoding.startswith("utf-8"):
        return content
    return content[:].decode(encoding, errors="replace").encode()


def _load(content: bytes) -> dict[str, Any]:
    content = content.rstrip(b"\0")  # left by a computer that went down while it was writing
    if not content.strip():
        raise NotebookError("the file is empty.")
    if content.count(b"[") + content.count(b"{") > _LISTS or content.count(b",") > _ITEMS:
        raise NotebookError(_TOO_MUCH)
    try:
        notebook = _parsed(content)
    except UnicodeDecodeError:
        raise NotebookError(
            "this is not a notebook: the file is not text in UTF-8. Save it again in the program "
            "that you work in."
        ) from None
    except RecursionError:
        raise NotebookError("this is not a notebook: its JSON is nested too deeply.") from None
    except ValueError as error:
        # Without the place: outputs are not in what was parsed, and a reader would look in vain.
        what = str(getattr(error, "msg", error))[:120].removesuffix(" starting at")
        advice = _IN_CONFLICT if _CONFLICT.search(content) else _CUT_SHORT
        raise NotebookError(
            f"this is not a notebook: its JSON is broken ({what}). {advice}"
        ) from None
    if type(notebook) is not dict or not ("cells" in notebook or "worksheets" in notebook):
        raise NotebookError("this is JSON but not a notebook: it has no cells.")
    return notebook


def _parsed(content: bytes) -> Any:
    """JSON in UTF-8, or in the default encoding of editors on Windows."""
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        with contextlib.suppress(ValueError):
            return json.loads(content.decode("cp1252"))
        raise


def _metadata(notebook: dict[str, Any], table: str, key: str) -> str:
    """A text in the notebook's metadata; empty where there is none."""
    metadata = notebook.get("metadata")
    entry = metadata.get(table) if type(metadata) is dict else None
    value = entry.get(key) if type(entry) is dict else None
    return value if type(value) is str else ""


def _other_language(notebook: dict[str, Any]) -> str:
    """A language that is named and is not Python: left by another kernel, or the truth."""
    for table, key in (("kernelspec", "language"), ("language_info", "name")):
        language = _metadata(notebook, table, key).strip()
        if language and language.lower() not in _PYTHON:
            return language[:40]
    return ""


def _version(notebook: dict[str, Any]) -> str:
    version = _metadata(notebook, "language_info", "version")
    return version if re.fullmatch(r"\d{1,4}(\.\w{1,8}){1,3}", version, re.ASCII) else ""


def _is_python(source: str) -> bool:
    tree = parsed(source) if len(source) <= _PARSED else None
    return tree is not None and bool(tree.body)


def _elsewhere(cells: list[dict[str, Any]]) -> dict[str, str]:
    """Functions that stand in cells that are not code, by name, with the cell."""
    found: dict[str, str] = {}
    count = {"markdown": 0, "raw": 0}
    for cell in cells:
        kind = cell.get("cell_type")
        if type(kind) is not str or kind not in count:
            continue
        count[kind] += 1
        place = f"{'Markdown' if kind == 'markdown' else 'raw'} cell {count[kind]}"
        for definition in _DEFINITION.finditer(_source(cell)):
            if len(found) < _MOST_ELSEWHERE:
                found.setdefault(definition[1], place)
    return found


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
    return source


def _bounded(source: str) -> str:
    return source if len(source) <= _CELL_CHARACTERS else _TOO_LARGE
