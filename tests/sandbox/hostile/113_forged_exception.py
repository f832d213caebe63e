"""113. Answers with the right nonce that it raised, with texts, frames and numbers of monstrous size.

expect: double passed|timed_out, total raised|timed_out
"""

import os
import sys
import time

from autograder import wire


def double(x):
    return 2 * x


def total(x):
    frame = sys._getframe()
    while "nonce" not in frame.f_locals:
        frame = frame.f_back
    nonce = frame.f_locals["nonce"]
    frame = ["toy.py\u202e\x1b[2J" * 1_000, -(10**300), "<script>" * 1_000, "`" * 1_000]
    claim = {
        "type": "E" * 1_000_000,
        "text": "x\n" * 500_000,
        "frames": [frame] * 300 + [None, [], [1, 2, 3, 4]],
    }
    data = wire.frame(wire.answer(nonce, "raised", wire.encode(claim)))
    while data:
        data = data[os.write(3, data) :]
    time.sleep(60)
