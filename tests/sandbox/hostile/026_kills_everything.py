"""26. Signals everything that it may signal.

expect: double passed, total passed
"""

import ctypes
import os
import signal

libc = ctypes.CDLL(None)
for number in (signal.SIGKILL, signal.SIGSTOP):
    for target in (-1, -os.getppid(), -os.getpgid(os.getppid()), -os.getsid(os.getppid())):
        try:
            os.kill(target, number)
        except OSError:
            pass
        libc.syscall(62, target, number)


def double(x):
    return 2 * x


def total(x):
    return x.sum()
