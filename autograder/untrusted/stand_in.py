"""A stand-in for `grader` in the cage: checks in a student's notebook do nothing while it is graded.

The grader runs the same cases itself. Otter's notebook class, and ours that is made of it, would
look for test files that are not there and cost a second to import.
"""

from __future__ import annotations

import sys
import types
from typing import Any


class Notebook:
    """Takes every call of Otter's notebook class and does nothing."""

    def __init__(self, *_arguments: Any, **_keywords: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._nothing

    def _nothing(self, *_arguments: Any, **_keywords: Any) -> None:
        """Do nothing: the grader runs the same cases itself."""


def install() -> None:
    """Make ``otter.Notebook`` and ``autograder.Notebook`` the stand-in."""
    module = types.ModuleType("otter", __doc__)
    module.__dict__["Notebook"] = Notebook
    sys.modules["otter"] = module
    sys.modules["autograder"].__dict__["Notebook"] = Notebook
