"""The system calls that the filter knows: which of them a worker may make, and their numbers.

Every call that is not named here fails with ENOSYS, as on a kernel that does not have it, and libraries
fall back to older calls. `make calls` traces a notebook that uses torch, matplotlib, pandas, magics,
tracebacks, threads and files: it makes about fifty of these calls; the others are what other versions of
the C library and of Python, and arm64, use instead. Run it after an update of Python, torch or the C
library.
"""

from __future__ import annotations

MACHINES = ("x86_64", "aarch64")


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ALLOWED = _names(
    """
    read write readv writev pread64 pwrite64 preadv pwritev lseek close close_range creat stat
    fstat lstat newfstatat statx access faccessat faccessat2 readlink readlinkat getcwd chdir
    fchdir getdents getdents64 mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2
    link linkat symlink symlinkat umask statfs fstatfs ftruncate fallocate fsync fdatasync
    fadvise64 flock copy_file_range sendfile getxattr lgetxattr fgetxattr listxattr llistxattr
    flistxattr dup dup2 dup3 pipe pipe2 poll ppoll select pselect6 epoll_create epoll_create1
    epoll_ctl epoll_wait epoll_pwait eventfd eventfd2

    recvfrom recvmsg getsockname getpeername shutdown

    brk munmap mprotect mremap msync

    futex set_robust_list get_robust_list rseq set_tid_address sched_yield sched_getaffinity
    sched_getparam sched_getscheduler sched_get_priority_max sched_get_priority_min getcpu
    getpriority

    rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend
    sigaltstack alarm pause getitimer setitimer restart_syscall

    getpid getppid gettid getuid geteuid getgid getegid getgroups getresuid getresgid getpgid
    getpgrp getsid getrlimit setrlimit getrusage times sysinfo uname getrandom exit exit_group
    wait4 waitid

    clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time
    """
)
"""Allowed with any arguments: files, open sockets, memory, threads, signals, the process itself, time."""

WITH_PROCESSES = ("fork", "vfork", "execve", "setpgid", "setsid")
"""Also allowed if the assignment permits processes, refused otherwise."""

REFUSED = _names(
    """
    ptrace process_vm_readv process_vm_writev process_madvise process_mrelease kcmp pidfd_open
    pidfd_getfd pidfd_send_signal migrate_pages move_pages mount umount2 pivot_root chroot
    open_tree open_tree_attr move_mount fsopen fspick mount_setattr unshare setns
    open_by_handle_at keyctl add_key request_key bpf perf_event_open userfaultfd io_uring_setup
    io_uring_enter io_uring_register shmget shmat shmctl semget semop semtimedop semctl socket
    bind connect listen accept accept4 sendmsg sendmmsg recvmmsg setsockopt msgget msgsnd msgrcv
    msgctl mq_open mq_unlink truncate memfd_create memfd_secret inotify_init inotify_init1
    inotify_add_watch fanotify_init fanotify_mark mknod mknodat execveat personality modify_ldt
    setuid setgid setreuid setregid setresuid setresgid setgroups capset seccomp
    sched_setscheduler sched_setparam sched_setattr ioprio_set
    """
)
"""Refused with EPERM, which people understand: calls that programs make deliberately."""

NOT_DONE = _names(
    """
    chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat setxattr lsetxattr fsetxattr
    setxattrat file_setattr removexattr lremovexattr fremovexattr removexattrat utime utimes
    futimesat utimensat
    """
)
"""Reported as successful, but not done.

Landlock lets the owner of a file change its mode, owner, times and attributes in any folder, so a worker
that runs as the instructor could change the instructor's whole home. A library that sets the mode of a
file it copied continues.
"""

FLAGS_UNSEEN = ("clone3", "openat2")
"""Refused with ENOSYS: a filter cannot see their flags."""

_TABLE = """
    read 0 63; write 1 64; open 2 -1; close 3 57; stat 4 -1; fstat 5 80; lstat 6 -1; poll 7 -1;
    lseek 8 62; mmap 9 222; mprotect 10 226; munmap 11 215; brk 12 214; rt_sigaction 13 134;
    rt_sigprocmask 14 135; rt_sigreturn 15 139; ioctl 16 29; pread64 17 67; pwrite64 18 68;
    readv 19 65; writev 20 66; access 21 -1; pipe 22 -1; select 23 -1; sched_yield 24 124;
    mremap 25 216; msync 26 227; madvise 28 233; shmget 29 194; shmat 30 196; shmctl 31 195;
    dup 32 23; dup2 33 -1; pause 34 -1; nanosleep 35 101; getitimer 36 102; alarm 37 -1;
    setitimer 38 103; getpid 39 172; sendfile 40 71; socket 41 198; connect 42 203; accept 43 202;
    sendto 44 206; recvfrom 45 207; sendmsg 46 211; recvmsg 47 212; shutdown 48 210; bind 49 200;
    listen 50 201; getsockname 51 204; getpeername 52 205; socketpair 53 199; setsockopt 54 208;
    getsockopt 55 209; clone 56 220; fork 57 -1; vfork 58 -1; execve 59 221; exit 60 93;
    wait4 61 260; kill 62 129; uname 63 160; semget 64 190; semop 65 193; semctl 66 191;
    msgget 68 186; msgsnd 69 189; msgrcv 70 188; msgctl 71 187; fcntl 72 25; flock 73 32;
    fsync 74 82; fdatasync 75 83; truncate 76 45; ftruncate 77 46; getdents 78 -1; getcwd 79 17;
    chdir 80 49; fchdir 81 50; rename 82 -1; mkdir 83 -1; rmdir 84 -1; creat 85 -1; link 86 -1;
    unlink 87 -1; symlink 88 -1; readlink 89 -1; chmod 90 -1; fchmod 91 52; chown 92 -1;
    fchown 93 55; lchown 94 -1; umask 95 166; gettimeofday 96 169; getrlimit 97 163;
    getrusage 98 165; sysinfo 99 179; times 100 153; ptrace 101 117; getuid 102 174;
    getgid 104 176; setuid 105 146; setgid 106 144; geteuid 107 175; getegid 108 177;
    setpgid 109 154; getppid 110 173; getpgrp 111 -1; setsid 112 157; setreuid 113 145;
    setregid 114 143; getgroups 115 158; setgroups 116 159; setresuid 117 147; getresuid 118 148;
    setresgid 119 149; getresgid 120 150; getpgid 121 155; getsid 124 156; capset 126 91;
    rt_sigpending 127 136; rt_sigtimedwait 128 137; rt_sigqueueinfo 129 138;
    rt_sigsuspend 130 133; sigaltstack 131 132; utime 132 -1; mknod 133 -1; personality 135 92;
    statfs 137 43; fstatfs 138 44; getpriority 140 141; setpriority 141 140;
    sched_setparam 142 118; sched_getparam 143 121; sched_setscheduler 144 119;
    sched_getscheduler 145 120; sched_get_priority_max 146 125; sched_get_priority_min 147 126;
    modify_ldt 154 -1; pivot_root 155 41; prctl 157 167; arch_prctl 158 -1; setrlimit 160 164;
    chroot 161 51; mount 165 40; umount2 166 39; gettid 186 178; setxattr 188 5; lsetxattr 189 6;
    fsetxattr 190 7; getxattr 191 8; lgetxattr 192 9; fgetxattr 193 10; listxattr 194 11;
    llistxattr 195 12; flistxattr 196 13; removexattr 197 14; lremovexattr 198 15;
    fremovexattr 199 16; tkill 200 130; time 201 -1; futex 202 98; sched_setaffinity 203 122;
    sched_getaffinity 204 123; epoll_create 213 -1; getdents64 217 61; set_tid_address 218 96;
    restart_syscall 219 128; semtimedop 220 192; fadvise64 221 223; clock_gettime 228 113;
    clock_getres 229 114; clock_nanosleep 230 115; exit_group 231 94; epoll_wait 232 -1;
    epoll_ctl 233 21; tgkill 234 131; utimes 235 -1; mq_open 240 180; mq_unlink 241 181;
    waitid 247 95; add_key 248 217; request_key 249 218; keyctl 250 219; ioprio_set 251 30;
    inotify_init 253 -1; inotify_add_watch 254 27; migrate_pages 256 238; openat 257 56;
    mkdirat 258 34; mknodat 259 33; fchownat 260 54; futimesat 261 -1; newfstatat 262 79;
    unlinkat 263 35; renameat 264 38; linkat 265 37; symlinkat 266 36; readlinkat 267 78;
    fchmodat 268 53; faccessat 269 48; pselect6 270 72; ppoll 271 73; unshare 272 97;
    set_robust_list 273 99; get_robust_list 274 100; move_pages 279 239; utimensat 280 88;
    epoll_pwait 281 22; eventfd 284 -1; fallocate 285 47; accept4 288 242; eventfd2 290 19;
    epoll_create1 291 20; dup3 292 24; pipe2 293 59; inotify_init1 294 26; preadv 295 69;
    pwritev 296 70; rt_tgsigqueueinfo 297 240; perf_event_open 298 241; recvmmsg 299 243;
    fanotify_init 300 262; fanotify_mark 301 263; prlimit64 302 261; open_by_handle_at 304 265;
    sendmmsg 307 269; setns 308 268; getcpu 309 168; process_vm_readv 310 270;
    process_vm_writev 311 271; kcmp 312 272; sched_setattr 314 274; renameat2 316 276;
    seccomp 317 277; getrandom 318 278; memfd_create 319 279; bpf 321 280; execveat 322 281;
    userfaultfd 323 282; copy_file_range 326 285; statx 332 291; rseq 334 293;
    pidfd_send_signal 424 424; io_uring_setup 425 425; io_uring_enter 426 426;
    io_uring_register 427 427; open_tree 428 428; move_mount 429 429; fsopen 430 430;
    fspick 433 433; pidfd_open 434 434; clone3 435 435; close_range 436 436; openat2 437 437;
    pidfd_getfd 438 438; faccessat2 439 439; process_madvise 440 440; mount_setattr 442 442;
    memfd_secret 447 447; process_mrelease 448 448; fchmodat2 452 452; setxattrat 463 463;
    removexattrat 466 466; open_tree_attr 467 467; file_setattr 469 469;
"""
"""Names and numbers on x86-64 and arm64, -1 where the machine lacks the call.

From Linux's own tables: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h.
"""


def _read(table: str) -> dict[str, tuple[int, int]]:
    rows = (row.split() for row in table.split(";") if row.strip())
    return {name: (int(x86), int(arm)) for name, x86, arm in rows}


NUMBERS = _read(_TABLE)
"""The numbers of all calls that are named above, and of those whose arguments decide, by `MACHINES`."""
