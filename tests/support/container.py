"""Become what a process is in a Docker container without options, then run a command.

python container.py COMMAND...

The facts are those of moby's default seccomp profile (moby/moby, profiles/seccomp/default.json, 2024)
and of its default capabilities (oci/caps/defaults.go): what is not named here answers EPERM. Calls of
32-bit systems are left out. The filter is assembled by libseccomp, as Docker's is.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from pathlib import Path

from autograder.sandbox import kernel

CAPABILITIES = {
    "CHOWN": 0,
    "DAC_OVERRIDE": 1,
    "FOWNER": 3,
    "FSETID": 4,
    "KILL": 5,
    "SETGID": 6,
    "SETUID": 7,
    "SETPCAP": 8,
    "NET_BIND_SERVICE": 10,
    "NET_RAW": 13,
    "SYS_CHROOT": 18,
    "MKNOD": 27,
    "AUDIT_WRITE": 29,
    "SETFCAP": 31,
}
ALLOWED = """
    accept accept4 access adjtimex alarm arch_prctl bind brk capget capset chdir chmod chown chroot
    clock_adjtime clock_getres clock_gettime clock_nanosleep close close_range connect copy_file_range
    creat dup dup2 dup3 epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2
    epoll_wait epoll_wait_old eventfd eventfd2 execve execveat exit exit_group faccessat faccessat2
    fadvise64 fallocate fanotify_mark fchdir fchmod fchmodat fchown fchownat fcntl fdatasync fgetxattr
    flistxattr flock fork fremovexattr fsetxattr fstat fstatfs fsync ftruncate futex futex_waitv
    futimesat get_robust_list get_thread_area getcpu getcwd getdents getdents64 getegid geteuid getgid
    getgroups getitimer getpeername getpgid getpgrp getpid getppid getpriority getrandom getresgid
    getresuid getrlimit getrusage getsid getsockname getsockopt gettid gettimeofday getuid getxattr
    inotify_add_watch inotify_init inotify_init1 inotify_rm_watch io_cancel io_destroy io_getevents
    io_pgetevents io_setup io_submit io_uring_enter io_uring_register io_uring_setup ioctl ioprio_get
    ioprio_set kill landlock_add_rule landlock_create_ruleset landlock_restrict_self lchown lgetxattr
    link linkat listen listxattr llistxattr lremovexattr lseek lsetxattr lstat madvise membarrier
    memfd_create memfd_secret mincore mkdir mkdirat mknod mknodat mlock mlock2 mlockall mmap modify_ldt
    mprotect mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedsend mq_unlink mremap msgctl msgget
    msgrcv msgsnd msync munlock munlockall munmap name_to_handle_at nanosleep newfstatat open openat
    openat2 pause pidfd_open pidfd_send_signal pipe pipe2 pkey_alloc pkey_free pkey_mprotect poll ppoll
    prctl pread64 preadv preadv2 prlimit64 process_mrelease process_vm_readv process_vm_writev pselect6
    ptrace pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv recvfrom recvmmsg recvmsg
    remap_file_pages removexattr rename renameat renameat2 restart_syscall rmdir rseq rt_sigaction
    rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait
    rt_tgsigqueueinfo sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr
    sched_getparam sched_getscheduler sched_rr_get_interval sched_setaffinity sched_setattr
    sched_setparam sched_setscheduler sched_yield seccomp select semctl semget semop semtimedop sendfile
    sendmmsg sendmsg sendto set_robust_list set_thread_area set_tid_address setfsgid setfsuid setgid
    setgroups setitimer setpgid setpriority setregid setresgid setresuid setreuid setrlimit setsid
    setsockopt setuid setxattr shmat shmctl shmdt shmget shutdown sigaltstack signalfd signalfd4
    socketpair splice stat statfs statx symlink symlinkat sync sync_file_range syncfs sysinfo tee tgkill
    time timer_create timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create
    timerfd_gettime timerfd_settime times tkill truncate umask uname unlink unlinkat utime utimensat
    utimes vfork vmsplice wait4 waitid write writev
"""
NEW_NAMESPACES = 2114060288
LIBRARY = "libseccomp.so.2"

_SUBARCHITECTURES = {"x86_64": (0x40000003, 0x4000003E)}  # x86 and x32, which moby lets in too
_ERRNO, _ALLOW = 0x00050000, 0x7FFF0000
_NOT_EQUAL, _EQUAL, _MASKED_EQUAL = 1, 4, 7
_WITHOUT_NO_NEW_PRIVS = 3
_CAPBSET_DROP, _AMBIENT, _CLEAR = 24, 47, 4


class _Test(ctypes.Structure):
    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("first", ctypes.c_uint64),
        ("second", ctypes.c_uint64),
    )


def available() -> bool:
    """Whether libseccomp is installed."""
    try:
        ctypes.CDLL(LIBRARY)
    except OSError:
        return False
    return True


def install() -> None:
    """Put the profile on this process."""
    library = ctypes.CDLL(LIBRARY)
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(_ERRNO | errno.EPERM))

    for architecture in _SUBARCHITECTURES.get(os.uname().machine, ()):
        assert not library.seccomp_arch_add(context, architecture)

    def rule(action: int, name: str, *tests: _Test) -> None:
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number != -1:  # this library is older than the call
            array = (_Test * len(tests))(*tests)
            failed = library.seccomp_rule_add_array(context, action, number, len(tests), array)
            assert not failed, (name, failed)

    for name in ALLOWED.split():
        rule(_ALLOW, name)
    rule(_ALLOW, "socket", _Test(0, _NOT_EQUAL, 40, 0))
    for personality in (0, 8, 0x20000, 0x20008, 0xFFFFFFFF):
        rule(_ALLOW, "personality", _Test(0, _EQUAL, personality, 0))
    rule(_ALLOW, "clone", _Test(0, _MASKED_EQUAL, NEW_NAMESPACES, 0))
    rule(_ERRNO | errno.ENOSYS, "clone3")
    assert not library.seccomp_attr_set(context, _WITHOUT_NO_NEW_PRIVS, 0)
    assert not library.seccomp_load(context)
    library.seccomp_release(context)


def drop_capabilities() -> None:
    """Keep what a container has, from the next program on."""
    last = int(Path("/proc/sys/kernel/cap_last_cap").read_text(encoding="ascii"))
    for number in range(last + 1):
        if number not in CAPABILITIES.values():
            kernel.prctl(_CAPBSET_DROP, number)
    kernel.prctl(_AMBIENT, _CLEAR)


if __name__ == "__main__":
    install()
    drop_capabilities()
    os.execvp(sys.argv[1], sys.argv[1:])
