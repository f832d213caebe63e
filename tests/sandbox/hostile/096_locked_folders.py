"""96. Folders that their owner may not list, enter or empty.

expect: double passed, total passed
"""

import os

for mode in (0o000, 0o300, 0o500, 0o100):
    os.mkdir(f"locked-{mode:o}", mode)
for mode in (0o300, 0o700):
    outer = f"outer-{mode:o}"
    os.mkdir(outer, mode)
    open(f"{outer}/file", "w").close()
    os.mkdir(f"{outer}/inner", 0o000)


def double(x):
    return 2 * x


def total(x):
    return x.sum()
