"""Notebooks of other programs: their cells, and the marks by which they say what is a solution."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.model import UsageError

_OTHER_LANGUAGE = re.compile(
    r"\A\s*%%(?!time|timeit|capture|prun|debug|python3?\b|pypy)(\w+)", re.IGNORECASE
)
_MAGIC = re.compile(r"^\s*[%!].*$", re.MULTILINE)
_PROMPT = re.compile(
    r"^[ \t]*(?:(?:\"{3}|'{3})[ \t]*)?# BEGIN PROMPT.*?# END PROMPT[^\n]*\n?",
    re.MULTILINE | re.DOTALL,
)
_LINE = re.compile(r"^[ \t]*#{1,3}[ \t]*(BEGIN|END) SOLUTION.*$\n?", re.MULTILINE | re.IGNORECASE)
_SUFFIX = re.compile(r"[ \t]*#[ \t]*SOLUTION( NO PROMPT)?[ \t]*$", re.MULTILINE | re.IGNORECASE)
_TITLE = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)


@dataclass
class Cell:
    """A cell: its kind (``markdown``, ``code`` or ``raw``), text, metadata and the printed value.

    A code cell in another language, such as ``%%bash``, has that language as its kind.
    """

    kind: str
    text: str
    metadata: dict[str, Any]
    output: str
    number: int


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
        cells, language = notebook["cells"], _language(notebook.get("metadata") or {})
        if language.lower() not in ("", "python", "python3", "ipython"):
            raise UsageError(f"{where} is a notebook in {language}; only Python can be imported")
        return [
            Cell(
                _kind(str(cell["cell_type"]), _joined(cell["source"])),
                _joined(cell["source"]),
                dict(cell.get("metadata") or {}),
                _output(cell.get("outputs") or ()),
                number,
            )
            for number, cell in enumerate(cells, start=1)
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{where} is not a notebook of Jupyter's format 4") from error


def tests_in(data: bytes) -> dict[str, Any]:
    """The tests that `otter assign` keeps in a notebook's metadata, by name; none where it keeps none."""
    try:
        kept = json.loads(data.decode("utf-8-sig"))["metadata"]["otter"]["tests"]
    except (ValueError, KeyError, TypeError):
        return {}
    return kept if isinstance(kept, dict) else {}


def elsewhere(cells: Iterable[Cell]) -> list[str]:
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
