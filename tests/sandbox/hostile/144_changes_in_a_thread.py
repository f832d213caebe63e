"""144. A thread that changes the object between the calls.

expect: double passed, counter wrong|passed
question: classes
"""

import threading
import time


def double(x):
    return 2 * x


class Counter:
    def __init__(self, start):
        self.total = start
        threading.Thread(target=self._drift, daemon=True).start()

    def _drift(self):
        while True:
            self.total = self.total + 1
            time.sleep(0.001)

    def add(self, x):
        self.total = self.total + x
        return self.total
