"""124. Asks not to end with its cage, to be hidden from it, to adopt orphans, and for older system calls.

expect: double passed, total passed
prints: granted []
landlock: scores []
"""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
granted = [
    option
    for option, argument in (
        (1, 0),
        (4, 0),
        (36, 1),
        (35, 1),
        (7, 1),
        (8, 1),
        (22, 2),
        (47, 4),
        (0x59616D61, 1),
    )
    if libc.prctl(option, argument, 0, 0, 0) == 0
]
for name, arguments in {
    "setsid": (),
    "setpgid": (0, 0),
    "unshare": (0x10000000,),
    "personality": (0x0040000,),
    "setns": (0, 0),
    "modify_ldt": (1, 0, 0),
    "fspick": (-100, b"/", 0),
    "open_tree": (-100, b"/", 1),
}.items():
    call = getattr(libc, name, None)
    if call is not None and call(*arguments) >= 0:
        granted.append(name)
for number in (
    155,
    165,
    166,
    428,
    429,
    430,
    432,
    433,
    442,
    467,
):  # mounts, of which libc may have no name
    if libc.syscall(number, 0, 0, 0, 0, 0) >= 0:
        granted.append(number)
print("granted", granted)
scores = []
for score in ("0", "-1000"):
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write(score)
        scores.append(score)
    except OSError:
        pass
print("scores", scores)


def double(x):
    return 2 * x


def total(x):
    return x.sum()
