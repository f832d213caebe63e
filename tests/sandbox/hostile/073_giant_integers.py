"""73. Returns integers of a million digits.

expect: double wrong|bad_value, total bad_value
"""


def double(x):
    return [1 << 20_000, -(1 << 4_000_000)]


def total(x):
    return 1 << 4_000_000
