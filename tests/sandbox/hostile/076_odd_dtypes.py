"""76. Returns masked, structured and long arrays.

expect: double bad_value, total bad_value|wrong
"""

import numpy as np


def double(x):
    return np.zeros(3, dtype=[("a", float), ("b", int)])


def total(x):
    return (
        np.longdouble(x.sum().item())
        if x.ndim > 1
        else np.ma.masked_array([1.0, 2.0], [True, False])
    )
