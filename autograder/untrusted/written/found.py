"""What was found of a notebook's written answers."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Found:
    """A piece of text: what kind of cell it stood in, which cell, and where that is."""

    kind: str
    text: str
    place: int
    where: str


@dataclass
class Finding:
    """What was found: pieces by part, what belongs to no written part, and what to tell.

    `changed` holds the lines that stand in place of the hand-out's own.
    """

    pieces: dict[str, list[Found]]
    other: list[Found] = field(default_factory=list)
    changed: list[Found] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    untouched: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)

    def status(self, number: str) -> str:
        """``answered``, ``untouched`` (as handed out), ``empty`` or ``missing`` (cells are gone)."""
        if self.pieces[number]:
            return "answered"
        if number in self.untouched:
            return "untouched"
        return "empty" if number in self.seen else "missing"
