"""Grades the functions of maths-heavy courses; in a notebook, `autograder.Notebook` checks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.student.notebook import Notebook

__all__ = ["Notebook"]


def __getattr__(name: str) -> Any:
    """`Notebook` when it is asked for: the command line and the cage do without it."""
    if name != "Notebook":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from autograder.student.notebook import Notebook

    return Notebook
