"""47. Reads environment, memory, command line and descriptors of every process it can name.

expect: double passed, total passed
learns: nothing
"""

import json
import os
import pathlib
import re

want = json.loads(pathlib.Path("targets.json").read_text())
prefix = want["prefix"].encode()
pids = {str(os.getppid()), *(str(os.getpid() - n) for n in range(1, 60))}
try:
    pids |= {name for name in os.listdir("/proc") if name.isdigit()}
except OSError:
    pass
pids.discard(str(os.getpid()))
for pid in pids:
    for name in ("environ", "cmdline", "maps", "stack", "auxv"):
        try:
            content = pathlib.Path("/proc", pid, name).read_bytes()
        except OSError:
            continue
        if name == "environ" and content:
            print("environment of", pid, content[:2000])
        if prefix in content:
            print("found in", pid, name, content[content.find(prefix) :][:60])
    try:
        for link in os.listdir(f"/proc/{pid}/fd"):
            print(pid, os.readlink(f"/proc/{pid}/fd/{link}"))
    except OSError:
        pass
    try:
        with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
            for line in pathlib.Path("/proc", pid, "maps").read_text().splitlines():
                low, high = (int(end, 16) for end in line.split()[0].split("-"))
                memory.seek(low)
                for match in re.finditer(prefix + b"[0-9a-f]{32}", memory.read(high - low)):
                    print("found in the memory of", pid, match[0])
    except (OSError, ValueError, OverflowError):
        pass


def double(x):
    return 2 * x


def total(x):
    return x.sum()
