"""99. Takes back what was set for it: the parent's death, dumpable, no_new_privs, the filter.

expect: double passed, total passed
prints: no_new_privs 1, seccomp 2, can be undone []
"""

import ctypes
import os

libc = ctypes.CDLL(None)
undone = []
libc.prctl(1, 0, 0, 0, 0)  # PR_SET_PDEATHSIG
libc.prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
libc.prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE
if libc.prctl(38, 0, 0, 0, 0) == 0:  # PR_SET_NO_NEW_PRIVS
    undone.append("no_new_privs")
if libc.prctl(22, 0, 0, 0, 0) == 0:  # PR_SET_SECCOMP
    undone.append("seccomp")
if libc.prctl(8, 1, 0, 0, 0) == 0 and os.getuid() and libc.setuid(0) == 0:  # PR_SET_KEEPCAPS
    undone.append("uid")
status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
print(
    f"no_new_privs {status['NoNewPrivs'].strip()}, seccomp {status['Seccomp'].strip()}, can be undone {undone}"
)


def double(x):
    return 2 * x


def total(x):
    return x.sum()
