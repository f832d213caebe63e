"""Otter's reader of case files, without the rest of Otter.

`otter.test_files` imports all of Otter: pandas, pyarrow, nbconvert, Jupyter's client and widgets, 850
modules that take 70 MB and more than a second, none of which reads a case file. The module that does needs
the standard library alone. So that module is imported from the same installed package, below two
empty packages that stand where Otter's own would, and only while a file is read: afterwards ``import
otter`` is what it always was.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.course.bank.modules import forget
from autograder.course.bank.source import imports

_PACKAGE = "otter"
_FILES = "otter.test_files"
# By name, because its packages are replaced by empty ones while it is imported (see `_modules`).
_READER = "otter.test_files.exception_test"
_ENOUGH = "otter.test_files.test_case"


def test_cases(path: Path, text: str, tree: ast.Module) -> list[Any]:
    """Run a case file and collect its ``test_case`` objects, as Otter finds them.

    Otter's own `from_file` reads in the platform's encoding; the text has been read as UTF-8.

    Args:
        path: where the text came from, for tracebacks.
        text: the source.
        tree: the source, parsed.

    Raises:
        Exception: whatever the file raises, and what Otter says of it.
    """
    with _full_package() if _needs_full_package(tree) else _reader_only():
        reader = sys.modules[_READER].ExceptionTestFile
        return [case.body for case in reader.from_string(text, path=str(path)).test_cases]


def _needs_full_package(tree: ast.Module) -> bool:
    """Whether a file imports more of Otter than what makes a case, or all of it is there anyway."""
    return _PACKAGE in sys.modules or any(
        name.partition(".")[0] == _PACKAGE and name != _ENOUGH for name, _ in imports(tree)
    )


@contextmanager
def _full_package() -> Iterator[None]:
    with warnings.catch_warnings():
        # ipylab, which Otter imports, uses what traitlets has deprecated: not for our users.
        warnings.simplefilter("ignore")
        importlib.import_module(_READER)
    yield


@contextmanager
def _reader_only() -> Iterator[None]:
    sys.modules.update(_modules())
    try:
        yield
    finally:
        forget(_PACKAGE)


@cache  # read once: a case is what the same `test_case` made, whichever file it stands in
def _modules() -> dict[str, ModuleType]:
    """The reader, what it imports, and the two packages above it, by name."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("otter-grader is not installed", name=_PACKAGE)
    for name in (_PACKAGE, _FILES):
        package = sys.modules[name] = ModuleType(name)
        package.__path__ = [
            str(Path(folder, *name.split(".")[1:])) for folder in spec.submodule_search_locations
        ]
    try:
        reader = importlib.import_module(_READER)
        vars(sys.modules[_FILES])["test_case"] = reader.test_case
        return {
            name: module
            for name, module in sys.modules.items()
            if name.partition(".")[0] == _PACKAGE
        }
    finally:
        forget(_PACKAGE)
