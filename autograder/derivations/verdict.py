"""What was found out about a student's derivation."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import NamedTuple


class LineStatus(enum.StrEnum):
    """What became of a line."""

    HOLDS = "holds"
    FALSE = "false"
    NOT_REACHED = "not reached"
    REPEATED = "repeated"


class LineVerdict(NamedTuple):
    """What became of one line.

    Attributes:
        status: whether it holds.
        explanation: sentences for the student, formulas between backticks; ``""`` where there is nothing
            to say.
    """

    status: LineStatus
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class DerivationVerdict:
    """What was found out about a derivation.

    That numbers agree on random instances is not a proof; whether each step is justified is for a person.

    Attributes:
        first_false: index of the first false line, ``let`` lines counted; ``None`` where there is none.
        refused: index of the first line that cannot be read, and what to write instead; ``None`` where
            every line could be read.
        ends: whether the first and the last line are the given ones.
        waypoints: for each of the question's waypoints, whether it was reached before the first false line.
        lines: one entry a line that was handed in.
    """

    first_false: int | None
    refused: tuple[int, str] | None
    ends: bool
    waypoints: tuple[bool, ...]
    lines: tuple[LineVerdict, ...]

    @property
    def holds(self) -> bool:
        """Whether every line could be read and none is false."""
        return self.first_false is None and self.refused is None

    @property
    def complete(self) -> bool:
        """Whether the derivation leads from the first given line to the last, and shows every step."""
        return self.holds and self.ends and all(self.waypoints)

    @property
    def share(self) -> float:
        """The share of its points that a derivation earns: all of them only where it is complete."""
        if self.complete:
            return 1.0
        return sum(self.waypoints) / (len(self.waypoints) + 1)
