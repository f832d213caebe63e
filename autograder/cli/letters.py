"""Letters that a terminal cannot show, written in those that it can: ``½ log 2π`` as ``1/2 log 2 pi``."""

from __future__ import annotations

import codecs
import unicodedata
from typing import Final

HANDLER: Final = "autograder.letters"
"""The name of the error handler, once it is registered."""

_WORDS: Final = {
    **{"½": "1/2", "¼": "1/4", "π": "pi", "√": "sqrt ", "∞": "inf"},
    **{"·": "*", "×": "x", "−": "-", "≤": "<=", "≥": ">=", "≠": "!=", "→": "->", "²": "^2"},
    **{"•": "*", "…": "...", "–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"'},
}


def register() -> None:
    """Make the handler known to Python's codecs."""
    codecs.register_error(HANDLER, _written)


def _written(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    before = error.object[error.start - 1 : error.start]
    written = ""
    for letter in error.object[error.start : error.end]:
        word = _WORDS.get(letter) or _nearest(letter)
        apart = letter in _WORDS and word[:1].isalnum() and (written or before)[-1:].isalnum()
        written += f" {word}" if apart else word
    return written, error.end


def _nearest(letter: str) -> str:
    """The letter without its accent, or a question mark."""
    return unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode() or "?"
