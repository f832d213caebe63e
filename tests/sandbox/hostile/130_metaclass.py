"""130. A metaclass that makes no object, is every class, and calls itself what it likes.

expect: double passed, counter raised|wrong|bad_value
question: classes
"""


def double(x):
    return 2 * x


class Every(type):
    def __call__(cls, *arguments):
        return cls

    def __instancecheck__(cls, other):
        return True

    def __subclasscheck__(cls, other):
        return True

    def __getattr__(cls, name):
        return lambda *arguments: cls

    @property
    def __name__(cls):
        raise SystemExit("no name")


class Counter(metaclass=Every):
    pass
