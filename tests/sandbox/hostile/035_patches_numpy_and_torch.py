"""35. Makes every comparison of numpy and torch true.

expect: double passed, total wrong
"""

import builtins

import numpy as np
import torch


def double(x):
    return 2 * x


def total(x):
    np.testing.assert_allclose = np.testing.assert_array_equal = lambda *a, **k: None
    np.allclose = np.array_equal = torch.allclose = torch.equal = lambda *a, **k: True
    torch.testing.assert_close = lambda *a, **k: None
    np.abs = np.absolute = lambda x, *a, **k: np.zeros_like(x)
    builtins.all = lambda *a: True
    torch.Tensor.__eq__ = lambda *a: True
    return torch.tensor(1e6)
