"""114. Returns as much as an answer may hold, in every call.

expect: double wrong|timed_out|out_of_memory|bad_value|raised, total wrong|timed_out|out_of_memory|bad_value
"""

import numpy as np

much = np.zeros((8, 1 << 20))


def double(x):
    return [much]


def total(x):
    return np.zeros((28, 1 << 20))
