"""138. Attributes that cannot be set: the first one hangs.

expect: double passed, counter timed_out|passed
question: classes
"""

import time


def double(x):
    return 2 * x


class Counter:
    def __init__(self, start):
        self.__dict__["total"] = start

    def add(self, x):
        self.__dict__["total"] = self.total + x
        return self.total

    def __setattr__(self, name, value):
        time.sleep(1000)
