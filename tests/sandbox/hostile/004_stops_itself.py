"""4. Stops itself.

expect: double passed, total timed_out
"""

import os
import signal


def double(x):
    return 2 * x


def total(x):
    os.kill(os.getpid(), signal.SIGSTOP)
    return x.sum()
