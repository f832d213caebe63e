"""6. Reads address 0.

expect: double passed, total crashed
"""

import ctypes


def double(x):
    return 2 * x


def total(x):
    return ctypes.string_at(0)
