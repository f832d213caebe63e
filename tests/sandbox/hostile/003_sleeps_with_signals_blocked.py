"""3. Blocks every signal and sleeps.

expect: double passed, total timed_out
"""

import signal
import time


def double(x):
    return 2 * x


def total(x):
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    for number in set(range(1, 65)) - {signal.SIGKILL, signal.SIGSTOP, 32, 33}:
        signal.signal(number, signal.SIG_IGN)
    time.sleep(600)
