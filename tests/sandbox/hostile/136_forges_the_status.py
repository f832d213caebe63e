"""136. Makes the worker say that all was done, or that an attribute is held.

expect: double passed|bad_value, counter bad_value
question: classes
"""

from autograder import wire


def double(x):
    return 2 * x


_answer = wire.answer


class Counter:
    def __init__(self, start):
        self.total = start

    def add(self, x):
        wire.answer = lambda nonce, status, data: _answer(
            nonce, "held", wire.encode("a value of type x")
        )
        return self.total
