"""Where the Python files of a submission lie, and whose modules they are by their names."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterable, Mapping
from pathlib import PurePosixPath
from typing import Final

_LIBRARIES: Final = frozenset(
    {"autograder", "drivers", "IPython", "modules", "numpy", "otter", "reference", "torch"}
)


_OURS: Final = frozenset({"derivations", "drivers", "tests"})  # folders of the student's copy
_FOLDER: Final = "modules"
_NUMBERED: Final = re.compile(  # as browsers, Finder, Explorer and Drive number what is there already
    r"(?:copy of )?(?P<stem>.+?)(?:[ _]*\(\d+\)|[-_ ]\d{1,2}|[-_ ]*copy(?:[ _]*\(?\d+\)?)?|[ ]\(copy\))?",
    re.IGNORECASE | re.DOTALL,
)


def code_folder(files: Iterable[str], topics: Collection[str]) -> str:
    """The folder in which modules work: where they lie, or where their folder `modules` does."""
    paths = [PurePosixPath(name) for name in files if is_module(PurePosixPath(name))]
    own = [path for path in paths if topic_of(path.name, topics)] or paths
    best = min(own, key=lambda path: (distance(path, "."), path), default=PurePosixPath("x"))
    folder = best.parent
    return str(folder.parent if folder.name.casefold() == _FOLDER else folder)


def readable_files(
    files: Mapping[str, bytes], folder: str, topics: Collection[str]
) -> dict[str, bytes]:
    """The files that the code may open: all but those that would hide a library of the same name.

    A renamed module lies there under the name too by which others import it.
    """
    found: dict[str, bytes] = {}
    for name, content in files.items():
        path = PurePosixPath(name)
        topic = topic_of(name, topics) if is_module(path) else ""
        if is_module(path) and hides_a_library(path, distance(path, folder), topic):
            continue
        found[name] = content
        if topic and str(path.with_name(f"{topic}.py")) not in files:
            found.setdefault(str(path.with_name(f"{topic}.py")), content)
    return found


def is_module(path: PurePosixPath) -> bool:
    """Whether a file is Python and not one of the student's copy that are ours."""
    return path.suffix.lower() == ".py" and _OURS.isdisjoint(path.parts[:-1])


def hides_a_library(path: PurePosixPath, far: int, topic: str) -> bool:
    """Whether an import of a file's name finds what Python or the grader has already."""
    known = path.stem in _LIBRARIES or path.stem in sys.stdlib_module_names
    return not topic and far <= 1 and known


def topic_of(name: str, topics: Collection[str]) -> str:
    """The question whose module a file unmistakably is: ``"vae"`` for ``"VAE (1).py"``; else nothing."""
    stem = PurePosixPath(name).stem
    numbered = _NUMBERED.fullmatch(stem)
    for form in (stem, numbered["stem"] if numbered else stem):
        plain = re.sub(r"[-\s]+", "_", form.strip()).casefold()
        if plain in topics:
            return plain
    return ""


def distance(path: PurePosixPath, folder: str) -> int:
    """0 in the notebook's folder or at the top, 1 in a folder `modules` there, more elsewhere."""
    parts = path.parent.parts
    home = PurePosixPath(folder).parts
    for base in (home, ()):
        if parts[: len(base)] == base:
            below = parts[len(base) :]
            if not below or (len(below) == 1 and below[0].casefold() == _FOLDER):
                return len(below)
    return 1 + len(parts)
