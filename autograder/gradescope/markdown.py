"""Foreign text made safe to show: printable, cut, and escaped as Markdown.

What a student's code says (names, texts of exceptions, file names) is never markup here. One line
is escaped; more lines become an indented block, which no text inside it can end, unlike a fence.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable

LIMIT = 20_000

_NEWLINES = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_TERMINAL = re.compile(  # a colour or a cursor's move, a title, any other escape; 7-bit and 8-bit
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"
    "|(?:\x1b[\\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x90\x98\x9c-\x9f]*(?:\x07|\x1b\\\\|\x9c)"
    "|\x1b[ -/]*[0-~]"
)
_UNSEEN = re.compile(  # controls but tab and newline, and what turns the direction of writing
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")

_CODE = re.compile("(?<!`)(`[^`]+`)(?!`)")
_BLOCK_START = re.compile(r"\A(\d{1,9}(?=[.)](?: |\Z))|(?=[-+=#]))")
_ESCAPED = str.maketrans(
    {char: f"\\{char}" for char in "\\`*_[]~"}
    # Entities where a backslash is not known everywhere: HTML, formulas, addresses.
    | {"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;", "@": "&#64;"}
)
_LONG_LINE = 1_000
_PASSAGE = 6_000
_PASSAGE_LINES = 120
_NOTE = "(The rest is left out.)"


def plain(text: str) -> str:
    r"""Text that a page, a terminal and JSON can show.

    Args:
        text: anything.

    Returns:
        The same without terminal escapes, control characters (but tab and newline) and marks
        that turn the direction of writing; every line ended by ``\n``; lone surrogates replaced.
    """
    text = _TERMINAL.sub("", text)
    text = _NEWLINES.sub("\n", text)
    return _SURROGATES.sub("\ufffd", _UNSEEN.sub("", text))


def cut(text: str, limit: int) -> str:
    """Text of at most so many characters, with a note where some are left out."""
    if len(text) <= limit:
        return text
    return f"{text[: limit - len(_NOTE) - 2].rstrip()}\n\n{_NOTE}"


def prose(text: str) -> str:
    """Foreign text as one line of Markdown that reads as the text does.

    Args:
        text: anything; white space is folded.

    Returns:
        Everything escaped, but for what stands between single backticks: that stays code.
    """
    line = " ".join(cut(plain(text), _LONG_LINE).split())
    pieces = _CODE.split(line)
    escaped = [piece if place % 2 else _escape(piece) for place, piece in enumerate(pieces)]
    return _BLOCK_START.sub(r"\1\\", "".join(escaped))


def block(text: str) -> str:
    """Foreign text as preformatted lines."""
    lines = textwrap.dedent(plain(text).expandtabs(4)).strip("\n").split("\n")
    return "\n".join(f"    {line}".rstrip() for line in lines)


def passage(text: str) -> str:
    """Foreign text of any length: its first line as prose, further lines preformatted."""
    text = plain(text).expandtabs(4).strip()
    kept = "\n".join(text[:_PASSAGE].split("\n")[:_PASSAGE_LINES])
    head, _, rest = kept.partition("\n")
    if len(head) > _LONG_LINE:
        head, rest = "", kept
    pieces = [prose(head)] if head else []
    if rest.strip():
        pieces.append(block(rest))
    if kept != text:
        pieces.append(_NOTE)
    return "\n\n".join(pieces)


def document(blocks: Iterable[str]) -> str:
    """Blocks of Markdown with blank lines between them: as many as there is room for."""
    shown: list[str] = []
    room = LIMIT - len(_NOTE)
    for text in blocks:
        room -= len(text) + 2
        if room < 0:
            shown.append(_NOTE)
            break
        shown.append(text)
    return "\n\n".join(shown)


def _escape(text: str) -> str:
    return text.translate(_ESCAPED).replace("://", "&#58;//").replace("www.", "www&#46;")
