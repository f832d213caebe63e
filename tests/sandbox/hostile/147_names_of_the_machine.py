"""147. Looks for what tells the machine and its owner: its name, the home folder, the temporary folder, the devices.

expect: double passed, total passed
private: found []
"""

import os

found = []
for path in (
    *(
        "/home",
        "/root/.bashrc",
        "/root/.ssh",
        "/root/.bash_history",
        "/mnt",
        "/media",
        "/opt/x",
        "/srv",
    ),
    *("/var", "/run", "/boot", "/etc/shadow", "/etc/ssh", "/dev/tty", "/dev/pts", "/dev/mem"),
    *("/dev/fuse", "/dev/kvm", "/sys/kernel", "/sys/fs/cgroup", "/autograder", "/.dockerenv"),
):
    if os.path.lexists(path):
        found.append(path)
if os.uname().nodename != "grader":
    found.append(os.uname().nodename)
print("found", found)


def double(x):
    return 2 * x


def total(x):
    return x.sum()
