"""Numbers of system calls as (x86-64, arm64), -1 where there is none; copied from Linux's own tables.

`arch/x86/entry/syscalls/syscall_64.tbl` and `include/uapi/asm-generic/unistd.h`, of Linux 6.17.
"""

from __future__ import annotations

MACHINES = ("x86_64", "aarch64")

REFUSED = {
    "open_tree_attr": (467, 467),
    "bind": (49, 200),
    "connect": (42, 203),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "sendmmsg": (307, 269),
    "recvmmsg": (299, 243),
    "setsockopt": (54, 208),
    "memfd_secret": (447, 447),
    "inotify_init": (253, -1),
    "inotify_init1": (294, 26),
    "inotify_add_watch": (254, 27),
    "fanotify_init": (300, 262),
    "fanotify_mark": (301, 263),
    "mknod": (133, -1),
    "mknodat": (259, 33),
    "execveat": (322, 281),
    "personality": (135, 92),
    "modify_ldt": (154, -1),
    "fspick": (433, 433),
    "setuid": (105, 146),
    "setgid": (106, 144),
    "setreuid": (113, 145),
    "setregid": (114, 143),
    "setresuid": (117, 147),
    "setresgid": (119, 149),
    "setgroups": (116, 159),
    "capset": (126, 91),
    "seccomp": (317, 277),
    "ioprio_set": (251, 30),
    "sched_setattr": (314, 274),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "sendmsg": (46, 211),
    "memfd_create": (319, 279),
    "socket": (41, 198),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "semget": (64, 190),
    "semop": (65, 193),
    "semctl": (66, 191),
    "semtimedop": (220, 192),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "ptrace": (101, 117),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "mount": (165, 40),
    "umount2": (166, 39),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "migrate_pages": (256, 238),
    "unshare": (272, 97),
    "move_pages": (279, 239),
    "perf_event_open": (298, 241),
    "open_by_handle_at": (304, 265),
    "setns": (308, 268),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
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
    "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440),
    "mount_setattr": (442, 442),
    "process_mrelease": (448, 448),
    "truncate": (76, 45),
}
"""Refused whatever their arguments."""

PRETENDED = {
    "chmod": (90, -1),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, -1),
    "fchown": (93, 55),
    "lchown": (94, -1),
    "fchownat": (260, 54),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "setxattrat": (463, 463),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "removexattrat": (466, 466),
    "file_setattr": (469, 469),
    "utime": (132, -1),
    "utimes": (235, -1),
    "futimesat": (261, -1),
    "utimensat": (280, 88),
}
"""Answered with success and not done."""

UNKNOWN = {
    "clone3": (435, 435),
    "openat2": (437, 437),
}
"""Answered as by a kernel that does not have them; so is every call that has no rule."""

JUDGED = {
    "sendto": (44, 206),
    "madvise": (28, 233),
    "arch_prctl": (158, -1),
    "setpgid": (109, 154),
    "setsid": (112, 157),
    "execve": (59, 221),
    "prctl": (157, 167),
    "socketpair": (53, 199),
    "ioctl": (16, 29),
    "mmap": (9, 222),
    "open": (2, -1),
    "openat": (257, 56),
    "fcntl": (72, 25),
    "prlimit64": (302, 261),
    "sched_setaffinity": (203, 122),
    "setpriority": (141, 140),
    "clone": (56, 220),
    "fork": (57, -1),
    "vfork": (58, -1),
    "kill": (62, 129),
    "tkill": (200, 130),
    "tgkill": (234, 131),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
}
"""Refused or not, by their arguments."""

HONEST = {
    "lseek": (8, 62),
    "newfstatat": (262, 79),
    "getppid": (110, 173),
    "recvfrom": (45, 207),
    "clock_nanosleep": (230, 115),
    "epoll_ctl": (233, 21),
    "sigaltstack": (131, 132),
    "setitimer": (38, 103),
    "mremap": (25, 216),
    "mprotect": (10, 226),
    "rt_sigprocmask": (14, 135),
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "fstat": (5, 80),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "pread64": (17, 67),
    "readv": (19, 65),
    "pipe2": (293, 59),
    "dup": (32, 23),
    "exit": (60, 93),
    "exit_group": (231, 94),
    "wait4": (61, 260),
    "getcwd": (79, 17),
    "mkdirat": (258, 34),
    "unlinkat": (263, 35),
    "renameat": (264, 38),
    "linkat": (265, 37),
    "symlinkat": (266, 36),
    "ftruncate": (77, 46),
    "fallocate": (285, 47),
    "getdents64": (217, 61),
    "futex": (202, 98),
    "sched_getaffinity": (204, 123),
    "sched_yield": (24, 124),
    "getpriority": (140, 141),
    "gettid": (186, 178),
    "getpid": (39, 172),
    "set_robust_list": (273, 99),
    "getrandom": (318, 278),
    "rseq": (334, 293),
    "statx": (332, 291),
    "setrlimit": (160, 164),
    "eventfd2": (290, 19),
    "epoll_create1": (291, 20),
    "recvmsg": (47, 212),
}
"""Some of those that honest code needs."""


def number(name: str, machine: str) -> int:
    """The number of a call on a machine."""
    tables = REFUSED | PRETENDED | UNKNOWN | JUDGED | HONEST
    return tables[name][MACHINES.index(machine)]


def exist(table: dict[str, tuple[int, int]]) -> list[tuple[str, str]]:
    """Every call of a table with every machine that has it."""
    return [
        (name, machine)
        for name, numbers in table.items()
        for machine, found in zip(MACHINES, numbers, strict=True)
        if found >= 0
    ]
