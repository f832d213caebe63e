"""A notebook's bytes without its outputs, images and widgets, before anything of them is parsed.

A notebook of a hundred megabytes holds a few kilobytes of code. JSON takes up to thirty times its
bytes once parsed, so what nobody reads is cut out of the text first: the value of every key
`outputs`, `attachments` or `widgets` is replaced by `null`, and a picture that is written out in a
text, as Colab does in Markdown, by a short mark.

That needs no parser. Inside a string of JSON every quote has a backslash before it; so a key in
quotes without one is a key, or the JSON is broken and stays so.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from mmap import mmap
from typing import Final

MOST: Final = 8 << 20  # bytes that may be left; sources of an honest notebook take a hundredth
_MARKS: Final = 20_000_000  # brackets and strings in all that is cut out: some seconds
_UNREAD: Final = re.compile(
    rb'"(?:outputs|attachments|widgets)"[ \t\r\n]*+:[ \t\r\n]*+[\[{]'
    rb"|data:[\w.+-]{1,40}/[\w.+-]{1,40};base64,(?P<picture>(?:[A-Za-z0-9+/=]|\\[nr/]){1000,}+)"
)
# Possessive, and with an end that may be missing: no text makes the search go back.
_MARK: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
_OPENING: Final = (b"[", b"{")


class TooMuch(Exception):
    """There is more left than any code has, or more pieces in outputs than any have."""


class Pictures:
    """What was cut out of texts, to be put back where somebody reads them after all: in code."""

    def __init__(self, content: bytes | mmap) -> None:
        """Cut nothing yet out of the file's bytes, which must stay readable."""
        self._content = content
        self._places: list[tuple[int, int]] = []
        self._token = secrets.token_hex(8)
        self._mark = re.compile(rf"{self._token}-(\d+)-")

    def cut(self, start: int, end: int) -> bytes:
        """The mark that stands for a picture."""
        self._places.append((start, end))
        return f"{self._token}-{len(self._places) - 1}-".encode()

    def restored(self, text: str, most: int) -> str:
        """A text with its pictures put back, up to a number of characters."""
        if self._token not in text:
            return text
        numbers = [int(number) for number in self._mark.findall(text)]
        if (
            len(text) + sum(end - start for start, end in map(self._places.__getitem__, numbers))
            > most
        ):
            return text
        return self._mark.sub(lambda mark: self._picture(int(mark[1])), text)

    def _picture(self, number: int) -> str:
        start, end = self._places[number]
        return re.sub(r"\\(.)", _unescaped, self._content[start:end].decode("ascii"))


def _unescaped(escape: re.Match[str]) -> str:
    return {"n": "\n", "r": "\r"}.get(escape[1], escape[1])


def without_outputs(content: bytes | mmap, pictures: Pictures | None = None) -> bytes:
    """The same notebook, its outputs replaced by `null`.

    Args:
        content: the file, in UTF-8.
        pictures: gets what is cut out of texts.

    Returns:
        What is left; broken JSON stays broken.

    Raises:
        TooMuch: what is left is larger than `MOST`, or what is cut out holds too many pieces.
    """
    left = bytearray()
    for piece in _pieces(content, pictures or Pictures(content)):
        if len(left) + len(piece) > MOST:
            raise TooMuch
        left += piece
    return bytes(left)


def _pieces(content: bytes | mmap, pictures: Pictures) -> Iterator[bytes | memoryview]:
    """What stays, and what stands for the pieces that do not."""
    start = place = marks = 0
    while found := _UNREAD.search(content, place):
        if found["picture"] is not None:
            yield from _bounded(content, start, found.start("picture"))
            yield pictures.cut(*found.span("picture"))
            start = place = found.end()
            continue
        place = found.end()
        if content[found.start() - 1 : found.start()] == b"\\":  # the end of a longer key
            continue
        yield from _bounded(content, start, place - 1)
        yield b"null"
        depth, start = 0, len(content)
        for mark in _MARK.finditer(content, place - 1):
            marks += 1
            if marks > _MARKS:
                raise TooMuch
            if mark.end() - mark.start() > 1:  # a string: nothing in it counts
                continue
            depth += 1 if mark[0] in _OPENING else -1
            if not depth:
                start = mark.end()
                break
        place = start
    yield from _bounded(content, start, len(content))


def _bounded(content: bytes | mmap, start: int, end: int) -> Iterator[bytes]:
    """A piece, which is not copied out of the file where it is larger than all that may be left."""
    if end - start > MOST:
        raise TooMuch
    yield content[start:end]
