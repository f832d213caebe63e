"""18. Starts threads as long as it gets them.

expect: double passed, total raised
"""

import threading
import time


def double(x):
    return 2 * x


def total(x):
    for _ in range(2_000):
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
    return x.sum()
