"""105. Burns processor time in many threads while it answers quickly.

expect: double passed, total passed
"""

import threading
import zlib


def burn():
    while True:
        zlib.compress(bytes(1 << 20), 9)


for _ in range(4):
    threading.Thread(target=burn, daemon=True).start()


def double(x):
    return 2 * x


def total(x):
    return x.sum()
