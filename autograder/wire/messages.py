"""Questions and answers: what stands in a body before the data that `encode` wrote.

    question = nonce (16 bytes), length (4 bytes, little-endian), JSON, data where there are any
    answer   = nonce (16 bytes), status (1 byte), data

A question is the grader's own and is taken at its word; its JSON costs next to nothing to write and
to read. Of an answer nothing is read before its nonce, and then one byte, and then data.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from autograder.wire.caps import LENGTH, WireError

NONCE_BYTES: Final = 16
STATUSES: Final = ("done", "value", "raised", "refused", "missing", "held")
_ANSWER_BYTES: Final = NONCE_BYTES + 1


def question(nonce: bytes, about: Mapping[str, Any], data: bytes = b"") -> bytes:
    """Write a question as the body of a frame.

    Args:
        nonce: as many random bytes as `NONCE_BYTES`, which the answer repeats.
        about: texts, and lists and dicts of them.
        data: what `encode` made of a call's arguments.
    """
    text = _ENCODER.encode(about).encode("ascii")
    return b"".join([nonce, LENGTH.pack(len(text)), text, data])


def read_question(body: bytes | bytearray) -> tuple[bytes, dict[str, Any], memoryview]:
    """The nonce of a question, what it is about, and its data; for a receiver that trusts the sender."""
    begin = NONCE_BYTES + LENGTH.size
    end = begin + LENGTH.unpack_from(body, NONCE_BYTES)[0]
    view = memoryview(body)
    return bytes(view[:NONCE_BYTES]), json.loads(bytes(view[begin:end])), view[end:]


def answer(nonce: bytes, status: str, data: bytes) -> bytes:
    """Write an answer as the body of a frame.

    Args:
        nonce: the question's.
        status: one of `STATUSES`.
        data: what `encode` made of its outcome.
    """
    return b"".join([nonce, bytes([STATUSES.index(status)]), data])


def read_answer(body: bytes | bytearray, nonce: bytes) -> tuple[str, memoryview]:
    """The status of an answer and its data; any bytes are safe to read.

    Args:
        body: one frame without its length.
        nonce: the question's.

    Raises:
        WireError: if this is not an answer, or one to another question.
    """
    if len(body) < _ANSWER_BYTES:
        raise WireError("something that is not an answer")
    if body[:NONCE_BYTES] != nonce:
        raise WireError("an answer to another question")
    status = body[NONCE_BYTES]
    if status >= len(STATUSES):
        raise WireError("something that is not an answer")
    return STATUSES[status], memoryview(body)[_ANSWER_BYTES:]


_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False)
