"""95. Folders inside folders, deeper than a path can be long and than a recursion can go.

expect: double passed|crashed|missing, total passed|crashed|missing
"""

import os

home = os.getcwd()
for _ in range(3_000):
    os.mkdir("d")
    os.chdir("d")
os.chdir(home)


def double(x):
    return 2 * x


def total(x):
    return x.sum()
