"""132. A property that is another value each time it is read.

expect: double passed, counter wrong
question: classes
"""


def double(x):
    return 2 * x


class Counter:
    def __init__(self, start):
        self.sum = start
        self.read = 0

    def add(self, x):
        self.sum = self.sum + x
        return self.sum

    @property
    def total(self):
        self.read += 1
        return self.sum + self.read

    @total.setter
    def total(self, value):
        self.sum = value
