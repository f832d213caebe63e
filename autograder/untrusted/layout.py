"""Where a student's files lie, and how they import one another in every layout.

Modules may be in a folder `modules`, as they were handed out, or in the notebook's folder, where other
people keep them. ``from modules.helper import f`` and ``from helper import f`` find the file in both.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

PACKAGE = "modules"


class _Modules(MetaPathFinder):
    """A finder, asked last: `modules` and what is below it, in the folder of that name or its parent."""

    def __init__(self, folders: list[str]) -> None:
        self._folders = folders

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where a module lies, of those that nobody else has found."""
        if name == PACKAGE:
            spec = ModuleSpec(name, None, is_package=True)
            spec.submodule_search_locations = list(self._folders)
            return spec
        if name.startswith(f"{PACKAGE}."):
            return PathFinder.find_spec(name, self._folders)
        return None


def place_of(file: str) -> str:
    """The path of a module's file, in the working folder or in the folder `modules` there."""
    for folder in (os.getcwd(), *_packages(os.getcwd())):
        if os.path.isfile(os.path.join(folder, file)):
            return os.path.join(folder, file)
    return file


def enter(folder: str) -> tuple[str, ...]:
    """Work in a folder below this one, and import from it.

    Args:
        folder: relative, such as ``"work"``; empty for this one.

    Returns:
        The folders in which the student's files lie, the innermost first.
    """
    top = os.getcwd()
    home = os.path.join(top, folder) if folder else top
    os.makedirs(home, exist_ok=True)
    os.chdir(home)
    folders = (home, top) if home != top else (home,)
    packages = {place: _packages(place) for place in folders}
    searched = [home, *packages[home], *(place for place in folders if place != home)]
    sys.path[:] = [path for path in sys.path if path not in searched] + searched
    sys.meta_path.append(_Modules([path for one in folders for path in (*packages[one], one)]))
    return folders


def _packages(folder: str) -> list[str]:
    """The folders `modules` in a folder: a file system that ignores letter case has `Modules` too."""
    return [
        os.path.join(folder, name)
        for name in sorted(os.listdir(folder))
        if name.casefold() == PACKAGE and os.path.isdir(os.path.join(folder, name))
    ]
