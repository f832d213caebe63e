"""103. Sends an answer byte by byte, so that something is always on its way.

expect: double passed, total timed_out
"""

import os
import time


def double(x):
    return 2 * x


def total(x):
    os.write(3, b"\x00\x00\x10\x00")
    while True:
        os.write(3, b" ")
        time.sleep(0.01)
