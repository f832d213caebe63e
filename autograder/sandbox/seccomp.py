"""The seccomp filter: system calls that a student's code has no honest use for are refused.

A deny list over the calls that reach other processes, the network, the kernel's odd corners, or
that leave something behind which outlives the process. What is refused answers EPERM, so that
honest code that merely tries (a library probing for a feature) goes on. Facts that shape this
file: clone3 and openat2 keep their flags where a filter cannot see them, so they answer ENOSYS and
the C library falls back to clone and openat; x86-64 has a second table of calls (x32) from
0x40000000; fcntl can direct signals at other processes; prlimit, setpriority and the sched_ calls
reach every process of the same user. Landlock lets the owner of a file change its mode, owner,
times and attributes wherever it lies, and before its ABI 3 lets it be truncated, also by an open
that does not write: where the worker has no user of its own, that is the instructor's whole home.
The first are answered with success and not done, so that a library that copies a file goes on.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Callable, Sequence

from autograder.sandbox import kernel

_AUDIT_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32_TABLE = 0x40000000
_COLUMNS = ("x86_64", "aarch64")

# System call numbers (x86_64, aarch64); -1 where the architecture does not have the call.
_NUMBERS: dict[str, tuple[int, int]] = {
    "open": (2, -1),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "socket": (41, 198),
    "clone": (56, 220),
    "fork": (57, -1),
    "vfork": (58, -1),
    "kill": (62, 129),
    "semget": (64, 190),
    "semop": (65, 193),
    "semctl": (66, 191),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "fcntl": (72, 25),
    "truncate": (76, 45),
    "chmod": (90, -1),
    "fchmod": (91, 52),
    "chown": (92, -1),
    "fchown": (93, 55),
    "lchown": (94, -1),
    "ptrace": (101, 117),
    "rt_sigqueueinfo": (129, 138),
    "utime": (132, -1),
    "setpriority": (141, 140),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "mount": (165, 40),
    "umount2": (166, 39),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "tkill": (200, 130),
    "sched_setaffinity": (203, 122),
    "semtimedop": (220, 192),
    "tgkill": (234, 131),
    "utimes": (235, -1),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "ioprio_set": (251, 30),
    "migrate_pages": (256, 238),
    "openat": (257, 56),
    "fchownat": (260, 54),
    "futimesat": (261, -1),
    "fchmodat": (268, 53),
    "unshare": (272, 97),
    "move_pages": (279, 239),
    "utimensat": (280, 88),
    "rt_tgsigqueueinfo": (297, 240),
    "perf_event_open": (298, 241),
    "prlimit64": (302, 261),
    "open_by_handle_at": (304, 265),
    "setns": (308, 268),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "sched_setattr": (314, 274),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "pidfd_send_signal": (424, 424),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "pidfd_open": (434, 434),
    "clone3": (435, 435),
    "openat2": (437, 437),
    "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440),
    "mount_setattr": (442, 442),
    "process_mrelease": (448, 448),
    "fchmodat2": (452, 452),
    "setxattrat": (463, 463),
    "removexattrat": (466, 466),
    "file_setattr": (469, 469),
}

_ALWAYS = (
    *("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "process_mrelease"),
    *("kcmp", "pidfd_open", "pidfd_getfd", "pidfd_send_signal", "migrate_pages", "move_pages"),
    *("mount", "umount2", "pivot_root", "chroot", "open_tree", "move_mount", "fsopen"),
    *("mount_setattr", "unshare", "setns", "open_by_handle_at"),
    *("keyctl", "add_key", "request_key", "bpf", "perf_event_open", "userfaultfd"),
    *("io_uring_setup", "io_uring_enter", "io_uring_register"),
    *("shmget", "shmat", "shmctl", "semget", "semop", "semtimedop", "semctl"),
    *("socket", "msgget", "msgsnd", "msgrcv", "msgctl", "mq_open", "mq_unlink", "truncate"),
)
_NOT_DONE = (
    *("chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat"),
    *("setxattr", "lsetxattr", "fsetxattr", "setxattrat", "file_setattr"),
    *("removexattr", "lremovexattr", "fremovexattr", "removexattrat"),
    *("utime", "utimes", "futimesat", "utimensat"),
)
_FLAGS_UNSEEN = ("clone3", "openat2")
_SIGNALS = ("kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo")
_OWN_PROCESS_ONLY = (
    *("prlimit64", "sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr"),
)

_CLONE_THREAD = 0x00010000
_CLONE_NEW_NAMESPACES = 0x7E020000
_F_SETOWN, _F_SETOWN_EX = 8, 15
_O_TRUNC = 0o1000
_OPEN_MODE, _NEITHER_READ_NOR_WRITE = 3, 3

_LOAD, _IF_EQUAL, _IF_AT_LEAST, _IF_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_AND = 0x54
_ALLOW, _ERRNO, _KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
_REFUSE = _ERRNO | errno.EPERM
_UNKNOWN = _ERRNO | errno.ENOSYS
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
    column = _COLUMNS.index(machine)
    code: Program = [
        (_LOAD, 0, 0, _OFFSET_ARCHITECTURE),
        (_IF_EQUAL, 1, 0, _AUDIT_ARCHITECTURE[machine]),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _OFFSET_NUMBER),
    ]
    if machine == "x86_64":
        code += [(_IF_AT_LEAST, 0, 1, _X32_TABLE), (_RETURN, 0, 0, _UNKNOWN)]

    def rule(name: str, body: Program) -> None:
        number = _NUMBERS[name][column]
        if number >= 0:
            code.append((_IF_EQUAL, 0, len(body), number))
            code.extend(body)

    for name in _ALWAYS:
        rule(name, [(_RETURN, 0, 0, _REFUSE)])
    for name in _NOT_DONE:
        rule(name, [(_RETURN, 0, 0, _PRETEND)])
    for name in _FLAGS_UNSEEN:
        rule(name, [(_RETURN, 0, 0, _UNKNOWN)])
    rule("open", _truncates_only_what_it_writes(1))
    rule("openat", _truncates_only_what_it_writes(2))
    rule("fcntl", _unless(1, _refuse_values, [_F_SETOWN, _F_SETOWN_EX]))
    myself = os.getpid()
    for name in _OWN_PROCESS_ONLY:
        rule(name, _only(0, [0, myself]))
    rule("setpriority", [*_only(0, [0])[:-1], *_only(1, [0, myself])])
    rule("ioprio_set", [*_only(0, [1])[:-1], *_only(1, [0, myself])])
    if processes:
        rule("clone", _unless(0, _refuse_bits, [_CLONE_NEW_NAMESPACES]))
        named = [sign * pid for pid in protect for sign in (1, -1)] + [-1]
        for name in (*_SIGNALS, "tkill"):
            rule(name, _unless(0, _refuse_values, named))
    else:
        for name in ("fork", "vfork", "tkill"):
            rule(name, [(_RETURN, 0, 0, _REFUSE)])
        rule("clone", _threads_only())
        for name in _SIGNALS:
            rule(name, _only(0, [myself]))
    code.append((_RETURN, 0, 0, _ALLOW))
    return code


def _load(argument: int) -> Instruction:
    return (_LOAD, 0, 0, _OFFSET_ARGUMENTS + 8 * argument)


def _only(argument: int, values: Sequence[int]) -> Program:
    """Allow where the low word of an argument is one of the values, refuse elsewhere."""
    tests: Program = [
        (_IF_EQUAL, len(values) - place, 0, value & 0xFFFFFFFF)
        for place, value in enumerate(values)
    ]
    return [_load(argument), *tests, (_RETURN, 0, 0, _REFUSE), (_RETURN, 0, 0, _ALLOW)]


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
