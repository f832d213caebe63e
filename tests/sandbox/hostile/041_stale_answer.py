"""41. Answers twice with the right nonce: the second answer waits for the next call.

expect: double passed, total bad_value
"""

import os
import sys

from autograder import wire


def double(x):
    return 2 * x


def total(x):
    frame = sys._getframe()
    while "nonce" not in frame.f_locals:
        frame = frame.f_back
    nonce = frame.f_locals["nonce"]
    answer = wire.frame(wire.answer(nonce, "value", wire.encode(x.sum())))
    os.write(3, answer + answer)
    return x.sum()
