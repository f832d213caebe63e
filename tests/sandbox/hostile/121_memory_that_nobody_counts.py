"""121. Fills memory that belongs to no process: files in memory, pipes, sockets' buffers, locked and huge pages.

expect: double passed, total passed
prints: had []
landlock: kept []
"""

import ctypes
import fcntl
import mmap
import os
import socket

libc = ctypes.CDLL(None, use_errno=True)
had = []


def attempt(name, do):
    try:
        if do() is not False:
            had.append(name)
    except (OSError, AttributeError):
        pass


pipe = os.pipe()
pair = socket.socketpair()
attempt("memfd_create", lambda: os.memfd_create("x"))
attempt("memfd_secret", lambda: libc.syscall(447, 0) >= 0)
attempt("a large pipe", lambda: fcntl.fcntl(pipe[1], 1031, 1 << 20))
attempt("a large buffer", lambda: pair[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20))
attempt(
    "a larger one", lambda: pair[0].setsockopt(socket.SOL_SOCKET, 32, 1 << 30)
)  # SO_SNDBUFFORCE
attempt(
    "locked pages",
    lambda: mmap.mmap(-1, 1 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x2000),
)
attempt(
    "huge pages",
    lambda: mmap.mmap(-1, 1 << 21, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40000),
)
attempt("mlockall", lambda: libc.mlockall(3) == 0)
attempt("shmget", lambda: libc.shmget(0, 1 << 20, 0o1600) >= 0)
print("had", had)
had = []
for folder in ("/dev/shm", "/run", "/tmp", "/var/tmp", "/run/lock"):
    attempt(folder, lambda folder=folder: open(f"{folder}/left-{os.getpid()}", "w").close())
print("kept", had)


def double(x):
    return 2 * x


def total(x):
    return x.sum()
