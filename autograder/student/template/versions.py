"""What a student's work is graded with: versions, packages and limits, in words for the student."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Mapping

from autograder.course.bank.files import read_text
from autograder.course.locks import LOCKS, lock_file
from autograder.course.wheel import normal
from autograder.model import Assignment

_LOCKED = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\+]+)")
_PYTHON = "3.11"  # what the bundle's setup.sh installs
_ALSO = ("matplotlib", "tqdm")  # the extra `course`, which every grading environment has


def graded_on(assignment: Assignment) -> str:
    """On what the work is graded: a list in Markdown.

    Args:
        assignment: its limits and permits are stated.
    """
    versions = locked(assignment)
    known = [_version(name, versions) for name in ("torch", "numpy")]
    names = [*known, *_ALSO, *assignment.permits.packages]
    limits = assignment.limits
    processes = "" if assignment.permits.processes else "no other processes (use `num_workers=0`), "
    return (
        f"- Python {_PYTHON} on a CPU, with {', '.join(names[:-1])} and {names[-1]}. "
        "Do not count on other packages.\n"
        f"- No network, {processes}no shell commands (`!pip`, `%%bash`).\n"
        "- Only files in the folder of your submission: use relative paths, such as `data.csv`.\n"
        f"- {limits.memory_mb:g} MB of memory and {limits.disk_mb:g} MB on disk; "
        f"{_time(limits.call_seconds)} for each call of a function, {_time(limits.cell_seconds)} for each "
        f"cell, {_time(limits.total_seconds)} for everything."
    )


def graded_with(assignment: Assignment) -> dict[str, str]:
    """The versions that can change a result, by name, for `assignment.toml` of the student's copy."""
    versions = locked(assignment)
    pins = (pinned(name, versions).partition("==") for name in ("torch", "numpy"))
    return {"python": _PYTHON, **{name: version for name, _, version in pins if version}}


def _version(name: str, versions: Mapping[str, str]) -> str:
    return pinned(name, versions).replace("==", " ")


def _time(seconds: float) -> str:
    return f"{seconds:g} s" if seconds < 120 or seconds % 60 else f"{seconds / 60:g} min"


def locked(assignment: Assignment) -> dict[str, str]:
    """The locked versions by normalized name; local parts are left out."""
    root = assignment.manifest.parent.parent
    texts = (read_text(lock_file(root, name)) for name in LOCKS)
    found = (_LOCKED.match(line) for text in texts for line in text.split("\n"))
    return {normal(match[1]): match[2] for match in found if match}


def pinned(name: str, versions: Mapping[str, str]) -> str:
    """A package with the version that is locked, or else installed, or else with none."""
    version = versions.get(normal(name))
    if version is None:
        try:
            version = importlib.metadata.version(name).partition("+")[0]
        except importlib.metadata.PackageNotFoundError:
            return name
    return f"{name}=={version}"
