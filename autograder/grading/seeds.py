"""What hidden inputs are drawn from, and the generators that draw them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from autograder.model import (
    Assignment,
)


def seed_of(assignment: Assignment, users: Sequence[str], handed_in: str) -> str:
    """What hidden inputs are drawn from: fixed by the secrets of the assignment, who handed in, and what.

    What is learnt of them is of no use to anybody else, nor to the same student in another submission.

    Args:
        assignment: its digest holds what is secret.
        users: ids of the submitters, in any order.
        handed_in: the digest of all files that were handed in.
    """
    text = "\0".join([assignment.digest, handed_in, *sorted(users)])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def generator(seed: str, key: str) -> np.random.Generator:
    """The random generator of one case: the same for the same seed and case, unlike any other."""
    digest = hashlib.sha256(f"{seed}\0{key}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "little"))
