"""163. Says of its own run that thousands of errors came, each of which names dozens of missing files.

expect: double passed, total passed
notice: toy.py failed: FileNotFoundError
"""

import random

from autograder import wire

_answer = wire.answer
PATHS = " ".join(f"'{random.getrandbits(40):x}.csv'" for _ in range(60))
TOLD = {
    "errors": [
        {"type": "FileNotFoundError", "text": PATHS if place < 400 else "x"}
        for place in range(19_000)
    ]
}


def forged(nonce, status, data):
    wire.answer = _answer
    return _answer(nonce, "value", wire.encode(TOLD))


wire.answer = forged


def double(x):
    return 2 * x


def total(x):
    return x.sum()
