"""67. Returns a view that looks like two gigabytes, and one that looks like petabytes.

expect: double bad_value, total bad_value
"""

import numpy as np
import torch


def double(x):
    return np.broadcast_to(np.zeros(1), (1 << 20, 1 << 20, 1 << 10))


def total(x):
    return torch.zeros(1).expand(1 << 29)
