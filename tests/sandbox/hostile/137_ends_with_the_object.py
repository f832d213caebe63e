"""137. Ends the process when an object is dropped, at the next case.

expect: double passed, counter crashed|passed
question: classes
"""

import os


def double(x):
    return 2 * x


class Counter:
    def __init__(self, start):
        self.total = start

    def add(self, x):
        self.total = self.total + x
        return self.total

    def __del__(self):
        os._exit(0)
