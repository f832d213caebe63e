"""Which packages a cage can import, found without importing any."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from importlib.machinery import PathFinder

from autograder.untrusted import worker

_ALWAYS = ("numpy", "torch")
_FOR_NOTEBOOKS = ("matplotlib", "tqdm")  # the extra `course`, which every grading environment has


def absent(names: Iterable[str]) -> tuple[str, ...]:
    """Those of some modules that a cage's Python does not have.

    Args:
        names: dotted import names.
    """
    return tuple(name for name in names if not _present(name))


def offered(permitted: Iterable[str]) -> tuple[str, ...]:
    """The packages that a submission may count on where it is graded, beyond Python's own.

    Args:
        permitted: those that the assignment names.
    """
    optional = (name for name in _FOR_NOTEBOOKS if _present(name))
    return tuple(sorted({*_ALWAYS, *optional, *permitted}, key=str.lower))


def _present(name: str) -> bool:
    if name.partition(".")[0] in sys.stdlib_module_names:
        return True
    path: list[str] | None = worker.readable_paths()
    steps = name.split(".")
    for place in range(len(steps)):
        if path is None:
            return False
        spec = PathFinder.find_spec(".".join(steps[: place + 1]), path)
        if spec is None:
            return False
        searched = spec.submodule_search_locations
        path = None if searched is None else [os.fspath(entry) for entry in searched]
    return True
