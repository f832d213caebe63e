"""Bytes and texts with faults in them, drawn from a seed: changed, cut, repeated, spliced."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

Item = TypeVar("Item")

_EDGES = (0, 1, 0x7F, 0x80, 0xFE, 0xFF)


def mutated(rng: np.random.Generator, corpus: Sequence[bytes], *, faults: int = 4) -> bytes:
    """One of a corpus with one to so many faults."""
    content = bytearray(_one(rng, corpus))
    for _ in range(int(rng.integers(1, faults + 1))):
        place = int(rng.integers(len(content) + 1))
        end = place + int(rng.integers(1, 40))
        match rng.integers(7):
            case 0:
                content[place : place + 1] = bytes([rng.integers(256)])
            case 1:
                content[place : place + 1] = bytes([_one(rng, _EDGES)])
            case 2 if place < len(content):
                content[place] ^= 1 << int(rng.integers(8))
            case 3:
                del content[place:end]
            case 4:
                content[place:place] = content[place:end]
            case 5:
                width = int(rng.choice([2, 4, 8]))
                number = int(rng.choice([0, 1, 2**15, 2**31 - 1, 2**32 - 1, 2**63 - 1]))
                content[place : place + width] = (number % 2 ** (8 * width)).to_bytes(
                    width, "little"
                )
            case _:
                other = _one(rng, corpus)
                start = int(rng.integers(len(other) + 1))
                content[place:end] = other[start : start + end - place]
    return bytes(content)


def shuffled_words(
    rng: np.random.Generator,
    corpus: Sequence[Sequence[str]],
    more: Sequence[str],
    *,
    faults: int = 3,
) -> str:
    """A text of a corpus of words, with some words replaced, dropped, doubled or swapped."""
    words = list(_one(rng, corpus))
    for _ in range(int(rng.integers(1, faults + 1))):
        place, other = (int(rng.integers(len(words) + 1)) for _ in range(2))
        match rng.integers(4):
            case 0:
                words[place : place + 1] = [_one(rng, more)]
            case 1:
                del words[place : place + 1]
            case 2:
                words[place:place] = words[place : place + 1 + int(rng.integers(4))]
            case _:
                words[place:place] = words[other : other + 1]
        words = words or [""]
    return "".join(words)


def _one(rng: np.random.Generator, of: Sequence[Item]) -> Item:
    return of[int(rng.integers(len(of)))]
