"""14. Makes an array of eight gigabytes, in torch and in numpy.

expect: double out_of_memory, total out_of_memory
"""

import numpy as np
import torch


def double(x):
    return torch.ones(1 << 31)


def total(x):
    return np.ones(1 << 30).sum()
