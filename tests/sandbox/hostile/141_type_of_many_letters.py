"""141. A type whose name is a megabyte of terminal controls.

expect: double passed, counter wrong|bad_value
question: classes
"""


def double(x):
    return 2 * x


Strange = type("\x1b[2J\x1b]0;gone\x07" + "x" * (1 << 20), (), {})


class Counter:
    def __init__(self, start):
        self.total = Strange()

    def add(self, x):
        return x + 1
