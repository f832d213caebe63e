"""What a separate process is asked to do with candidates, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.staff.mutants.mutant import Mutant

CONSTANT, SQUEEZED, DETACHED, OTHER = "constant", "squeezed", "no graph", "another answer"


@dataclass(frozen=True, slots=True)
class Check:
    """A case, to be run on right answers; one with extremes more often."""

    key: str
    extreme: bool = False

    def lost(self, how: str) -> CheckedRecipe:
        """A case that ends its process is rejected."""
        return CheckedRecipe(f"the process {how}")


@dataclass(frozen=True, slots=True)
class CheckedRecipe:
    """The result of a case on right answers: why it cannot be kept, ``""`` if it can."""

    problem: str = ""


@dataclass(frozen=True, slots=True)
class ConstantAnswer:
    """The functions that know nothing, in the place of one of the reference's."""

    function: str

    def lost(self, how: str) -> KillRow:
        """Cases that end the process notice nothing."""
        del how
        return KillRow({})


@dataclass(frozen=True, slots=True)
class Mutated:
    """A mutant, to be run on the cases of these functions.

    Attributes:
        mutant: the mutant.
        functions: those that reach the place that was changed.
        dropped: candidates that are not run.
        look: whether an input is sought on which it differs, where today's cases notice nothing.
    """

    mutant: Mutant
    functions: tuple[str, ...]
    dropped: frozenset[str] = frozenset()
    look: bool = False

    def lost(self, how: str) -> KillRow:
        """A mutant that ends its process is noticed by every case."""
        return KillRow({}, everywhere=True, today=f"({how})")


@dataclass(frozen=True, slots=True)
class KillRow:
    """Which cases notice faults.

    Attributes:
        kills: by the fault's label and the case, the draws in which it is noticed.
        everywhere: whether every case notices it.
        today: the case of today's that notices it.
        difference: of one that none of today's notices, an input on which it differs.
    """

    kills: Mapping[tuple[str, str], frozenset[int]]
    everywhere: bool = False
    today: str = ""
    difference: str = ""
