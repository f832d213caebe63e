"""101. Sends open descriptors over the grader's socket.

expect: double passed, total raised
"""

import array
import os
import socket


def double(x):
    return 2 * x


def total(x):
    line = socket.socket(fileno=os.dup(3))
    rights = array.array("i", [os.open("/dev/zero", os.O_RDONLY) for _ in range(100)])
    line.sendmsg([b"\xff"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
    return x.sum()
