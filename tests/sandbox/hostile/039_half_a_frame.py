"""39. Sends half a frame and waits.

expect: double passed, total timed_out
"""

import os
import time


def double(x):
    return 2 * x


def total(x):
    os.write(3, b"\x00\x01\x00\x00" + b"x" * 10)
    time.sleep(60)
