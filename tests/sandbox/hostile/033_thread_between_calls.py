"""33. A thread changes what the functions use between and during calls: its own risk.

expect: double passed, total passed|wrong
"""

import threading
import time

factor = 1


def change():
    global factor
    while True:
        factor = 3 - factor
        time.sleep(0.001)


threading.Thread(target=change, daemon=True).start()


def double(x):
    return 2 * x


def total(x):
    return x.sum() * factor
