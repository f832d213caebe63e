"""Versions of what can change a score."""

from __future__ import annotations

import importlib.metadata
import platform

from autograder.course import wheel
from autograder.model import UsageError

_ABSENT = "not installed"


def versions() -> dict[str, str]:
    """Versions of Python, of this program and of the packages that a score depends on, by name."""
    packages = {name: _version(name) for name in ("numpy", "torch", "otter-grader")}
    return {"python": platform.python_version(), "autograder": _own(), **packages}


def _own() -> str:
    try:
        return wheel.version()
    except UsageError:  # it runs from a folder
        return _ABSENT


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return _ABSENT
