"""25. Sends every kind of signal to every process it can name.

expect: double passed, total passed
"""

import ctypes
import fcntl
import os
import signal

libc = ctypes.CDLL(None, use_errno=True)
me = os.getpid()
targets = {os.getppid(), *range(max(2, me - 200), me), -1}
for pid in targets:
    for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM):
        for attempt in (
            lambda: os.kill(pid, number),
            lambda: libc.syscall(234, pid, pid, number),  # tgkill
            lambda: libc.syscall(129, pid, number, None),  # rt_sigqueueinfo
            lambda: signal.pidfd_send_signal(os.pidfd_open(pid), number),
            lambda: fcntl.fcntl(3, fcntl.F_SETOWN, pid),
            lambda: os.killpg(pid, number),
        ):
            try:
                attempt()
            except (OSError, ProcessLookupError, OverflowError, ValueError):
                pass


def double(x):
    return 2 * x


def total(x):
    return x.sum()
