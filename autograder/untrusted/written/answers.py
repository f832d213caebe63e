"""The written answers of a notebook, found and rendered. Runs in a worker: all of it is hostile.

What is returned is text in a strict form of HTML that `staff.export.safe` reads again: this process
has seen hostile bytes, and the page that a person opens does not depend on its word.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.untrusted import notebook
from autograder.untrusted.outputs import without_outputs
from autograder.untrusted.written.finding import find
from autograder.untrusted.written.pieces import TextPiece
from autograder.untrusted.written.rendering import Renderer

_TEXT = 6_000_000  # bytes of all that is rendered, as much as fits into one answer
_PIECE = 500_000
_PIECES = 500  # cells of one part; more than a person reads, fewer than an answer can hold
_CUT = 2_000  # characters of a piece for which there is no room


def _bytes(text: str) -> int:
    return len(text.encode(errors="replace"))


class AnswerReader:
    """One notebook's answers, and the pictures that they show."""

    def __init__(self) -> None:
        self._pictures: list[bytes] = []

    def answers(self, path: str, handout: dict[str, Any], names: list[str], plain: bool) -> Any:
        """Find and render.

        Args:
            path: the notebook.
            handout: the template's cells and the parts, as `staff.export.handout` makes them.
            names: of the files that were handed in with it, relative to the notebook.
            plain: leave outputs and attachments out and show text as it was typed.

        Returns:
            ``parts`` (by number: ``status`` and ``pieces``), ``other`` (pieces in no written part),
            ``changed`` (lines in place of the hand-out's), and ``notes``.

        Raises:
            NotebookError: it cannot be read.
        """
        with open(path, "rb") as file:
            content = file.read()
        cells = notebook.all_cells(without_outputs(content) if plain else content)
        found = find(cells, handout)
        renderer = Renderer(names, self._pictures, plain=plain)
        for cell in cells:
            if cell.get("cell_type") == "markdown":
                renderer.learn(notebook.text_of(cell))
        room = _TEXT
        notes = [*found.notes]

        def rendered(pieces: list[TextPiece]) -> list[dict[str, Any]]:
            nonlocal room
            shown = []
            if len(pieces) > _PIECES:
                first = f"cells {pieces[0].place} to {pieces[_PIECES - 1].place}"
                notes.append(f"of {len(pieces)} cells that belong together, only {first} are shown")
            for piece in pieces[:_PIECES]:
                cell = cells[piece.place - 1]
                html = renderer.piece(piece.kind, piece.text, cell)
                if _bytes(html) > room:
                    html = renderer.piece("raw", piece.text[:_CUT], cell)
                    notes.append(f"cell {piece.place} is too long: only its beginning is shown")
                room = max(room - _bytes(html), 0)
                chunks = [html[at : at + _PIECE] for at in range(0, len(html), _PIECE)]
                shown.append({"where": piece.where, "cell": piece.place, "html": chunks})
            return shown

        parts = {
            number: {"status": found.status(number), "pieces": rendered(found.pieces[number])}
            for number in found.pieces
        }
        other, changed = rendered(found.other), rendered(found.changed)
        notes += renderer.notes
        return {"parts": parts, "other": other, "changed": changed, "notes": notes}

    def picture(self, number: int) -> Any:
        """The bytes of a picture, as an array."""
        return np.frombuffer(self._pictures[number], np.uint8)
