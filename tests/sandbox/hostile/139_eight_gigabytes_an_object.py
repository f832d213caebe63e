"""139. Objects of eight gigabytes each.

expect: double passed, counter out_of_memory
question: classes
"""


def double(x):
    return 2 * x


class Counter:
    def __init__(self, start):
        self.total = start
        self.ballast = bytearray(8 << 30)

    def add(self, x):
        self.total = self.total + x
        return self.total
