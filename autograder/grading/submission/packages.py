"""Packages that a submission imports here and may not find where it is graded."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final

from autograder.grading.submission.definitions import PARSED_OF_ONE, Unit
from autograder.model.wording import joined, plural
from autograder.sandbox import absent
from autograder.untrusted.python import parsed

_OURS: Final = frozenset({"IPython", "autograder", "drivers", "modules", "otter"})


def not_promised(
    units: Sequence[Unit], promised: Collection[str], files: Collection[str]
) -> Iterator[str]:
    """A sentence about the packages that are installed here and not promised where it is graded.

    Args:
        units: one's own code: it is parsed, and not run.
        promised: the packages that the grader has.
        files: the names of the other files that were handed in.
    """
    own = {part.removesuffix(".py") for name in files for part in PurePosixPath(name).parts}
    names = dict.fromkeys(name for unit in units for name in _imported(unit.source))
    known = {*_OURS, *own, *promised, *sys.stdlib_module_names, *(unit.space for unit in units)}
    unknown = [name for name in names if name not in known and not absent([name])]
    if unknown:
        verb = plural(len(unknown), "is", "are")
        yield (
            f"{joined(unknown)} {verb} imported. Where this is graded, only "
            f"{joined(promised)} are sure to be installed."
        )


def _imported(source: str) -> Iterator[str]:
    """The top-level packages that a piece of code imports, wherever in it."""
    tree = parsed(source) if len(source) <= PARSED_OF_ONE else None
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
