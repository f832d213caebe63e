"""69. Hides bits in the payloads of NaNs and in the sign of zero.

expect: double wrong, total wrong
unseen: 7ff8dead
"""

import struct

import torch


def double(x):
    return -0.0 * x


def total(x):
    (value,) = struct.unpack("<d", struct.pack("<Q", 0x7FF8DEADBEEF0001))
    return torch.tensor(value, dtype=torch.float64).to(x.dtype)
