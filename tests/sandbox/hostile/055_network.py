"""55. Sends what it has over TCP, UDP and Unix sockets.

expect: double passed, total passed
prints: nothing got out
"""

import socket

out = []
for family, kind in (
    (socket.AF_INET, socket.SOCK_STREAM),
    (socket.AF_INET, socket.SOCK_DGRAM),
    (socket.AF_INET6, socket.SOCK_DGRAM),
    (socket.AF_UNIX, socket.SOCK_STREAM),
):
    try:
        socket.socket(family, kind)
        out.append((family, kind))
    except OSError:
        pass
print(out or "nothing got out")


def double(x):
    return 2 * x


def total(x):
    return x.sum()
