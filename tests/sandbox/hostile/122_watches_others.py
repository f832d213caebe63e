"""122. Watches folders for what others do in them, and asks the kernel about others' processes and sockets.

expect: double passed, total passed
prints: learnt []
landlock: listed []
"""

import ctypes
import json
import os
import pathlib

want = json.loads(pathlib.Path("targets.json").read_text())
libc = ctypes.CDLL(None, use_errno=True)
learnt = []
for name, make in (
    ("inotify", lambda: libc.inotify_init()),
    ("inotify", lambda: libc.inotify_init1(0)),
    ("fanotify", lambda: libc.fanotify_init(0, 0)),
    ("pidfd", lambda: libc.syscall(434, os.getppid(), 0)),
    ("kcmp", lambda: libc.syscall(312, os.getpid(), os.getppid(), 0, 0, 0)),
    ("perf", lambda: libc.syscall(298, ctypes.create_string_buffer(b"\0" * 128), 0, -1, -1, 0)),
):
    if make() >= 0:
        learnt.append(name)
print("learnt", learnt)
listed = []
for folder in (want["others"], want["root"], want["results"]):
    try:
        listed += os.listdir(folder)
    except OSError:
        pass
for path in (
    f"/proc/{os.getppid()}/cmdline",
    f"/proc/{os.getppid()}/environ",
    "/proc/net/unix",
    "/proc/1/maps",
):
    try:
        listed.append(pathlib.Path(path).read_bytes()[:0] + path.encode())
    except OSError:
        pass
print("listed", listed)


def double(x):
    return 2 * x


def total(x):
    return x.sum()
