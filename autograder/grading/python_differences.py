"""How the student's own Python differs from the one that grades: versions and newer syntax."""

from __future__ import annotations

import ast
import importlib.metadata
import platform
from collections.abc import Iterator, Mapping, Sequence

from autograder.grading.submission.definitions import PARSED_OF_ONE, Unit
from autograder.model.wording import joined
from autograder.untrusted.python import as_python


def other_versions(graded_with: Mapping[str, str]) -> Iterator[str]:
    """A sentence that names the versions here that differ from those of the grading; none where all agree.

    Args:
        graded_with: the versions of the grading by name: `python`, and packages.
    """
    here, there = [], []
    for name, version in graded_with.items():
        own = _own_version(name)
        if own and own != version:
            shown = "Python" if name == "python" else name
            here.append(f"{shown} {own}")
            there.append(f"{shown} {version}")
    if here:
        yield (
            f"You have {joined(here, 'and')}; your work is graded with {joined(there, 'and')}. Syntax and "
            "functions that only one of them has can pass here and fail there."
        )


def newer_syntax(units: Sequence[Unit], graded_with: Mapping[str, str]) -> Iterator[str]:
    """A sentence about each unit whose syntax is newer than the Python that grades.

    Args:
        units: one's own code: it is parsed, and not run.
        graded_with: versions by name.
    """
    numbers = graded_with.get("python", "").split(".")[:2]
    if len(numbers) != 2 or not all(map(str.isdecimal, numbers)):
        return
    version = int(numbers[0]), int(numbers[1])
    for unit in units:
        if len(unit.source) > PARSED_OF_ONE or "%%" in unit.source[:100]:
            continue
        source = as_python(unit.source)
        try:
            ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # it fails here too, and that is reported
        try:
            ast.parse(source, feature_version=version)
        except SyntaxError as error:
            yield (
                f"{unit.label}, line {error.lineno}: Python {'.'.join(numbers)}, with which your work is "
                f"graded, cannot read this ({error.msg}). Write it without the newer syntax."
            )


def _own_version(name: str) -> str:
    """The installed version as a lock file gives it, of Python the first two numbers; empty for none."""
    if name == "python":
        return ".".join(platform.python_version_tuple()[:2])
    try:
        return importlib.metadata.version(name).partition("+")[0]
    except importlib.metadata.PackageNotFoundError:
        return ""
