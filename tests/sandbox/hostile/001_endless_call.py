"""1. Never ends in a call.

expect: double passed, total timed_out
"""


def double(x):
    return 2 * x


def total(x):
    while True:
        pass
