"""119. Writes forged lines into the system's log, by datagrams to a path, from every kind of socket it can have.

expect: double passed, total passed
prints: sent []
"""

import array
import ctypes
import os
import socket

libc = ctypes.CDLL(None, use_errno=True)
SENDTO, SENDMSG, CONNECT, BIND = (
    (44, 46, 42, 49) if os.uname().machine == "x86_64" else (206, 211, 203, 200)
)
sent = []
sockets = [3]
for kind in (socket.SOCK_DGRAM, socket.SOCK_SEQPACKET, socket.SOCK_STREAM, socket.SOCK_RAW):
    for family in (socket.AF_UNIX, socket.AF_NETLINK, socket.AF_INET):
        for make in (socket.socketpair, lambda *how: [socket.socket(*how)]):
            try:
                sockets += [each.detach() for each in make(family, kind)]
            except OSError:
                pass
line = b"<4>autograder: a forged line"
for path in (
    "/dev/log",
    "/run/systemd/journal/dev-log",
    "/run/systemd/journal/socket",
    "/run/systemd/notify",
):
    address = ctypes.create_string_buffer(b"\x01\x00" + path.encode() + b"\x00")
    for handle in sockets[1:]:
        if libc.syscall(SENDTO, handle, line, len(line), 0, address, len(address)) >= 0:
            sent.append((path, "sendto"))
        for name, number in (("connect", CONNECT), ("bind", BIND)):
            if libc.syscall(number, handle, address, len(address)) >= 0:
                sent.append((path, name))
        part = (ctypes.c_void_p * 2)(ctypes.cast(line, ctypes.c_void_p), len(line))
        message = (ctypes.c_void_p * 7)(
            ctypes.addressof(address), len(address), ctypes.addressof(part), 1
        )
        if libc.syscall(SENDMSG, handle, message, 0) >= 0:
            sent.append((path, "sendmsg"))
print("sent", sent)


def double(x):
    return 2 * x


def total(x):
    return x.sum()
