"""126. Fills the disk with files that it removes and closes, and of each of which it keeps one page in memory.

limits: call_seconds = 20
expect: double passed, total crashed|raised
"""

import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long)
libc.mmap.restype = ctypes.c_void_p


def double(x):
    return 2 * x


def total(x):
    for number in range(200):
        with open(f"gone-{number}", "w+b") as file:
            file.write(os.urandom(4 << 20))
            file.flush()
            for shared in (1, 2):
                assert libc.mmap(None, 4096, 1, shared, file.fileno(), 0) not in (None, 1 << 64 - 1)
            os.unlink(file.name)
        time.sleep(0.03)
    return x.sum()
