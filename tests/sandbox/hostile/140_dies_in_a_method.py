"""140. A method that ends the process the first time; whoever is asked again has forgotten that.

expect: double passed, counter crashed
question: classes
"""

import os
import signal


def double(x):
    return 2 * x


class Counter:
    def __init__(self, start):
        self.total = start

    def add(self, x):
        os.kill(os.getpid(), signal.SIGKILL)
