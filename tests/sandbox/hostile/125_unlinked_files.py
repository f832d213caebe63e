"""125. Fills the disk with files that it removes while they are open: no folder shows them.

limits: call_seconds = 20
expect: double passed, total crashed|raised
"""

import os
import time

KEPT = []


def double(x):
    return 2 * x


def total(x):
    for number in range(200):
        file = open(f"gone-{number}", "wb")
        KEPT.append(file)
        os.unlink(file.name)
        file.write(os.urandom(4 << 20))
        file.flush()
        time.sleep(0.03)
    return x.sum()
