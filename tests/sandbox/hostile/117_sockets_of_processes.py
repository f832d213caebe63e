"""117. Where processes are permitted: sockets by path, and files that outlive it in shared memory.

permits: processes = true
expect: double passed, total passed
prints: reached []
landlock: shared []
"""

import json
import os
import pathlib
import socket
import subprocess

want = json.loads(pathlib.Path("targets.json").read_text())
reached, shared = [], []


def attempt(name, action, found=reached):
    try:
        action()
    except OSError:
        return
    found.append(name)


def connect(path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.connect(path)


def leave():
    path = f"/dev/shm/{want['mark']}"
    with open(path, "wb") as file:
        file.write(bytes(1 << 20))


for path in (want["socket"], "/run/docker.sock", "/run/systemd/private", "/run/user/1000/bus"):
    attempt(path, lambda: connect(path))
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_PACKET):
    attempt(family, lambda: socket.socket(family, socket.SOCK_DGRAM).close())
attempt("shared memory", leave, shared)
attempt("a list of shared memory", lambda: os.listdir("/dev/shm"), shared)
for name in ("hidden", "reference"):
    read = subprocess.run(["/bin/cat", want[name]], capture_output=True)
    if not read.returncode:
        reached.append(name)
print("reached", reached)
print("shared", shared)


def double(x):
    return 2 * x


def total(x):
    return x.sum()
