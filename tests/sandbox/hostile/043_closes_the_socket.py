"""43. Closes the socket.

expect: double passed, total crashed
"""

import os
import time


def double(x):
    return 2 * x


def total(x):
    os.close(3)
    time.sleep(60)
