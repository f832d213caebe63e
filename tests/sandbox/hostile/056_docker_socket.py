"""56. Talks to the container's manager over a Unix socket.

expect: double passed, total passed
prints: talked to []
"""

import ctypes
import json
import pathlib
import socket

want = json.loads(pathlib.Path("targets.json").read_text())
libc = ctypes.CDLL(None)
talked = []
for path in (
    want["socket"],
    "/var/run/docker.sock",
    "/run/docker.sock",
    "/run/containerd/containerd.sock",
):
    address = b"\x01\x00" + path.encode() + b"\x00"
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            if libc.connect(line.fileno(), address, len(address)) == 0:
                talked.append(path)
    except OSError:
        pass
    pair = socket.socketpair()
    for handle in (3, pair[0].fileno()):
        libc.syscall(
            44, handle, b"hello", 5, 0, address, len(address)
        ) if handle != 3 else None  # sendto
        if handle != 3 and libc.syscall(42, handle, address, len(address)) == 0:  # connect
            talked.append(path)
    try:
        datagrams = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    except OSError:
        continue
    if libc.syscall(42, datagrams[0].fileno(), address, len(address)) == 0:
        talked.append(path)
print("talked to", talked)


def double(x):
    return 2 * x


def total(x):
    return x.sum()
