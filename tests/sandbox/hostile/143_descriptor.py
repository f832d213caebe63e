"""143. A descriptor that answers by who asks, and gives the worker's own frames away.

expect: double passed, counter wrong|bad_value|raised
question: classes
"""

import sys


def double(x):
    return 2 * x


class Seen:
    def __get__(self, instance, owner):
        frame = sys._getframe(1)
        found = {}
        while frame is not None:
            found |= {name: str(value)[:200] for name, value in frame.f_locals.items()}
            frame = frame.f_back
        return found

    def __set__(self, instance, value):
        pass


class Counter:
    total = Seen()

    def __init__(self, start):
        self.sum = start

    def add(self, x):
        self.sum = self.sum + x
        return self.sum
