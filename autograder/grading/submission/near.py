"""Did you mean …? The name nearest to one that is not there."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable
from itertools import islice
from pathlib import PurePosixPath
from typing import Final

_ALIKE: Final = 0.8
_LONGEST: Final = 100  # comparing takes a time that grows with the product of the lengths
_MOST: Final = 200
_PATHS: Final = 10  # in a text; a message of an error has one or two
_TOKEN: Final = re.compile(r"[^\s'\"<>|*?,;()\[\]{}]+\.\w+|'([^']+)'|\"([^\"]+)\"")


def nearest(name: str, candidates: Iterable[str]) -> str:
    """The candidate that a person may have meant by a name; empty where none is near.

    Letter case, underscores and hyphens make no difference; otherwise four fifths must agree.
    """
    plain: dict[str, str] = {}
    for candidate in candidates:
        if candidate != name and len(candidate) <= _LONGEST and len(plain) < _MOST:
            plain.setdefault(_plain(candidate), candidate)
    if len(name) > _LONGEST:
        return ""
    found = difflib.get_close_matches(_plain(name), plain, n=1, cutoff=_ALIKE)
    return plain[found[0]] if found else ""


def nearest_file(text: str, files: Collection[str]) -> str:
    """The file that may have been meant by a path in an error's text; empty where none is near.

    A path of another machine is compared by its last component alone, with Windows' separators too.
    """
    by_name = {PurePosixPath(file).name: file for file in files}
    for token in islice(_TOKEN.finditer(text[:1_000]), _PATHS):
        written = token[1] or token[2] or token[0]
        path = PurePosixPath(written.replace("\\", "/"))
        is_there = str(path) in files and "\\" not in written
        if is_there or not path.name:
            continue
        if near := by_name.get(path.name) or by_name.get(nearest(path.name, by_name)):
            return near
    return ""


def _plain(name: str) -> str:
    return re.sub(r"[_\-\s]+", "", name).casefold()
