"""60. Raises with a text of fifty megabytes, from a line of a megabyte, out of a deep recursion.

expect: double raised, total raised
"""


class Named(Exception):
    pass


Named.__name__ = Named.__qualname__ = "N" * 1_000_000


def double(x):
    exec(compile("raise Named('y' * 10_000_000)", "a" * 100_000, "exec"), {"Named": Named})


def total(x, depth=0):
    if depth < 900:
        return total(x, depth + 1)
    raise ValueError("x" * 50_000_000)
