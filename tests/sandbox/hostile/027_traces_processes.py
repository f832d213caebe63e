"""27. Attaches to every process that it can name, and reads and writes its memory.

expect: double passed, total passed
prints: calls that were granted: []
"""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(64)
local = (ctypes.c_size_t * 2)(ctypes.addressof(buffer), 64)
remote = (ctypes.c_size_t * 2)(0x400000, 64)
granted = []
for pid in {os.getppid(), *range(max(2, os.getpid() - 200), os.getpid())}:
    for call in (
        (101, 16, pid, 0, 0),  # ptrace, attach
        (101, 0x4206, pid, 0, 0),  # ptrace, seize
        (310, pid, local, 1, remote, 1, 0),  # process_vm_readv
        (311, pid, local, 1, remote, 1, 0),  # process_vm_writev
        (312, pid, os.getpid(), 0, 3, 3),  # kcmp
        (434, pid, 0),  # pidfd_open
        (440, pid, 0, 0, 4, 0),  # process_madvise
    ):
        if libc.syscall(*call) >= 0:
            granted.append(call)
print("calls that were granted:", granted)


def double(x):
    return 2 * x


def total(x):
    return x.sum()
