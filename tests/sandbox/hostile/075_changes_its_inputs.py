"""75. Changes its inputs where they lie: only its own copies change.

expect: double passed, total wrong
"""


def double(x):
    return x.mul_(2)


def total(x):
    x.zero_()
    return x.sum()
