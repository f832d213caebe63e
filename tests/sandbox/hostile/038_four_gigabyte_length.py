"""38. Announces a frame of four gigabytes.

expect: double passed, total bad_value
"""

import os
import time


def double(x):
    return 2 * x


def total(x):
    os.write(3, b"\xff\xff\xff\xff" + b"x" * 1000)
    time.sleep(60)
