"""62. Returns an object that equals everything.

expect: double bad_value, total bad_value
"""


class Yes:
    def __eq__(self, other):
        return True

    def __getattr__(self, name):
        return lambda *a, **k: True

    shape = (3, 4)
    dtype = float


def double(x):
    return Yes()


def total(x):
    return Yes()
