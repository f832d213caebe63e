"""30. Makes itself root in a user namespace of its own, and mounts.

expect: double passed, total passed
prints: granted []
"""

import ctypes

libc = ctypes.CDLL(None)
granted = []
NEW_USER, NEW_MOUNT, NEW_PID, NEW_NET = 0x10000000, 0x20000, 0x20000000, 0x40000000
for flags in (NEW_USER, NEW_USER | NEW_MOUNT, NEW_USER | NEW_PID, NEW_USER | NEW_NET, NEW_MOUNT):
    if libc.syscall(272, flags) >= 0:  # unshare
        granted.append(("unshare", flags))
    if libc.syscall(56, flags | 17, 0, 0, 0, 0) > 0:  # clone
        granted.append(("clone", flags))
for call in (
    (165, b"none", b"/tmp", b"tmpfs", 0, 0),
    (161, b"."),
    (430, b"tmpfs", 0),
    (428, -100, b"/", 1),
):
    if libc.syscall(*call) >= 0:  # mount, chroot, fsopen, open_tree
        granted.append(call)
print("granted", granted)


def double(x):
    return 2 * x


def total(x):
    return x.sum()
