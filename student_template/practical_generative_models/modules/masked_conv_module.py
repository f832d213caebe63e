"""A masked convolution as a torch module."""

from torch import nn


class MaskedConv2d(nn.Conv2d):
    """A convolution whose kernel sees the rows above its centre, and what is left of it."""

    def __init__(self, in_channels, out_channels, kernel_size, mask_type, **kwargs):
        """Build the mask and keep it as the buffer `mask`.

        Args:
            in_channels: channels of the input.
            out_channels: channels of the output.
            kernel_size: k, odd.
            mask_type: "A" (0 at the centre) or "B" (1 at the centre).
            **kwargs: as nn.Conv2d takes them.
        """
        raise NotImplementedError

    def forward(self, x):
        """The convolution of images x (B, in_channels, H, W) with the masked kernel."""
        raise NotImplementedError
