"""Calls into Linux that Python has no name for: prctl, capabilities, raw system calls."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import struct
from collections.abc import Iterator

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_KEEPCAPS = 8
PR_SET_SECCOMP = 22
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38

CAP_DAC_READ_SEARCH = 2

_MADV_COLLAPSE = 25  # from Linux 6.1 on
_HUGE = 2 << 20  # bytes of a huge page where the others have 4 KB

_CAPSET = {"x86_64": 126, "aarch64": 91}
_CAPABILITY_VERSION_3 = 0x20080522


@functools.cache
def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    libc.madvise.argtypes = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int
    return libc


def _check(result: int, what: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def prctl(option: int, argument: int = 0, second: int = 0) -> None:
    """Set one property of the calling process.

    Raises:
        OSError: the kernel refused.
    """
    _check(
        _libc().prctl(option, ctypes.c_ulong(argument), ctypes.c_ulong(second), 0, 0),
        f"prctl {option}",
    )


def gather() -> int:
    """Lay the memory that this process wrote into huge pages, as far as the kernel can.

    Forks share it as before, and single pages are still what they copy; but a fork, and the end of what
    was forked, go through hundreds of entries instead of tens of thousands.

    Returns:
        How many bytes lie in huge pages now; 0 where the kernel knows no such call.
    """
    gathered = 0
    with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:
        lines = maps.read().splitlines()
    for line in lines:
        place, permissions, _, device, _, *name = line.split(maxsplit=5)
        if permissions != "rw-p" or device != "00:00" or name not in ([], ["[heap]"]):
            continue
        begin, end = (int(number, 16) for number in place.split("-"))
        for address in range(-(-begin // _HUGE) * _HUGE, end - _HUGE + 1, _HUGE):
            if _libc().madvise(address, _HUGE, _MADV_COLLAPSE) == 0:
                gathered += _HUGE
    return gathered


@contextlib.contextmanager
def files_of(uid: int | None) -> Iterator[None]:
    """Look at files, and at processes in /proc, as another user; only root can, and no one may signal it.

    Args:
        uid: the user, whose group has the same number; ``None`` changes nothing.
    """
    if uid is None:
        yield
        return
    try:
        _libc().setfsgid(uid)
        _libc().setfsuid(uid)
        yield
    finally:
        _libc().setfsuid(os.geteuid())
        _libc().setfsgid(os.getegid())


def syscall(number: int, *arguments: object) -> int:
    """Make a raw system call and return its result.

    Raises:
        OSError: the kernel refused.
    """
    return _check(_libc().syscall(number, *arguments), f"system call {number}")


def capabilities() -> int:
    """The permitted capabilities of this process, one bit each."""
    with open("/proc/self/status", "rb") as status:  # a worker may be past reading Python's codecs
        for line in status:
            if line.startswith(b"CapPrm:"):
                return int(line.split()[1], 16)
    return 0


def keep_capabilities(bits: int) -> None:
    """Drop every capability of this process but those in ``bits``.

    Raises:
        OSError: one of the bits is not permitted, or the architecture is unknown.
    """
    number = _CAPSET.get(os.uname().machine)
    if number is None:
        raise OSError(f"capset: unknown on {os.uname().machine}")
    low, high = bits & 0xFFFFFFFF, bits >> 32
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    data = struct.pack("=6I", low, low, 0, high, high, 0)
    syscall(number, header, data)
