"""23. Where processes are permitted: a daemon of a daemon that left its session and ignores signals.

permits: processes = true
expect: double passed, total passed
prints: a daemon is there
"""

import os
import signal
import time

if not os.fork():
    os.setsid()
    if not os.fork():
        os.setsid()
        for number in set(range(1, 65)) - {signal.SIGKILL, signal.SIGSTOP, 32, 33}:
            signal.signal(number, signal.SIG_IGN)
        open("a-daemon", "w").close()
        time.sleep(600)
    os._exit(0)
while not os.path.exists("a-daemon"):
    time.sleep(0.01)
print("a daemon is there")


def double(x):
    return 2 * x


def total(x):
    return x.sum()
