"""66. Returns tensors without data, or with data of another layout.

expect: double bad_value, total bad_value
"""

import torch


def double(x):
    return (2 * x).to_sparse()


def total(x):
    return torch.empty((), device="meta")
