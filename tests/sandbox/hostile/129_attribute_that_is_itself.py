"""129. An object whose every attribute is the object, which claims to equal everything.

expect: double passed, counter wrong|bad_value
question: classes
"""


def double(x):
    return 2 * x


class Counter:
    def __init__(self, start):
        pass

    def __getattr__(self, name):
        return self

    def __call__(self, *arguments):
        return self

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0

    def __array__(self, *arguments, **keywords):
        raise SystemExit
