"""Hints on the cause of a syntax error, where Python's own message does not show it."""

from __future__ import annotations

import platform
import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from autograder.sandbox import Raised

_CHARACTER: Final = re.compile(r"invalid (?:non-printable )?character.*\bU\+([0-9A-F]{4,6})\)?$")
_CONFLICT: Final = re.compile(r"(<{7}|={7}|>{7})( |$)")
# What Python has had since 3.12: any quotes in f-strings, type parameters and statements, and so on.
_NEWER: Final = re.compile(r"\b[fFtT][rR]?[\"']|^type \w|\b(?:def|class) \w+\[|^except [\w.]+, ")
_QUOTES: Final = dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‘’‚‛‹›′´", "'")
_MEANT: Final = _QUOTES | {
    "×": "*",
    "⋅": "*",
    "·": "*",
    "•": "*",
    "∗": "*",
    "÷": "/",
    "∕": "/",
    "−": "-",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "→": "->",
}
_UNSEEN: Final = ("Cc", "Cf", "Zl", "Zp")


def hints(error: Raised, their_python: str) -> Iterator[str]:
    """Sentences for the author of code that Python cannot parse; none where Python says it all.

    Args:
        error: a `SyntaxError` of a submission.
        their_python: the version of Python that the notebook names; empty where it is not known.
    """
    code = error.frames[-1].code if error.frames else ""
    ours = platform.python_version()
    found = _CHARACTER.match(error.text)
    quote = next((one for one in code if one in _QUOTES), "")
    if _CONFLICT.match(code):
        yield "This line is a mark of a merge conflict in git: keep one of the two versions."
    elif found and (number := int(found[1], 16)) < 0x110000:
        yield _pasted(chr(number))
    elif quote and error.text.startswith("unterminated"):
        yield _pasted(quote)
    elif not their_python and _NEWER.search(code):
        yield f"It was run with Python {ours}. If it runs for you, your Python is newer."
    elif numbers(their_python)[:2] > numbers(ours)[:2]:
        yield f"It was written with Python {their_python} and is graded with Python {ours}, which is older."


def numbers(version: str) -> list[int]:
    """The numbers in a version, such as ``[3, 11]``; a longer one than nine digits counts as several."""
    return [int(part) for part in re.findall(r"\d{1,9}", version)]


def _pasted(character: str) -> str:
    """What a character is that Python does not take, and what to type in its place."""
    kind = unicodedata.category(character)
    name = f"U+{ord(character):04X} ({unicodedata.name(character, 'a control character').lower()})"
    raised = unicodedata.decomposition(character).startswith("<super>")
    plain = ("**" if raised else "") + unicodedata.normalize("NFKC", character)
    meant = "-" if kind == "Pd" else _MEANT.get(character, plain if plain.isascii() else "")
    if kind == "Zs":
        what = "looks like a space and is not one: replace each with an ordinary space"
    elif kind in _UNSEEN:
        what = "cannot be seen: delete each, or type the line again"
    elif meant.isprintable() and meant:
        what = f"is not Python's `{meant}`: type that in place of each"
    else:
        return f"Python accepts {name} only inside quotes and in comments."
    return f"Text pasted from other programs often holds {name}, which {what}."
