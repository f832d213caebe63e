"""The seccomp filter: a worker makes the system calls that honest code needs, and no others.

An allow list (`calls`), with checks of the arguments where a call does more than one thing. Facts that
shape this file: clone3 and openat2 keep their flags where a filter cannot see them, so they answer
ENOSYS and the C library falls back to clone and openat; x86-64 has a second table of calls (x32) from
0x40000000; fcntl can direct signals at other processes and take leases on what the caller may read,
which delays everybody who opens it; ioctl changes attributes of files for ever; a datagram socket sends
to any path; prlimit, setpriority and the sched_ calls reach every process of the same user; Landlock
before its ABI 3 lets a file be truncated by an open that does not write. mprotect cannot be narrowed:
libffi and oneDNN ask for memory that is written and executed.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Callable, Iterator, Sequence

from autograder.sandbox import calls, kernel

_AUDIT_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

_SIGNALS = ("kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo")
_ADVICE = (*range(5), 8, *range(14, 24))
"""What madvise may be asked: not to merge memory with strangers' (12), to poison it (100) or to remove
a file's (9)."""
_HUGE_OR_LOCKED = 0x40000 | 0x2000  # of mmap's flags: memory that nobody counts
_FILE_COMMANDS = (*range(8), *range(36, 39), 1030, 1032, 1034)
"""Of fcntl: descriptors, flags, locks, F_DUPFD_CLOEXEC, F_GETPIPE_SZ, F_GET_SEALS."""
_TERMINAL_QUESTIONS = (0x5401, 0x540F, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
"""Of ioctl: TCGETS, TIOCGPGRP, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX."""
_OWN_PROPERTIES = (3, 15, 16, 23, 39, 0x53564D41)
"""Of prctl: GET_DUMPABLE, SET_NAME, GET_NAME, CAPBSET_READ, GET_NO_NEW_PRIVS, SET_VMA."""
_SOCKET_QUESTIONS = (3, 4, 7, 8, 30, 38, 39)
"""Of getsockopt: type, error, sizes of the buffers, whether it listens, protocol and family. Others
identify the peer, or return a handle on its process (77, SO_PEERPIDFD)."""
_THREAD_POINTER = (0x1002, 0x1003)  # of arch_prctl: SET_FS, GET_FS, by a program that begins
_AF_UNIX, _SOCK_STREAM, _SOCK_TYPES, _SOL_SOCKET = 1, 1, 0xF, 1

_CLONE_THREAD = 0x00010000
_CLONE_NEW_NAMESPACES = 0x7E020000
_O_TRUNC = 0o1000
_OPEN_MODE, _NEITHER_READ_NOR_WRITE = 3, 3

_LOAD, _IF_EQUAL, _IF_SET, _RETURN = 0x20, 0x15, 0x45, 0x06
_AND = 0x54
_ALLOW, _ERRNO, _KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
_REFUSE = _ERRNO | errno.EPERM
_UNKNOWN = _ERRNO | errno.ENOSYS
_NO_TERMINAL = _ERRNO | errno.ENOTTY
_PRETEND = _ERRNO | 0
_OFFSET_NUMBER, _OFFSET_ARCHITECTURE, _OFFSET_ARGUMENTS = 0, 4, 16
_MODE_FILTER = 2

Instruction = tuple[int, int, int, int]
Program = list[Instruction]


def supported() -> bool:
    """Whether this architecture has a filter."""
    return os.uname().machine in _AUDIT_ARCHITECTURE


def install(*, processes: bool = False, protect: Sequence[int] = ()) -> bool:
    """Install the filter on the calling process, for ever.

    Args:
        processes: whether the caller may start processes.
        protect: processes that no signal may name where ``processes`` is given; without it, no
            signal leaves the process at all.

    Returns:
        Whether there is a filter for this architecture.

    Raises:
        OSError: the kernel refused the filter.
    """
    if not supported():
        return False
    blob = b"".join(
        struct.pack("=HBBI", *instruction) for instruction in program(processes, protect)
    )
    instructions = ctypes.create_string_buffer(blob)
    length = len(blob) // 8
    header = ctypes.create_string_buffer(
        struct.pack("=H6xQ", length, ctypes.addressof(instructions))
    )
    kernel.prctl(kernel.PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(header))
    return True


def program(processes: bool, protect: Sequence[int]) -> Program:
    """The filter as BPF instructions ``(code, jump if true, jump if false, constant)``."""
    machine = os.uname().machine
    column = calls.MACHINES.index(machine)
    code: Program = [
        (_LOAD, 0, 0, _OFFSET_ARCHITECTURE),
        (_IF_EQUAL, 1, 0, _AUDIT_ARCHITECTURE[machine]),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _OFFSET_NUMBER),
    ]
    for name, body in _rules(processes, protect):
        number = calls.NUMBERS[name][column]
        if number >= 0:
            code += [(_IF_EQUAL, 0, len(body), number), *body]
    return [*code, (_RETURN, 0, 0, _UNKNOWN)]  # the calls of x32 too: none of them has a rule


def _rules(processes: bool, protect: Sequence[int]) -> Iterator[tuple[str, Program]]:
    """What each call that has a rule is answered, by its name; no name comes twice."""
    for names, answer in (
        (calls.ALLOWED, _ALLOW),
        (calls.REFUSED, _REFUSE),
        (calls.NOT_DONE, _PRETEND),
        (calls.FLAGS_UNSEEN, _UNKNOWN),
    ):
        for name in names:
            yield name, [(_RETURN, 0, 0, answer)]
    yield "open", _truncates_only_what_it_writes(1)
    yield "openat", _truncates_only_what_it_writes(2)
    yield "mmap", _unless(3, _refuse_bits, [_HUGE_OR_LOCKED])
    yield "madvise", _only(2, _ADVICE)
    yield "fcntl", _only(1, _FILE_COMMANDS)
    yield "ioctl", _only(1, _TERMINAL_QUESTIONS, _NO_TERMINAL)
    yield "prctl", _only(0, _OWN_PROPERTIES)
    yield "getsockopt", [*_only(1, [_SOL_SOCKET])[:-1], *_only(2, _SOCKET_QUESTIONS)]
    yield "socketpair", _stream_between_two()
    yield "sendto", _without_address()
    myself = os.getpid()
    for name in ("prlimit64", "sched_setaffinity"):
        yield name, _only(0, [0, myself])
    yield "setpriority", [*_only(0, [0])[:-1], *_only(1, [0, myself])]
    if processes:
        yield "clone", _unless(0, _refuse_bits, [_CLONE_NEW_NAMESPACES])
        yield "arch_prctl", _only(0, _THREAD_POINTER)
        named = [sign * pid for pid in protect for sign in (1, -1)] + [-1]
        for name in (*_SIGNALS, "tkill"):
            yield name, _unless(0, _refuse_values, named)
    else:
        yield "clone", _threads_only()
        for name in _SIGNALS:
            yield name, _only(0, [myself])
        yield "tkill", [(_RETURN, 0, 0, _REFUSE)]
    for name in calls.WITH_PROCESSES:
        yield name, [(_RETURN, 0, 0, _ALLOW if processes else _REFUSE)]


def _load(argument: int) -> Instruction:
    return (_LOAD, 0, 0, _OFFSET_ARGUMENTS + 8 * argument)


def _only(argument: int, values: Sequence[int], otherwise: int = _REFUSE) -> Program:
    """Allow where the low word of an argument is one of the values, answer otherwise elsewhere."""
    tests: Program = [
        (_IF_EQUAL, len(values) - place, 0, value & 0xFFFFFFFF)
        for place, value in enumerate(values)
    ]
    return [_load(argument), *tests, (_RETURN, 0, 0, otherwise), (_RETURN, 0, 0, _ALLOW)]


def _unless(argument: int, test: Callable[[int], Program], values: Sequence[int]) -> Program:
    tests = [instruction for value in values for instruction in test(value & 0xFFFFFFFF)]
    return [_load(argument), *tests, (_RETURN, 0, 0, _ALLOW)]


def _refuse_values(value: int) -> Program:
    return [(_IF_EQUAL, 0, 1, value), (_RETURN, 0, 0, _REFUSE)]


def _refuse_bits(bits: int) -> Program:
    return [(_IF_SET, 0, 1, bits), (_RETURN, 0, 0, _REFUSE)]


def _truncates_only_what_it_writes(flags: int) -> Program:
    return [
        _load(flags),
        (_AND, 0, 0, _O_TRUNC | _OPEN_MODE),
        (_IF_EQUAL, 1, 0, _O_TRUNC),
        (_IF_EQUAL, 0, 1, _O_TRUNC | _NEITHER_READ_NOR_WRITE),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]


def _threads_only() -> Program:
    return [
        _load(0),
        (_IF_SET, 1, 0, _CLONE_THREAD),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]


def _stream_between_two() -> Program:
    """Allow a pair of stream sockets of this machine: they are connected to each other for ever."""
    return [
        _load(0),
        (_IF_EQUAL, 0, 3, _AF_UNIX),
        _load(1),
        (_AND, 0, 0, _SOCK_TYPES),
        (_IF_EQUAL, 1, 0, _SOCK_STREAM),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]


def _without_address() -> Program:
    """Allow to send to the other end alone: where both words of the address are 0."""
    low, high = _load(4), (_LOAD, 0, 0, _OFFSET_ARGUMENTS + 8 * 4 + 4)
    return [
        low,
        (_IF_EQUAL, 0, 2, 0),
        high,
        (_IF_EQUAL, 1, 0, 0),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]
