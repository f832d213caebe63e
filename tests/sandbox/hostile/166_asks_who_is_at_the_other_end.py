"""166. Asks its sockets who is at the other end: for a handle on the grader's process, a number, groups.

expect: double passed, total passed
prints: told []
prints: its own 1
"""

import os
import socket

SO_PEERCRED, SO_PEERSEC, SO_PEERGROUPS, SO_PEERPIDFD = 17, 31, 59, 77

told = []
own = socket.socketpair()
line = socket.socket(fileno=os.dup(3))
for each in (line, *own):
    for question in (SO_PEERCRED, SO_PEERSEC, SO_PEERGROUPS, SO_PEERPIDFD):
        for size in (0, 64):  # a number; bytes
            try:
                told.append((question, each.getsockopt(socket.SOL_SOCKET, question, size)))
            except OSError:
                pass
print("told", told)
print("its own", own[0].getsockopt(socket.SOL_SOCKET, socket.SO_TYPE))


def double(x):
    return 2 * x


def total(x):
    return x.sum()
