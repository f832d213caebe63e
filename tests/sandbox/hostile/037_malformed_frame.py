"""37. Writes bytes that are no frame on every descriptor.

expect: double passed, total bad_value
"""

import os


def double(x):
    return 2 * x


def total(x):
    for descriptor in range(3, 20):
        try:
            os.write(descriptor, b"\x05\x00\x00\x00\x02\x00\x00\x00{]")
        except OSError:
            pass
    return x.sum()
