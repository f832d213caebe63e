"""118. Where processes are permitted: programs that have more rights, and children that take them.

permits: processes = true
expect: double passed, total passed
prints: gained []
landlock: opened []
"""

import ctypes
import os
import subprocess
import sys

CHILD = """
import ctypes, os
gained = []
libc = ctypes.CDLL(None)
if libc.prctl(39, 0, 0, 0, 0) != 1:
    gained.append("new privileges")
for change in (os.setuid, os.setgid, os.seteuid):
    for other in {0, 1, 1000, 65534} - {os.getuid(), os.getgid()}:
        try:
            change(other)
            gained.append(change.__name__)
        except OSError:
            pass
for name, call, arguments in (
    ("unshare", 272, (0x10000000,)),
    ("setns", 308, (0, 0)),
    ("ptrace", 101, (0, 0, 0, 0)),
    ("socket", 41, (1, 1, 0)),
    ("clone", 56, (0x10000000 | 17, 0, 0, 0, 0)),
):
    if libc.syscall(call, *arguments) >= 0:
        gained.append(name)
for private, path in (
    (True, os.path.expanduser("~root/.bashrc")),
    (True, "/proc/1/environ"),
    (False, "/etc/passwd"),
    (False, "/dev/shm"),
    (False, "/tmp"),
):
    try:
        os.close(os.open(path, os.O_RDONLY))
        gained.append(path if private else "opened" + path)
    except OSError:
        pass
print(*gained)
"""
gained = subprocess.run(
    [sys.executable, "-S", "-E", "-c", CHILD], capture_output=True, text=True, check=True
).stdout.split()
for program in ("/bin/su", "/usr/bin/sudo", "/usr/bin/pkexec"):
    try:
        told = subprocess.run(
            [program, "-c", "id"],
            capture_output=True,
            text=True,
            timeout=0.5,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        continue
    if not told.returncode or "uid=0" in told.stdout:
        gained.append(program)
print("gained", [name for name in gained if not name.startswith("opened")])
print("opened", [name for name in gained if name.startswith("opened")])


def double(x):
    return 2 * x


def total(x):
    return x.sum()
