"""Frames: a stream of bytes cut into bodies, at a cost linear in what was received."""

from __future__ import annotations

from typing import Final

from autograder.wire.caps import LENGTH, MAX_FRAME, MAX_HEADER, WireError

_ABOUT: Final = 1 << 16  # bytes of a question or an answer without its data
MAX_BODY: Final = _ABOUT + LENGTH.size + MAX_HEADER + MAX_FRAME
_SLACK: Final = 1 << 20  # bytes of a next frame that may have come with the end of the longest one


def frame(body: bytes) -> bytes:
    """Put the length in front of a body.

    Args:
        body: a question, an answer, or the data of a hello.

    Returns:
        The bytes to send.

    Raises:
        WireError: if no reader would take so long a frame.
    """
    if len(body) > MAX_BODY:
        raise WireError(f"a frame longer than {MAX_BODY >> 20} MB")
    return LENGTH.pack(len(body)) + body


class Frames:
    """Cuts a stream of bytes into bodies, at a cost linear in what was received.

    A length that no frame has is refused as soon as it is read, and so is everything after it: the
    stream cannot be trusted to have a next frame.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._broken = False

    @property
    def waiting(self) -> int:
        """How many received bytes are not taken yet; between two calls there are none."""
        return len(self._buffer)

    def feed(self, chunk: bytes | memoryview) -> None:
        """Receive bytes.

        Args:
            chunk: what the socket gave, cut anywhere.

        Raises:
            WireError: if the next frame is too long, or frames come faster than they are taken.
        """
        self._buffer += chunk
        self._next()
        if len(self._buffer) > LENGTH.size + MAX_BODY + max(len(chunk), _SLACK):
            raise self._break("more frames than were asked for")

    def take(self) -> bytes | bytearray | None:
        """Hand over the oldest body.

        Returns:
            The body, or None as long as it is not complete. A long one is the memory that it was
            received in: a copy would double what it takes.

        Raises:
            WireError: if its length is one that no frame has.
        """
        end = self._next()
        if end is None or len(self._buffer) < end:
            return None
        whole, rest = self._buffer, len(self._buffer) - end
        if rest > end:  # whichever is shorter is copied
            with memoryview(whole) as view:
                body = bytes(view[LENGTH.size : end])
            del whole[:end]
            return body
        self._buffer = whole[end:]
        del whole[end:], whole[: LENGTH.size]  # which moves no byte
        return whole

    def _next(self) -> int | None:
        """The end of the oldest frame in the buffer, if its length has come."""
        if self._broken:
            raise self._break("bytes after a malformed frame")
        if len(self._buffer) < LENGTH.size:
            return None
        length: int = LENGTH.unpack_from(self._buffer)[0]
        if length > MAX_BODY:
            raise self._break(f"a frame longer than {MAX_BODY >> 20} MB")
        return LENGTH.size + length

    def _break(self, reason: str) -> WireError:
        self._broken = True
        self._buffer = bytearray()
        return WireError(reason)
