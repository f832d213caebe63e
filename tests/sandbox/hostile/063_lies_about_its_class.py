"""63. Returns objects that claim to be tensors and arrays, and convert to whatever is asked.

expect: double bad_value, total bad_value
"""

import numpy as np
import torch


class Liar:
    @property
    def __class__(self):
        return torch.Tensor

    def __array__(self, *args, **kwargs):
        return np.zeros(3)


class Array:
    __array_interface__ = {"shape": (1,), "typestr": "<f8", "data": (0, False), "version": 3}


def double(x):
    return Liar()


def total(x):
    return Array()
