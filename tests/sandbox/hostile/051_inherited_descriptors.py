"""51. Reads every descriptor that it finds open.

expect: double passed, total passed
learns: nothing
"""

import os
import socket

for descriptor in range(4, 1024):
    try:
        print("open:", descriptor, os.fstat(descriptor))
        print(os.pread(descriptor, 1 << 16, 0))
    except OSError:
        pass
print(socket.socket(fileno=os.dup(3)).family)


def double(x):
    return 2 * x


def total(x):
    return x.sum()
