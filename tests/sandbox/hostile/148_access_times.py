"""148. Leaves a message for the next submission in the access times of files that everybody reads.

expect: double passed, total passed
private: changed 0
"""

import os
import sysconfig

changed = 0
for folder in (
    sysconfig.get_paths()["stdlib"],
    sysconfig.get_paths()["purelib"],
    "/usr/share/zoneinfo",
):
    for place, _, names in os.walk(folder):
        for name in names[:20]:
            path = os.path.join(place, name)
            try:
                before = os.stat(path).st_atime_ns
                with open(path, "rb") as file:
                    file.read(1)
                changed += os.stat(path).st_atime_ns != before
            except OSError:
                pass
        if place.count(os.sep) > folder.count(os.sep) + 1:
            break
print("changed", changed)


def double(x):
    return 2 * x


def total(x):
    return x.sum()
