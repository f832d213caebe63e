"""9. Calls itself without end, with and without Python's own limit.

expect: double raised, total crashed|raised|out_of_memory|timed_out
"""

import functools
import sys


def double(x):
    return double(x)


def total(x):
    sys.setrecursionlimit(1 << 30)
    return functools.reduce(lambda a, b: total(b), [x, x])
