"""131. A property that does not end.

expect: double passed, counter timed_out
question: classes
"""


def double(x):
    return 2 * x


class Counter:
    def __init__(self, start):
        self.sum = start

    def add(self, x):
        self.sum = self.sum + x
        return self.sum

    @property
    def total(self):
        while True:
            pass
