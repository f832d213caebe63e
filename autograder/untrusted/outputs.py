"""A notebook's bytes without its outputs, images and widgets, before anything of them is parsed.

A notebook of a hundred megabytes holds a few kilobytes of code. JSON takes up to thirty times its
bytes once parsed, so what nobody reads is cut out of the text first: the value of every key
`outputs`, `attachments` or `widgets` is replaced by `null`.

That needs no parser. Inside a string of JSON every quote has a backslash before it; so a key in
quotes without one is a key, or the JSON is broken and stays so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from mmap import mmap
from typing import Final

MOST: Final = 8 << 20  # bytes that may be left; sources of an honest notebook take a hundredth
_MARKS: Final = 20_000_000  # brackets and strings in all that is cut out: some seconds
_UNREAD: Final = re.compile(rb'"(?:outputs|attachments|widgets)"[ \t\r\n]*+:[ \t\r\n]*+[\[{]')
# Possessive, and with an end that may be missing: no text makes the search go back.
_MARK: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
_OPENING: Final = (b"[", b"{")


class TooMuch(Exception):
    """There is more left than any code has, or more pieces in outputs than any have."""


def without_outputs(content: bytes | mmap) -> bytes:
    """The same notebook, its outputs replaced by `null`.

    Args:
        content: the file, in UTF-8.

    Returns:
        What is left; broken JSON stays broken.

    Raises:
        TooMuch: what is left is larger than `MOST`, or what is cut out holds too many pieces.
    """
    left = bytearray()
    for start, end in _kept(content):
        if len(left) + end - start > MOST:
            raise TooMuch
        if left:
            left += b"null"
        left += content[start:end]
    return bytes(left)


def _kept(content: bytes | mmap) -> Iterator[tuple[int, int]]:
    """Where the pieces that stay begin and end, the ones between them being values."""
    start = place = marks = 0
    while key := _UNREAD.search(content, place):
        place = key.end()
        if content[key.start() - 1 : key.start()] == b"\\":  # the end of a longer key
            continue
        yield start, place - 1
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
    yield start, len(content)
