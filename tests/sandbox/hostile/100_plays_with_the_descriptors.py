"""100. Closes its output, fills it, makes it endless, and sends descriptors to the grader.

expect: double passed, total passed
"""

import array
import fcntl
import os
import socket
import threading


def double(x):
    try:
        fcntl.fcntl(1, 1031, 1 << 20)  # F_SETPIPE_SZ
    except OSError:
        pass
    line = socket.socket(fileno=os.dup(3))
    for size in (socket.SO_SNDBUF, socket.SO_RCVBUF):
        try:
            line.setsockopt(socket.SOL_SOCKET, size, 1)
        except OSError:
            pass
    line.close()
    return 2 * x


def total(x):
    os.set_blocking(1, False)
    try:
        while True:
            os.write(1, b"x" * 65536)
    except OSError:
        pass
    os.close(1)
    os.close(2)
    os.dup2(0, 1)
    os.dup2(0, 2)
    return x.sum()
