"""How much one message may hold, counted by the same rules where it is written and where it is read."""

from __future__ import annotations

import math
import struct
from typing import Final

from autograder.wire.formats import SIZES

MAX_FRAME: Final = (
    64 << 20
)  # bytes of all buffers of a message; its reader takes three times as many
MAX_HEADER: Final = 4 << 20  # bytes of the header
MAX_NODES: Final = 100_000  # values in a message; containers and keys count
MAX_DEPTH: Final = 32  # containers inside one another
MAX_DICT: Final = 2_000  # keys of one dict
MAX_STRING: Final = 1 << 20  # characters of one string
MAX_TEXT: Final = 8 << 20  # bytes of all strings: decoded, they can take four times as many
MAX_INT: Final = 1 << 4096  # an integer's absolute value is below it
MAX_AXES: Final = 32  # axes of an array, as many as every numpy has
MAX_COLLISIONS: Final = 64  # keys of a dict with one hash; honest ones such as -1 and -2 share it
LENGTH: Final = struct.Struct("<I")  # of a body, and of a header


class WireError(Exception):
    """What is not data, or too much of it.

    The text is a noun phrase that a student may read ("an array of dtype object"), never an input's
    contents. A class's name is in it, which a student chooses; and what a worker says that it
    refused is its own word.
    """


class FrameBudget:
    """What a message has used of its caps, counted by the same rules on both sides."""

    def __init__(self, names: bool) -> None:
        """Begin with nothing used; `names` says whether a `Name` may be in the message."""
        self.names = names
        self._nodes = self._bytes = self._text = 0

    def count(self, more: int = 1) -> None:
        """Check one value more, or several."""
        self._nodes += more
        if self._nodes > MAX_NODES:
            raise WireError(f"more than {MAX_NODES:,} items")

    def enter(self, kind: str, length: int, depth: int) -> None:
        """Check a container before it is walked."""
        if depth >= MAX_DEPTH:
            raise WireError(f"a {kind} nested deeper than {MAX_DEPTH}")
        if kind == "dict" and length > MAX_DICT:
            raise WireError(f"a dict of more than {MAX_DICT:,} keys")
        if length > MAX_NODES:
            raise WireError(f"more than {MAX_NODES:,} items")

    def reserve(self, size: int, *, text: bool = False) -> None:
        """Check a buffer before it is made."""
        self._bytes += size
        self._text += size if text else 0
        if self._bytes > MAX_FRAME:
            raise WireError(f"more than {MAX_FRAME >> 20} MB of data")
        if self._text > MAX_TEXT:
            raise WireError(f"more than {MAX_TEXT >> 20} MB of text")

    def reserve_array(self, name: str, shape: tuple[int, ...]) -> int:
        """Check an array before it is made, and tell its bytes.

        An axis of length 0 does not excuse the others: a sum over it would be as large as they are.
        """
        if len(shape) > MAX_AXES:
            raise WireError(f"an array of more than {MAX_AXES} axes")
        if SIZES[name] * math.prod(max(axis, 1) for axis in shape) > MAX_FRAME:
            raise WireError(f"an array larger than {MAX_FRAME >> 20} MB")
        size = SIZES[name] * math.prod(shape)
        self.reserve(size)
        return size
