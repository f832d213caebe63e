"""Grades the functions of maths-heavy courses; in a notebook, `autograder.Notebook` checks them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.course.bank.derivations import check_derivation
    from autograder.student.notebook import Notebook

if sys.version_info < (3, 11):  # noqa: UP036 - a copy on PYTHONPATH was never installed
    raise ImportError(
        f"autograder needs Python 3.11 or newer; {sys.executable} is Python {sys.version.split()[0]}"
    )

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
