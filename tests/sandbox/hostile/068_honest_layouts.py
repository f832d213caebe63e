"""68. Returns right values in every layout: views, 0-d, with a gradient, conjugate and negated.

expect: double passed, total passed
"""

import torch


def double(x):
    if x.ndim == 1:
        return torch.as_tensor(2 * x).requires_grad_()
    wide = torch.zeros(x.shape[1], 2 * x.shape[0], dtype=x.dtype)
    wide[:, ::2] = 2 * x.T
    return wide[:, ::2].T


def total(x):
    return torch.complex(torch.zeros_like(x.sum()), -x.sum()).conj().imag
