"""A masked convolution by the functional interface, with loops over the kernel."""

import torch
from torch.nn import Conv2d
from torch.nn import functional as F


class MaskedConv2d(Conv2d):
    def __init__(self, in_channels, out_channels, kernel_size, mask_type, **kwargs):
        super().__init__(in_channels, out_channels, kernel_size, **kwargs)
        mask = torch.zeros(kernel_size, kernel_size)
        c = kernel_size // 2
        for i in range(kernel_size):
            for j in range(kernel_size):
                if i < c or (i == c and (j < c or (j == c and mask_type == "B"))):
                    mask[i, j] = 1
        self.register_buffer("mask", mask.repeat(out_channels, in_channels, 1, 1))

    def forward(self, x):
        kernel = self.weight * self.mask
        rest = (self.stride, self.padding, self.dilation, self.groups)
        return F.conv2d(x, kernel, self.bias, *rest)
