"""A line as tokens: names, numbers and signs, each with its column."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from autograder.derivations import letters
from autograder.derivations.errors import UnreadableLine

MAX_LINE: Final = 2_000

# A point after digits belongs to the number unless a transpose follows: 2. but not 2.T
_NUMBER = re.compile(r"(\d+(\.\d*(?!T))?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_SIGNS = ("<=", ">=", "==", "=>", "=<", "**", *"=~<>+-*/@()[],")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a line.

    Attributes:
        kind: ``"name"``, ``"number"``, ``"half"`` (½), ``".T"``, ``"power"`` (a superscript), the sign
            itself, or ``"end"``.
        text: what it says, in the language's own letters.
        column: where it begins, counted from 1.
    """

    kind: str
    text: str
    column: int


def tokens(line: str) -> list[Token]:
    """Cut a line into tokens, the last of which is its end.

    Args:
        line: as the student typed it.

    Raises:
        UnreadableLine: a character that the language does not have, or a line that is too long.
    """
    if len(line) > MAX_LINE:
        raise UnreadableLine(f"the line has more than {MAX_LINE:,} characters")
    found: list[Token] = []
    place = 0
    while place < len(line):
        char = line[place]
        if char.isspace():
            place += 1
            continue
        token, place = _token(line, place)
        found.append(token)
    return [*found, Token("end", "", len(line) + 1)]


def _token(line: str, place: int) -> tuple[Token, int]:
    char, column = line[place], place + 1
    if letters.is_letter(char):
        end = letters.name_end(line, place)
        return Token("name", letters.spelled(line[place:end]), column), end
    if match := _NUMBER.match(line, place):
        return Token("number", match[0], column), match.end()
    if line.startswith(".T", place) and not line[place + 2 : place + 3].isalnum():
        return Token(".T", ".T", column), place + 2
    raised, end = letters.superscript(line, place)
    if raised:
        return Token("power", raised, column), end
    if char == "½":
        return Token("half", char, column), place + 1
    if char in letters.OPERATORS:
        sign = letters.OPERATORS[char]
        return Token(sign, sign, column), place + 1
    for sign in _SIGNS:
        if line.startswith(sign, place):
            return Token(sign, sign, column), place + len(sign)
    if char == ".":
        raise UnreadableLine("after a dot there can only be T: write .T for a transpose", column)
    if unicodedata.combining(char):
        shown = unicodedata.name(char, f"U+{ord(char):04X}")
        raise UnreadableLine(f"an accent ({shown}) stands on a letter that cannot have one", column)
    raise UnreadableLine(letters.stranger(char), column)
