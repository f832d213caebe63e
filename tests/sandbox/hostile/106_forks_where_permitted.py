"""106. Where processes are permitted: forks as often as it can, and each child starts a session.

permits: processes = true
expect: double passed, total raised|passed|crashed|out_of_memory|timed_out
"""

import os
import time


def double(x):
    return 2 * x


def total(x):
    me = os.getpid()
    try:
        for _ in range(8):
            os.fork()
    except OSError:
        pass
    if os.getpid() != me:
        os.setsid()
        time.sleep(600)
    return x.sum()
