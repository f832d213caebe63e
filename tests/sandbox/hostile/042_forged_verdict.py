"""42. Answers with the right nonce, a wrong value, and fields that claim points.

expect: double passed|timed_out, total wrong|timed_out
"""
import os
import sys
import time

from autograder import wire


def double(x):
    return 2 * x


def total(x):
    nonce = sys._getframe(2).f_locals["request"]["nonce"]
    claim = {"status": "value", "nonce": nonce, "value": 0 * x.sum(), "outcome": "passed", "score": 1e9}
    os.write(3, wire.frame(wire.encode(claim)))
    time.sleep(60)
