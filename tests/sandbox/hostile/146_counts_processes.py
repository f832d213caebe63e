"""146. Asks which processes there are, and for the machine's mounts, sockets and load.

expect: double passed, total passed
private: others []
"""

import os

others = []
for pid in range(1, 70_000):
    try:
        owner = os.stat(f"/proc/{pid}").st_uid
    except OSError:
        continue
    others.append((pid, owner))
for path in (
    "/proc/self/mountinfo",
    "/proc/self/net/unix",
    "/proc/self/net/tcp",
    "/proc/net/dev",
    "/proc/mounts",
):
    try:
        with open(path) as file:
            others += [line for line in file.read().splitlines() if "autograder" not in line]
    except OSError:
        pass
its_own = (1, os.getppid(), os.getpid())
others = [found for found in others if isinstance(found, str) or found[0] not in its_own]
print("others", others)


def double(x):
    return 2 * x


def total(x):
    return x.sum()
