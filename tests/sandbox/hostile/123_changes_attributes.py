"""123. Changes attributes of the instructor's files that stay for ever, and of its own that keep them from removal.

expect: double passed, total passed
prints: changed []
"""

import fcntl
import os
import struct

FS_IOC_SETFLAGS, FS_IOC_SETVERSION, FS_IOC_FSSETXATTR, FITRIM, FICLONE = (
    0x40086602,
    0x40087602,
    0x401C5820,
    0xC0185879,
    0x40049409,
)
changed = []
with open("mine", "w") as file:
    file.write("mine")
for path in (os.__file__, __file__, "mine", "."):
    handle = os.open(path, os.O_RDONLY)
    for command in (FS_IOC_SETFLAGS, FS_IOC_SETVERSION, FS_IOC_FSSETXATTR, FITRIM, FICLONE):
        try:
            fcntl.ioctl(handle, command, struct.pack("=Q24x", 0x30))  # immutable, append only
        except OSError:
            continue
        changed.append((path, hex(command)))
print("changed", changed)


def double(x):
    return 2 * x


def total(x):
    return x.sum()
