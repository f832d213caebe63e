"""13. Every call is slow and within its limit: the whole has a limit too.

limits: total_seconds = 8; call_seconds = 4
expect: double passed|skipped, total passed|skipped
hidden: double passed|skipped, total skipped
"""

import time


def double(x):
    time.sleep(1.8)
    return 2 * x


def total(x):
    time.sleep(1.8)
    return x.sum()
