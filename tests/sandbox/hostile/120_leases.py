"""120. Takes leases and locks on the libraries that everybody imports, and asks for signals of their use.

expect: double passed, total passed
prints: taken []
"""

import fcntl
import os
import signal

F_SETOWN, F_SETSIG, F_SETLEASE, F_NOTIFY, F_SETOWN_EX, F_ADD_SEALS = 8, 10, 1024, 1026, 15, 1033
taken = []
for path in (os.__file__, fcntl.__file__, signal.__file__, __file__):
    handle = os.open(path, os.O_RDONLY)
    for command, what in (
        (F_SETLEASE, fcntl.F_RDLCK),
        (F_SETLEASE, fcntl.F_WRLCK),
        (F_NOTIFY, 0x80000007),
        (F_SETSIG, signal.SIGIO),
        (F_SETOWN, os.getppid()),
        (F_ADD_SEALS, 8),
    ):
        try:
            fcntl.fcntl(handle, command, what)
        except OSError:
            continue
        taken.append((path, command))
print("taken", taken)


def double(x):
    return 2 * x


def total(x):
    return x.sum()
