"""What an exception of the student's says, as data: hostile exceptions raise while they are read."""

from __future__ import annotations

import os
import sys
import traceback
from typing import Any, Final

from autograder.untrusted.needs import cause_of

_TEXT: Final = 4_000
_FRAMES: Final = 12

Record = dict[str, Any]


def raised(error: BaseException, folders: tuple[str, ...] = ()) -> Record:
    """Its type, its text, the frames of the student's own code, and what it asks for that is not there.

    Args:
        error: anything that was raised.
        folders: where the student's files lie, the innermost first: their names are relative to it.
    """
    kind = type.__dict__["__name__"].__get__(
        type(error)
    )  # a metaclass may define its own `__name__`
    frames = []
    try:
        for entry in traceback.extract_tb(error.__traceback__)[-200:]:
            name = relative(entry.filename, folders)
            if not name.startswith(("/", "<")):
                frames.append([name, entry.lineno or 0, entry.name, entry.line or ""])
        if isinstance(error, SyntaxError) and error.filename:  # a NUL is found before any line is
            name = relative(str(error.filename), folders)
            frames.append([name, error.lineno or 0, "", error.text or ""])
    except BaseException:
        frames = []
    barred = _barred(error)
    return {
        "type": _plain(kind)[:80],
        "text": _text(error, folders),
        "frames": [[_plain(item) for item in frame] for frame in frames[-_FRAMES:]],
        **({"barred": barred} if barred else {}),
    }


def relative(filename: str, folders: tuple[str, ...]) -> str:
    """A file's name as its student knows it; that of a file elsewhere stays as it is."""
    for folder in folders:
        if filename.startswith(folder + os.sep):
            return filename.removeprefix(folder + os.sep)
    return filename


def _barred(error: BaseException) -> str:
    try:
        cause = cause_of(error).partition(" ")[0]
        return "processes" if cause == "program" else cause
    except BaseException:  # attributes of the student's
        return ""


def _text(error: BaseException, folders: tuple[str, ...]) -> str:
    """What an exception says, with the paths of this machine as its reader knows them."""
    try:
        text = _cut(error.msg if isinstance(error, SyntaxError) else error)
        for folder in (*folders, *sorted(map(str, sys.path), key=len, reverse=True)):
            if len(folder) > 1:
                text = text.replace(folder + os.sep, "")
        return text
    except BaseException:  # a __str__ of the student's
        return "(the exception has no text that can be read)"


def _plain(item: Any) -> Any:
    return item if type(item) is int else _cut(item)


def _cut(item: object) -> str:
    text: str = str.__str__(str(item))
    return text[:_TEXT]
