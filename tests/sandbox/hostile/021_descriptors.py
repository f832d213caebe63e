"""21. Opens files until there are no descriptors left.

expect: double passed, total raised
"""

held = []


def double(x):
    return 2 * x


def total(x):
    for _ in range(10_000):
        held.append(open("/dev/null"))
    return x.sum()
