"""135. Returns references: the number of another object, and a name.

expect: double passed, counter bad_value
question: classes
"""

from autograder import wire


def double(x):
    return 2 * x


class Counter:
    def __init__(self, start):
        self.sum = start

    def add(self, x):
        return wire.Object(0, "Counter")

    @property
    def total(self):
        return [wire.Name("double")]
