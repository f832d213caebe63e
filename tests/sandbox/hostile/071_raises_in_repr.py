"""71. Values and exceptions that raise whenever they are read.

expect: double bad_value, total raised
"""


class Touchy(Exception):
    def _raise(self, *arguments):
        raise SystemExit("touched")

    __repr__ = __str__ = __len__ = __iter__ = __eq__ = __hash__ = __float__ = __getattr__ = _raise
    __class__ = property(_raise)


def double(x):
    return Touchy()


def total(x):
    raise Touchy
