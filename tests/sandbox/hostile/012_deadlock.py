"""12. Two threads wait for each other.

expect: double passed, total timed_out
"""

import threading


def double(x):
    return 2 * x


def total(x):
    first, second = threading.Lock(), threading.Lock()
    meet = threading.Barrier(2)

    def take(one, other):
        with one:
            meet.wait()
            with other:
                pass

    thread = threading.Thread(target=take, args=(second, first))
    thread.start()
    take(first, second)
