"""133. An object that runs code wherever it would be pickled, copied, shown or turned into data.

expect: double passed, counter raised|wrong|bad_value
question: classes
"""

import os


def double(x):
    return 2 * x


def _run(*arguments, **keywords):
    os._exit(3)


class Counter:
    __reduce__ = __reduce_ex__ = __getstate__ = __copy__ = __deepcopy__ = _run
    __array__ = __array_interface__ = __torch_function__ = __iter__ = __len__ = __float__ = _run
    __repr__ = __str__ = __format__ = __bool__ = __index__ = _run

    def __init__(self, start):
        pass

    def add(self, x):
        return self

    @property
    def total(self):
        return self
