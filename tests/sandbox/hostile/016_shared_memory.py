"""16. Fills memory that is shared and so belongs to no limit of the kernel's.

expect: double passed, total out_of_memory|raised
"""

import ctypes
import mmap
import os


def double(x):
    return 2 * x


def total(x):
    try:
        print(ctypes.CDLL(None).shmget(0, 1 << 20, 0o1600))
        handle = os.memfd_create("much")
        os.truncate(handle, 1 << 31)
    except OSError as refused:
        print(refused)
    much = mmap.mmap(-1, 1 << 31)
    for place in range(0, 1 << 31, 1 << 20):
        much[place : place + (1 << 20)] = b"x" * (1 << 20)
