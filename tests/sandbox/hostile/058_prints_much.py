"""58. Prints two hundred megabytes in a call and twenty in its module.

expect: double passed, total passed
prints: more bytes were printed
"""

import os

for _ in range(20):
    os.write(1, b"x" * (1 << 20))


def double(x):
    return 2 * x


def total(x):
    for _ in range(200):
        os.write(1, b"y" * (1 << 20))
    return x.sum()
