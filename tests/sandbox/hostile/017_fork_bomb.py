"""17. Forks as often as it can (bounded, should nothing else bound it).

expect: double passed, total raised
"""

import os


def double(x):
    return 2 * x


def total(x):
    for _ in range(10):
        os.fork()
    return x.sum()
