"""What a file is, by its content rather than its extension."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import PurePosixPath
from typing import Final

from autograder.grading.submission.files import MEGABYTE, shorten
from autograder.grading.submission.sources import decode, is_marimo

_BOM: Final = b"\xef\xbb\xbf"
_BEGIN: Final = 1_000
_TEXTS: Final = (".txt", ".text", ".pyw", "")
_CONVERTED: Final = {
    ".qmd": "`quarto convert {name}`",
    ".rmd": "`jupytext --to ipynb {name}`",
    ".md": "`jupytext --to ipynb {name}`",
}
_FOREIGN: Final[tuple[tuple[bytes, str, str], ...]] = (
    (rb"PK\x03\x04", "a zip file", "Give it the extension .zip, or hand in the notebook itself."),
    (rb"%PDF", "a PDF", "Hand in the notebook itself, with the extension .ipynb."),
    (
        rb"(?i)(<!doctype html|<html|<head)",
        "a web page",
        "Hand in the notebook itself: in Colab, File, Download, Download .ipynb; on GitHub, the raw file.",
    ),
    (
        rb"version https://git-lfs",
        "a pointer of Git LFS",
        "Fetch the file itself with `git lfs pull`, and hand that in.",
    ),
    (
        rb"(Rar!|7z\xbc\xaf|\x1f\x8b|BZh|\xfd7zXZ)",
        "a compressed archive",
        "Make a zip, or hand in the files.",
    ),
)
_PACKED: Final = frozenset({".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".zipx"})
_PAGES: Final = frozenset(
    {
        ".html",
        ".htm",
        ".pdf",
        ".webarchive",
        ".doc",
        ".docx",
        ".odt",
        ".rtf",
        ".gdoc",
        ".gnotebook",
        ".url",
    }
    | {".webloc", ".lnk", ".png", ".jpg", ".jpeg", ".heic"}
)


def is_notebook(name: str, content: bytes) -> bool:
    """Whether a file is a notebook by its extension, or by its content, whatever its extension."""
    if name.lower().endswith(".ipynb"):
        return True
    begins = content[:_BEGIN].removeprefix(_BOM).lstrip()[:1] == b"{"
    return begins and b'"cell_type"' in content and b'"cells"' in content


def is_code(name: str, content: bytes) -> bool:
    """Whether a file is a notebook, or Python by its extension."""
    return name.lower().endswith(".py") or is_notebook(name, content)


def foreign(content: bytes) -> str:
    """What a file named as a notebook is instead, and what to do; empty where it is not recognised."""
    begin = content[:_BEGIN].removeprefix(_BOM).lstrip()
    for form, what, then in _FOREIGN:
        if re.match(form, begin):
            return f"it is {what}, not a notebook. {then}"
    if re.match(rb"(#!.*python|# coding|# In\[|(from \w+ )?import \w|def \w+\()", begin):
        return "it is Python, not a notebook. Give it the extension .py."
    return ""


def python_by_content(
    files: Mapping[str, bytes], functions: Collection[str], notices: list[str]
) -> dict[str, bytes]:
    """The files, with Python that ends in ``.txt``, ``.pyw`` or nothing renamed to ``.py``.

    Browsers add ``.txt``, and nbconvert writes it where a notebook does not name its file extension.
    """
    renamed = {}
    for name, content in files.items():
        path = PurePosixPath(name)
        if path.suffix.lower() in _TEXTS and len(content) <= MEGABYTE:
            right = str(path.with_suffix("" if path.stem.lower().endswith(".py") else ".py"))
            if right not in files and _defines(decode(content), functions):
                notices.append(f"{shorten(name)} contains Python and was read as {shorten(right)}.")
                name = right
        renamed[name] = content
    return renamed


def _defines(source: str, functions: Collection[str]) -> bool:
    return any(name in functions for name in re.findall(r"^(?:def|class) (\w+)\b", source, re.M))


def how_to_convert(files: Mapping[str, bytes], names: Iterable[str]) -> str:
    """How to convert the first notebook of another program; empty where there is none.

    Args:
        files: the files that were kept, by name.
        names: the names of all files that were handed in.
    """
    for name in names:
        path = PurePosixPath(name)
        told = shorten(path.name)
        command = _CONVERTED.get(path.suffix.lower(), "").format(name=told)
        if path.suffix.lower() == ".py" and is_marimo(decode(files.get(name, b"")[:MEGABYTE])):
            command = f"`marimo export ipynb {told} -o {shorten(path.stem)}.ipynb`"
        if command and path.stem.lower() != "readme":
            return (
                f"{shorten(name)} is not a Jupyter notebook: convert it with {command}, and hand "
                "that in."
            )
    return ""


def what_to_do(names: Iterable[str]) -> str:
    """What to do if there is no code, by the extensions of the files; empty if none is known."""
    for name in names:
        suffix = PurePosixPath(name).suffix.lower()
        if suffix in _PACKED:
            return f"{shorten(name)} cannot be unpacked here. Make a zip, or hand in the files themselves."
        if suffix in _PAGES:
            return (
                f"{shorten(name)} contains no code that can be run. Hand in the notebook itself "
                "(.ipynb)."
            )
    return ""
