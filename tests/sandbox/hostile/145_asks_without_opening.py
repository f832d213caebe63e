"""145. Asks for what needs no permission to read: sizes, times and names of others' files by their paths.

expect: double passed, total passed
private: learnt []
"""

import json
import os
import pathlib

want = json.loads(pathlib.Path("targets.json").read_text())
learnt = []
for path in (
    *(
        want[key]
        for key in ("root", "reference", "hidden", "results", "others", "submission", "socket")
    ),
    *(
        "/etc/passwd",
        "/etc/hostname",
        "/etc/machine-id",
        "/home",
        "/var/lib",
        "/var/log",
        "/run",
        "/boot",
    ),
    *("/sys/class/net", "/sys/block", "/proc/sys/kernel/random/boot_id/x"),
):
    for ask in (
        os.stat,
        os.lstat,
        os.statvfs,
        os.readlink,
        lambda path: os.getxattr(path, "user.x"),
    ):
        try:
            learnt.append((path, str(ask(path))))
        except OSError as error:
            if error.errno not in (2, 13, 22, 61, 95, 20):
                learnt.append((path, str(error)))
for path in (want["root"], want["others"], "/etc", "/home"):
    for name in ("..", "../..", "neighbour", "passwd"):
        if os.access(os.path.join(path, name), os.F_OK):
            learnt.append((path, name))
learnt = [
    found
    for found in learnt
    if found[0] not in ("/etc", "/home") or found[1] not in ("..", "../..")
]
print("learnt", learnt)


def double(x):
    return 2 * x


def total(x):
    return x.sum()
