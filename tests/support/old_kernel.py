"""Become what a process is on an older Linux, where some system calls do not exist; then run a command.

python old_kernel.py CALL[,CALL...] COMMAND...
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys

from autograder.sandbox import kernel

NEWER: dict[str, tuple[int, int]] = {
    "statx": (332, 291),  # Linux 4.11
    "pidfd_send_signal": (424, 424),  # 5.1
    "io_uring_setup": (425, 425),  # 5.1
    "pidfd_open": (434, 434),  # 5.3
    "clone3": (435, 435),  # 5.3
    "close_range": (436, 436),  # 5.9
    "openat2": (437, 437),  # 5.6
    "pidfd_getfd": (438, 438),  # 5.6
    "faccessat2": (439, 439),  # 5.8
    "epoll_pwait2": (441, 441),  # 5.11
    "mount_setattr": (442, 442),  # 5.12
    "landlock_create_ruleset": (444, 444),  # 5.13
}
"""Calls that Linux did not always have: numbers on x86-64 and arm64, and when they came."""

COLLAPSE = "MADV_COLLAPSE"
"""An advice to madvise, which older kernels answer with EINVAL; Linux 6.1."""

_MADVISE, _MADV_COLLAPSE = (28, 233), 25
_LOAD, _IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_OFFSET_NUMBER, _OFFSET_THIRD = 0, 32
_MODE_FILTER = 2


def install(names: list[str]) -> None:
    """Answer these calls as a kernel does that does not have them; for ever, for this process."""
    column = ("x86_64", "aarch64").index(os.uname().machine)
    code = [(_LOAD, 0, 0, _OFFSET_NUMBER)]
    for name in names:
        if name == COLLAPSE:
            code += [
                (_IF_EQUAL, 0, 4, _MADVISE[column]),
                (_LOAD, 0, 0, _OFFSET_THIRD),
                (_IF_EQUAL, 0, 1, _MADV_COLLAPSE),
                (_RETURN, 0, 0, _ERRNO | errno.EINVAL),
                (_RETURN, 0, 0, _ALLOW),
            ]
        else:
            code += [
                (_IF_EQUAL, 0, 1, NEWER[name][column]),
                (_RETURN, 0, 0, _ERRNO | errno.ENOSYS),
            ]
    code.append((_RETURN, 0, 0, _ALLOW))
    blob = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *each) for each in code))
    header = ctypes.create_string_buffer(struct.pack("=H6xQ", len(code), ctypes.addressof(blob)))
    if os.geteuid():
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.prctl(kernel.PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(header))


if __name__ == "__main__":
    install(sys.argv[1].split(","))
    os.execvp(sys.argv[2], sys.argv[2:])
