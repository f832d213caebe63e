"""142. Raises SystemExit and KeyboardInterrupt from every attribute.

expect: double passed, counter raised
question: classes
"""


def double(x):
    return 2 * x


class Counter:
    def __init__(self, start):
        pass

    def __getattribute__(self, name):
        raise SystemExit(0) if name == "add" else KeyboardInterrupt
