"""70. Returns a list that holds itself, and one of a million items.

expect: double bad_value, total bad_value
"""


def double(x):
    value = [2 * x]
    value.append(value)
    return value


def total(x):
    return [0.0] * 1_000_000
