"""A hundred thousand frames for the grader's end of the wire, and the few that are as large as can be."""

from __future__ import annotations

import math
import re
import struct
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial

import numpy as np
import pandas as pd
import torch

from autograder.wire import (
    MAX_FRAME,
    MAX_HEADER,
    MAX_NODES,
    MAX_TEXT,
    NONCE_BYTES,
    Frames,
    Name,
    WireError,
    answer,
    decode,
    encode,
    frame,
    read_answer,
)
from tests.support.bounded import survive
from tests.support.mutate import mutated, shuffled_words

TABLE = pd.DataFrame(
    {
        "count": [1, 2],
        "word": ["a", None],
        "kind": pd.Categorical(["x", "y"]),
        "day": pd.to_datetime(["2024-01-01", None]),
        "many": pd.array([1, None], dtype="Int64"),
        "mixed": pd.Series([1, "a"], dtype=object),
    }
)
FRAMES = 100_000
NONCE = bytes(NONCE_BYTES)
CORPUS = [
    encode(value, names=True)
    for value in (
        None,
        [True, -7, 2**80, 0.5, -math.inf, math.nan, 1 - 2j],
        ["text", "été \U0001f600", ""],
        {"status": "value", "value": (1.5, [2]), "nonce": "0123456789abcdef"},
        {1: None, (2, "b"): {0.5: []}, None: (), False: {}},
        [np.arange(6).reshape(2, 3), np.ones((0, 4), np.float16), np.array(True)],
        [np.float32(1), np.int8(-1), np.complex128(1j), np.bool_(True)],
        [torch.ones(2, 3), torch.tensor(1, dtype=torch.bfloat16), torch.zeros(3, dtype=torch.bool)],
        {"status": "raised", "type": "E", "text": "t", "frames": [["cell 1", 2, "f", "x"]]},
        (Name("f"), [Name("model")], {"k": Name("g")}),
        [[[[[[[[]]]]]]], [(((),),)]],
        [TABLE, TABLE["count"], TABLE.set_index(["word", "count"])],
    )
]
WORDS = re.findall(
    r"\S+",
    """null true false 0 1 -1 2 7 1.5 -0.0 1e5 1e999 NaN "nan" "inf" "-inf" "list" "tuple" "dict" "str"
    "name" "complex" "table" "array" "scalar" "tensor" "int8:2" "bool:" "float64:1x2" "bfloat16:1"
    "object:1" "float16:0x9999999999" "int8:4294967295x4294967295" "uint64:1x1x1x1x1x1x1x1" [ ] , []
    [[ ]] ,, "" " { } : 9999999999""",
)


Pieces = Iterable[bytes]


def body(header: bytes, *buffers: bytes) -> bytes:
    """A body by hand."""
    return b"".join([struct.pack("<I", len(header)), header, *buffers])


def pieces(header: str, *buffers: tuple[bytes, int]) -> Pieces:
    """A frame by hand, in pieces that are made as they are sent; buffers repeat some bytes."""
    head = body(header.encode())
    yield struct.pack("<I", len(head) + sum(len(unit) * times for unit, times in buffers)) + head
    for unit, times in buffers:
        for _ in range(times):
            yield unit


def warm_up() -> None:
    """Import and allocate what any grader has before its first frame."""
    receive([frame(CORPUS[7])], names=True)


def receive(stream: Pieces, *, names: bool = False) -> None:
    """A stream as a session takes it: fed in pieces, decoded where a body is complete.

    What is taken for a small value must be one that can cross again and comes back as it went.
    """
    frames = Frames()
    for piece in stream:
        frames.feed(piece)
        taken = frames.take()
        if taken is not None:
            value = decode(taken, names=names)
            if len(taken) < 1 << 16:
                again = encode(value, names=names)
                assert encode(decode(again, names=names), names=names) == again
    if frames.waiting:
        raise WireError("half a frame")


def receive_answer(body: bytes) -> None:
    """The body of an answer as a session takes it, of whose question the nonce is all zeros."""
    decode(read_answer(body, NONCE)[1])


def answers() -> Iterator[bytes]:
    """Valid answers to that question, with faults, most of them in what stands before the data."""
    rng = np.random.default_rng(3)
    whole = [answer(NONCE, status, one) for status in ("done", "value", "raised") for one in CORPUS]
    for number in range(FRAMES // 5):
        body = mutated(rng, whole, faults=1)
        yield body if number % 2 else mutated(rng, [body[:24]], faults=1) + body[24:]


def small_streams() -> Iterator[bytes]:
    """Valid frames with faults, headers of right words in a wrong order, noise."""
    rng = np.random.default_rng(1)
    framed = [frame(one) for one in CORPUS]
    cut = [[*_words(one)] for one in CORPUS]
    for number in range(FRAMES):
        match number % 5:
            case 0:
                yield mutated(rng, framed, faults=3)
            case 1:
                yield frame(mutated(rng, CORPUS, faults=2))
            case 2 | 3:
                which = int(rng.integers(len(CORPUS)))
                header = shuffled_words(rng, [cut[which]], WORDS).encode()
                yield frame(body(header, _buffers(CORPUS[which])))
            case _:
                yield frame(rng.bytes(int(rng.integers(60))))


def named_streams() -> Iterator[bytes]:
    """What a worker may be sent: valid frames with names in them, whole and with faults."""
    rng = np.random.default_rng(2)
    yield from map(frame, CORPUS)
    for _ in range(FRAMES // 10):
        yield frame(mutated(rng, CORPUS, faults=1))


def _buffers(one: bytes) -> bytes:
    return one[4 + struct.unpack_from("<I", one)[0] :]


def _words(one: bytes) -> Iterator[str]:
    """The header of a body as words, which joined are the header."""
    (length,) = struct.unpack_from("<I", one)
    text = one[4 : 4 + length].decode()
    word = ""
    for letter in text:
        if letter in "[],":
            yield from filter(None, (word, letter))
            word = ""
        else:
            word += letter
    if word:
        yield word


TEXT = f',["str",{1 << 20}]'  # a megabyte of it


def large_streams() -> Iterator[Pieces]:
    """Frames that fill a cap, or claim to."""
    megabytes = MAX_FRAME >> 20
    zeros, ones = bytes(1 << 20), b"\xff" * (1 << 20)
    many = MAX_NODES - 1
    yield pieces(f'["array","uint8:{MAX_FRAME}"]', (zeros, megabytes))
    yield pieces(f'["array","float64:{MAX_FRAME // 8}"]', (ones, megabytes))
    yield pieces(f'["tensor","bool:{MAX_FRAME}"]', (ones, megabytes))
    yield pieces(f'["tensor","bfloat16:{MAX_FRAME // 2}"]', (ones, megabytes))
    yield pieces(f'["array","uint8:{MAX_FRAME + 1}"]', (zeros, megabytes), (b"x", 1))
    # Of text that takes four bytes of memory for each of its own as much as may be, and then numbers.
    wide = "\U0001f600".encode() + b"x" * ((1 << 20) - 4)
    texts, rest = MAX_TEXT >> 20, (MAX_FRAME - MAX_TEXT) >> 20
    header = f'["list"{TEXT * texts},["array","float16:{rest << 19}"]]'
    yield pieces(header, (wide, texts), (zeros, rest))
    yield pieces(f'["str",{MAX_FRAME}]', (zeros, megabytes))
    yield pieces('["list"' + ',["scalar","complex128:"]' * many + "]", (zeros[:16], many))
    yield pieces('["list"' + ',["array","complex128:0x0"]' * many + "]")
    yield pieces('["list"' + ',["tensor","bool:"]' * many + "]", (zeros[:many], 1))
    yield pieces('["list"' + ',["complex",1.5,2.5]' * many + "]")
    yield pieces('["list"' + ("," + "8" * 1230) * 3_000 + "]")
    yield pieces('["list",' + "9" * (MAX_HEADER - 9) + "]")
    yield pieces('["list",' + "[]," * (MAX_HEADER // 3 - 10) + "[]]")
    yield pieces("[" * MAX_HEADER)
    yield pieces('["list"' + ',""' * (3 * many) + "]")
    yield pieces('["dict"' + "".join(f",{n * (2**61 - 1)},null" for n in range(2_000)) + "]")
    yield [struct.pack("<I", 4 + MAX_HEADER + MAX_FRAME), *[ones] * (megabytes + 5)]
    yield [struct.pack("<I", 2**32 - 1), *[zeros] * megabytes]
    yield [frame(CORPUS[0]) * 400_000]


def attack() -> Counter[str]:
    """All of it, as bytes from a socket."""
    ended: Counter[str] = Counter()
    rounds = {
        "small": survive(receive, ([one] for one in small_streams()), WireError),
        "named": survive(
            partial(receive, names=True), ([one] for one in named_streams()), WireError
        ),
        "answers": survive(receive_answer, answers(), WireError),
        "large": survive(receive, large_streams(), WireError),
    }
    for kind, counted in rounds.items():
        ended.update({f"{kind} {key}": count for key, count in counted.items()})
    return ended
