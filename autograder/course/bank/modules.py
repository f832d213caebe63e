"""What a case file may import in addition to packages: `drivers.<topic>` and `reference.<topic>`.

Both are registered in `sys.modules` anew by every load, whatever was there before, so that what
runs is what was hashed; `sys.path` stays as it is.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from autograder.course.bank.files import assignment_error, read_text
from autograder.course.bank.source import failure
from autograder.course.reference import reference_module
from autograder.model import AssignmentError


class _Text(importlib.abc.ExecutionLoader):
    """Runs a module from the text that was read, so that no bytecode is left in the bank."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._text = text

    def get_filename(self, fullname: str) -> str:
        """Where the module came from, for tracebacks."""
        return str(self._path)

    def get_source(self, fullname: str) -> str:
        """The text."""
        return self._text


def register_drivers(drivers: Mapping[str, Path]) -> None:
    """Make ``drivers`` a package of exactly these modules.

    Args:
        drivers: the files by topic.

    Raises:
        AssignmentError: where one of them cannot be read, or raises while it is imported.
    """
    forget("drivers")
    package = ModuleType("drivers", "The drivers of the assignment that was loaded last.")
    package.__path__ = []
    sys.modules["drivers"] = package
    for topic, path in drivers.items():
        setattr(package, topic, run_text(f"drivers.{topic}", path, read_text(path)))


def register_reference(folders: Sequence[Path]) -> None:
    """Make ``reference`` the package of these folders; its modules load when a case asks for them.

    Args:
        folders: the reference of the course that is being loaded, then those of banks that it uses.

    Raises:
        AssignmentError: where the course's `__init__.py` raises, or where two folders have a module of one
            name that is not the same: one of them would be imported in place of the other.
    """
    forget("reference")
    own = folders[0]
    for index, folder in enumerate(folders):
        for earlier in folders[:index]:
            _check_no_conflict(earlier, folder)
    if present := [str(folder) for folder in folders if folder.is_dir()]:
        start = own / "__init__.py"
        run_text("reference", start, read_text(start) if start.exists() else "", present)


def _check_no_conflict(folder: Path, bank: Path) -> None:
    """Refuse modules of one name and different content."""
    for path in sorted(bank.glob("*.py")):
        mine = folder / path.name
        if path.name != "__init__.py" and mine.exists() and read_text(mine) != read_text(path):
            raise assignment_error(
                mine, f"the bank {bank.parent.name!r} has another module of this name: rename yours"
            )


def import_reference(paths: Iterable[Path]) -> None:
    """Import solutions from the package that `register_reference` made.

    Args:
        paths: their files; those that are not written yet are left out.

    Raises:
        AssignmentError: where one of them raises.
    """
    for path in paths:
        if path.exists():
            try:
                reference_module(path.stem)
            except (Exception, SystemExit) as error:
                raise failure(path, error) from error


def run_standalone(name: str, path: Path, text: str) -> ModuleType:
    """Run one of the bank's own files from its text; nothing can import what comes of it.

    Args:
        name: what it is called in tracebacks.
        path: where the text came from.
        text: its source.

    Raises:
        AssignmentError: at the line that raised.
    """
    module, loader = _module(name, path, text)
    _execute(module, loader, path)
    return module


def run_text(name: str, path: Path, text: str, folders: list[str] | None = None) -> ModuleType:
    """Import a module from its text; a package where it gets folders.

    Raises:
        AssignmentError: where it raises.
    """
    module, loader = _module(name, path, text, folders)
    sys.modules[name] = module
    try:
        _execute(module, loader, path)
    except AssignmentError:
        forget(name)
        raise
    return module


def _module(
    name: str, path: Path, text: str, folders: list[str] | None = None
) -> tuple[ModuleType, _Text]:
    spec = ModuleSpec(name, loader := _Text(path, text), origin=str(path))
    spec.has_location = True
    spec.submodule_search_locations = folders
    return importlib.util.module_from_spec(spec), loader


def _execute(module: ModuleType, loader: _Text, path: Path) -> None:
    try:
        loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise failure(path, error) from error


def forget(package: str) -> None:
    """Drop a package and its modules from `sys.modules`."""
    for name in [*sys.modules]:
        if name == package or name.startswith(f"{package}."):
            del sys.modules[name]
