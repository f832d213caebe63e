"""41. Answers twice with the right nonce: the second answer waits for the next call.

expect: double passed, total bad_value
"""
import os
import sys

from autograder import wire


def double(x):
    return 2 * x


def total(x):
    nonce = sys._getframe(2).f_locals["request"]["nonce"]
    answer = wire.frame(wire.encode({"status": "value", "nonce": nonce, "value": x.sum()}))
    os.write(3, answer + answer)
    return x.sum()
