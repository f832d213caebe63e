"""A masked convolution whose mask is made in numpy, and whose kernel is masked in the module's own forward."""

import numpy as np
import torch
from torch import nn


class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, kernel_size, mask_type, **kwargs):
        nn.Conv2d.__init__(self, in_channels, out_channels, kernel_size, **kwargs)
        assert mask_type in {"A", "B"}, "unknown mask type"
        self.mask_type = mask_type
        height, width = self.kernel_size
        mask = np.ones(self.weight.shape, dtype=np.float32)
        mask[:, :, height // 2 + 1 :, :] = 0
        mask[:, :, height // 2, width // 2 + 1 :] = 0
        if self.mask_type == "A":
            mask[:, :, height // 2, width // 2] = 0
        self.register_buffer("mask", torch.from_numpy(mask))

    def forward(self, x):
        with torch.no_grad():
            self.weight.mul_(self.mask)
        return super().forward(x)
