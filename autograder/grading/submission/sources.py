"""The text of a Python file from a stranger, and the programs that may have made it."""

from __future__ import annotations

import codecs
import contextlib
import itertools
import re
from typing import Final

_CELL: Final = re.compile(r"^# In\[[ \d*]*\]:[ \t]*$", re.MULTILINE)


def decode(content: bytes) -> str:
    """A source as text: UTF-8, UTF-16, the encoding that it names, or Latin-1, which knows every byte."""
    if content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):  # a shell of Windows writes it
        return _with_plain_lines(content.decode("utf-16", errors="replace"))
    coding = re.match(rb"(?:[^\n]*\n)?[ \t]*#.*?coding[:=][ \t]*([-\w.]+)", content)
    for encoding in ("utf-8-sig", coding[1].decode("ascii") if coding else "utf-8-sig"):
        with contextlib.suppress(UnicodeError, LookupError):
            return _with_plain_lines(content.decode(encoding))
    return _with_plain_lines(content.decode("latin-1"))


def _with_plain_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def is_marimo(source: str) -> bool:
    """Whether a module is a notebook of marimo, whose cells are functions of their own."""
    return re.search(r"^import marimo\b", source, re.MULTILINE) is not None and ".App(" in source


def cells_of_script(file: str, source: str) -> list[tuple[str, str]]:
    """The cells of a script that nbconvert made, each with a label; any other source is one.

    A cell stands behind as many empty lines as were above it: errors name the lines of the file.
    """
    starts = [match.start() for match in _CELL.finditer(source)]
    if not starts:
        return [(file, source)]
    bounds = [0, *starts, len(source)]
    pieces = [
        "\n" * source.count("\n", 0, start) + source[start:end]
        for start, end in itertools.pairwise(bounds)
    ]
    return [
        (f"{file}, cell {number}", piece)
        for number, piece in enumerate(pieces)
        if any(line.strip() and not line.startswith("#") for line in piece.splitlines())
    ]
