"""128. Where processes are permitted: daemons, which no longer descend from it, take a gigabyte together.

permits: processes = true
limits: call_seconds = 20
expect: double passed, total out_of_memory
"""

import os
import time

held = []


def double(x):
    return 2 * x


def total(x):
    for _ in range(10):
        if not os.fork():
            if not os.fork():
                held.append(bytearray(b"x") * (100 << 20))
                time.sleep(60)
            os._exit(0)
    time.sleep(15)
    return x.sum()
