"""31. Goes round the filter by io_uring, by the x32 table, by clone3 and openat2.

expect: double passed, total passed
prints: granted []
"""

import ctypes

libc = ctypes.CDLL(None)
parameters = ctypes.create_string_buffer(256)
granted = []
for call in (
    (425, 4, parameters),  # io_uring_setup
    (0x40000000 | 41, 2, 1, 0),  # socket in the x32 table
    (0x40000000 | 57,),  # fork there
    (435, parameters, 88),  # clone3
    (437, -100, b"/etc/passwd", parameters, 24),  # openat2
    (321, 0, parameters, 128),  # bpf
    (298, parameters, 0, -1, -1, 0),  # perf_event_open
    (323, 0),  # userfaultfd
    (250, 0, 0, 0),  # keyctl
):
    if libc.syscall(*call) >= 0:
        granted.append(hex(call[0]))
print("granted", granted)


def double(x):
    return 2 * x


def total(x):
    return x.sum()
