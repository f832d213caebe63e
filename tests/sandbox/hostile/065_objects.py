"""65. Returns objects: an array of them, a generator, a function, a module.

expect: double bad_value, total bad_value
"""

import numpy as np


def double(x):
    return np.array([object(), 2 * x], dtype=object) if x.ndim > 1 else np


def total(x):
    return (value for value in x)
