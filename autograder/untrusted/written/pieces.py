"""Pieces of text that belong to a notebook's written answers."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class TextPiece:
    """A piece of text: what kind of cell it stood in, which cell, and where that is."""

    kind: str
    text: str
    place: int
    where: str


@dataclass
class WrittenPieces:
    """Pieces by part, what belongs to no written part, and what to tell.

    `changed` holds the lines that replace the hand-out's own, `present` the parts whose cells are there.
    """

    pieces: dict[str, list[TextPiece]]
    other: list[TextPiece] = field(default_factory=list)
    changed: list[TextPiece] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    untouched: set[str] = field(default_factory=set)
    present: set[str] = field(default_factory=set)

    def status(self, number: str) -> str:
        """``answered``, ``untouched`` (as handed out), ``empty`` or ``missing`` (cells are gone)."""
        if self.pieces[number]:
            return "answered"
        if number in self.untouched:
            return "untouched"
        return "empty" if number in self.present else "missing"
