"""46. Reads the reference: straight, by links, through /proc, by import, by walking the disk.

expect: double passed, total passed
learns: nothing
"""

import importlib
import json
import os
import pathlib
import sys
import time

want = json.loads(pathlib.Path("targets.json").read_text())
seen = []


def look(path):
    try:
        with open(path, "rb") as file:
            content = file.read(1 << 20)
    except OSError:
        return
    at = content.find(want["prefix"].encode())
    if at >= 0 and "targets.json" not in str(path):
        seen.append((str(path), content[at : at + 60]))


for secret in (want["reference"], want["hidden"]):
    look(secret)
    for make in (os.symlink, os.link):
        try:
            make(secret, "link")
            look("link")
        except OSError:
            pass
        finally:
            pathlib.Path("link").unlink(missing_ok=True)
    for root in (
        "/proc/self/root",
        "/proc/1/root",
        f"/proc/{os.getppid()}/root",
        "/proc/self/cwd/../..",
    ):
        look(root + secret)
sys.path.insert(0, want["root"])
for name in ("reference", "reference.toy"):
    try:
        print(vars(importlib.import_module(name)))
    except (ImportError, OSError):
        pass
end = time.monotonic() + 1  # of the three seconds that a cell has
for folder in (
    want["root"],
    "/tmp",
    "/var/tmp",
    "/home",
    "/root",
    "/autograder",
    "/dev/shm",
    "/run",
):
    for where, _, names in os.walk(folder):
        for name in names[:1000]:
            path = os.path.join(where, name)
            if time.monotonic() < end and os.path.isfile(path):  # a pipe would never open
                look(path)
        if time.monotonic() >= end:
            break
print(seen)


def double(x):
    return 2 * x


def total(x):
    return x.sum()
