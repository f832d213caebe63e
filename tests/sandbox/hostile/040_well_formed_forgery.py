"""40. Sends a well-formed answer that claims to have passed.

Without the nonce of the call it is no answer to it.

expect: double passed, total bad_value
"""
import os

from autograder import wire


def double(x):
    return 2 * x


def total(x):
    claim = {"status": "value", "nonce": "0" * 32, "value": x.sum(), "passed": True, "score": 100}
    os.write(3, wire.frame(wire.encode(claim)))
    return x.sum()
