"""Grades the functions of maths-heavy courses; in a notebook, `autograder.Notebook` checks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.course.bank.derivations import check_derivation
    from autograder.student.notebook import Notebook

__all__ = ["Notebook", "check_derivation"]


def __getattr__(name: str) -> Any:
    """A public name when it is asked for: the command line and the cage do without them."""
    if name == "Notebook":
        from autograder.student.notebook import Notebook

        return Notebook
    if name == "check_derivation":
        from autograder.course.bank.derivations import check_derivation

        return check_derivation
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
