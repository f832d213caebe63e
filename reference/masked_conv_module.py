"""A masked convolution as a torch module.

Source: A. van den Oord, N. Kalchbrenner & K. Kavukcuoglu, "Pixel Recurrent Neural Networks", 2016,
https://arxiv.org/abs/1601.06759, section 3.4.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn


class MaskedConv2d(nn.Conv2d):
    """A convolution whose kernel sees the rows above its centre, and what is left of it.

    Attributes:
        mask: 1 where the kernel is open, ``(out_channels, in_channels, k, k)``; a buffer.
    """

    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: int, mask_type: str, **kwargs: Any
    ) -> None:
        """Build the mask; type "B" opens the centre too."""
        super().__init__(in_channels, out_channels, kernel_size, **kwargs)
        k = kernel_size
        place = torch.arange(k * k).reshape(k, k)
        centre = (k * k) // 2
        mask = (place < centre) if mask_type == "A" else (place <= centre)
        self.mask: Tensor
        self.register_buffer("mask", mask.to(self.weight.dtype).expand_as(self.weight).clone())

    def forward(self, x: Tensor) -> Tensor:
        """The convolution with the masked kernel, as `nn.Conv2d` does it."""
        output: Tensor = self._conv_forward(x, self.weight * self.mask, self.bias)
        return output
