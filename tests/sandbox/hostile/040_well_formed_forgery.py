"""40. Sends a well-formed answer that claims to have passed.

Without the nonce of the call it is no answer to it.

expect: double passed, total bad_value
"""

import os

from autograder import wire


def double(x):
    return 2 * x


def total(x):
    os.write(3, wire.frame(wire.answer(bytes(16), "value", wire.encode(x.sum()))))
    return x.sum()
