"""19. Writes a file of a hundred megabytes.

expect: double passed, total raised|crashed
"""

import os


def double(x):
    return 2 * x


def total(x):
    with open("large", "wb") as file:
        for _ in range(100):
            file.write(os.urandom(1 << 20))
    return x.sum()
