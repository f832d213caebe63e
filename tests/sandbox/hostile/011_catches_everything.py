"""11. Catches every exception and goes on.

expect: double passed, total timed_out
"""


def double(x):
    return 2 * x


def total(x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue
