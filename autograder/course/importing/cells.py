"""Notebooks of other programs: their cells, and the marks by which they say what is a solution."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course.parsing import NotPythonError, parse_python
from autograder.model import UsageError

_OTHER_LANGUAGE = re.compile(
    r"\A(?:\s*#[^\n]*\n)*+\s*%%(?!time|timeit|capture|prun|debug|python3?\b|pypy)(\w+)",
    re.IGNORECASE,
)
_MAGIC = re.compile(r"^\s*[%!].*$", re.MULTILINE)
_PROMPT = re.compile(
    r"^[ \t]*(?:(?:\"{3}|'{3})[ \t]*)?# BEGIN PROMPT.*?# END PROMPT[^\n]*\n?",
    re.MULTILINE | re.DOTALL,
)
_LINE = re.compile(r"^[ \t]*#{1,3}[ \t]*(BEGIN|END) SOLUTION.*$\n?", re.MULTILINE | re.IGNORECASE)
_SUFFIX = re.compile(r"[ \t]*#[ \t]*SOLUTION( NO PROMPT)?[ \t]*$", re.MULTILINE | re.IGNORECASE)
_HALF = re.compile("[\ud800-\udfff]")
_TITLE = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)


@dataclass
class Cell:
    """A cell.

    Attributes:
        kind: ``markdown``, ``code`` or ``raw``; a code cell in another language, such as ``%%bash``,
            has that language as its kind.
        text: its source.
        metadata: as it is in the notebook.
        output: what its last expression was printed as.
        number: counted from 1, all cells.
        where: the notebook and the number, for messages.
    """

    kind: str
    text: str
    metadata: dict[str, Any]
    output: str
    number: int
    where: str

    def parsed(self, text: str) -> ast.Module:
        """The syntax tree of the cell's text, or of what it became without marks and magics.

        Raises:
            UsageError: Python cannot read it.
        """
        try:
            return parse_python(text)
        except NotPythonError as error:
            raise UsageError(f"{self.where}: Python cannot parse it: {error}") from error

    def solution(self) -> str:
        """The solution in it, without the marks and magics.

        Raises:
            UsageError: Python cannot read it.
        """
        text = solved(self.text)
        self.parsed(text)
        return text

    def given(self) -> str:
        """Its code as students are given it.

        Raises:
            UsageError: Python cannot read it.
        """
        text = plain(self.text).strip("\n")
        self.parsed(text)
        return text


def read_cells(path: Path) -> list[Cell]:
    """The cells of a notebook file.

    Raises:
        UsageError: the file cannot be read, or is not a notebook.
    """
    try:
        return cells_of(path.read_bytes(), str(path))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from error


def cells_of(data: bytes, where: str) -> list[Cell]:
    """The cells of a notebook's bytes; `where` names it in errors."""
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
        cells, language = [*notebook["cells"]], _language(notebook.get("metadata") or {})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(f"{where} is not a notebook of Jupyter's format 4") from error
    if language.lower() not in ("", "python", "python3", "ipython"):
        raise UsageError(f"{where} is a notebook in {language}; only Python can be imported")
    return [_cell(cell, number, f"{where}, cell {number}") for number, cell in enumerate(cells, 1)]


def _cell(cell: Any, number: int, where: str) -> Cell:
    try:
        text = _joined(cell["source"])
        found = Cell(
            _kind(str(cell["cell_type"]), text),
            text,
            dict(cell.get("metadata") or {}),
            _output(cell.get("outputs") or ()),
            number,
            where,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{where}: it is not a cell of Jupyter's format 4") from error
    if half := _HALF.search(text):
        raise UsageError(f"{where}: it holds half a character ({ascii(half[0])[1:-1]}); retype it")
    return found


def tests_in(data: bytes) -> dict[str, Any]:
    """The tests that `otter assign` keeps in a notebook's metadata, by name; none where it keeps none."""
    try:
        kept = json.loads(data.decode("utf-8-sig"))["metadata"]["otter"]["tests"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}


def in_other_languages(cells: Iterable[Cell]) -> list[str]:
    """Which cells cannot be moved because they are in another language, in words."""
    return [
        f"cell {cell.number}: it is in {cell.kind}, and only Python can be moved"
        for cell in cells
        if cell.kind not in ("markdown", "code", "raw")
    ]


def _kind(kind: str, text: str) -> str:
    other = _OTHER_LANGUAGE.match(text) if kind == "code" else None
    return other[1] if other else kind


def _language(metadata: dict[str, Any]) -> str:
    """What the notebook's kernel speaks, where it says so."""
    kernel = metadata.get("kernelspec") or {}
    known = (metadata.get("language_info") or {}).get("name")
    return str(kernel.get("language") or known or ("R" if kernel.get("name") == "ir" else ""))


def solved(text: str) -> str:
    """A solution cell's source with the solution kept, and the marks and magics taken away."""
    return _SUFFIX.sub("", _LINE.sub("", _PROMPT.sub("", plain(text)))).strip("\n")


def plain(text: str) -> str:
    """A code cell without the lines that only IPython understands."""
    return _MAGIC.sub("", text)


def title_of(text: str) -> str:
    """The first heading of the first level in some Markdown, or nothing."""
    found = _TITLE.search(text)
    return found[1].replace("$", "").strip() if found else ""


def _joined(source: Any) -> str:
    return source if isinstance(source, str) else "".join(source)


def _output(outputs: Any) -> str:
    """What the cell's last expression was printed as."""
    for output in reversed(list(outputs)):
        if output.get("output_type") == "execute_result":
            return _joined(output["data"].get("text/plain", ""))
    return ""
