"""Which packages a cage can import, found without importing any."""

from __future__ import annotations

import difflib
import functools
import importlib.metadata
import os
import re
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


def nearest_installed(name: str) -> str:
    """The import name that may have been meant by one that is absent; empty where none is near.

    Args:
        name: a dotted import name, or the name by which pip installs a package.
    """
    known = _installed()
    wanted = name.partition(".")[0]
    near = difflib.get_close_matches(_plain(wanted), known, n=1, cutoff=0.8)
    return known[near[0]] if near and known[near[0]] != wanted else ""


@functools.cache
def _installed() -> dict[str, str]:
    """By the plain name of each package and each distribution, the import name; it takes a second."""
    found = importlib.metadata.packages_distributions()
    packages = [top for top in found if not top.startswith("_") and _present(top)]
    by_distribution = {_plain(name): top for top in packages for name in found[top]}
    return by_distribution | {_plain(top): top for top in packages}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "", name).casefold()


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
