"""42. Answers with the right nonce, and with a value that claims points.

expect: double passed|timed_out, total wrong|timed_out
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
    claim = {"value": 0 * x.sum(), "outcome": "passed", "score": 1e9}
    os.write(3, wire.frame(wire.answer(nonce, "value", wire.encode(claim))))
    time.sleep(60)
