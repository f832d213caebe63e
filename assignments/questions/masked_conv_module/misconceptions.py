"""Wrong masked convolutions."""

import torch

from autograder.testing import misconception
from reference import masked_conv_module as reference

Right = reference.MaskedConv2d

BOTH = ("mask: both types and three sizes", "layer: outputs")


def changed(change):
    """The layer with another mask."""

    class MaskedConv2d(Right):
        def __init__(self, in_channels, out_channels, kernel_size, mask_type, **kwargs):
            super().__init__(in_channels, out_channels, kernel_size, mask_type, **kwargs)
            self.mask = change(self.mask, kernel_size, mask_type)

    return {"MaskedConv2d": MaskedConv2d}


@misconception(
    "The mask is built and never used: the kernel is multiplied by it.",
    caught_by=("layer: outputs",),
)
def not_applied():
    class MaskedConv2d(Right):
        def forward(self, x):
            return self._conv_forward(x, self.weight, self.bias)

    return {"MaskedConv2d": MaskedConv2d}


@misconception(
    "The mask belongs into the buffer `mask`, filled in.",
    caught_by=BOTH,
)
def never_stored():
    return changed(lambda mask, k, kind: torch.ones_like(mask))


@misconception("Only type B opens the centre.", caught_by=BOTH)
def types_exchanged():
    def other(mask, k, kind):
        mask = mask.clone()
        mask[:, :, k // 2, k // 2] = 1.0 if kind == "A" else 0.0
        return mask

    return changed(other)


@misconception("Of the centre's own row, what is left of it is open too.", caught_by=BOTH)
def rows_above_only():
    def other(mask, k, kind):
        mask = mask.clone()
        mask[:, :, k // 2, : k // 2] = 0.0
        return mask

    return changed(other)


@misconception("The rows above are open, whole, not only left of the centre.", caught_by=BOTH)
def left_only():
    def other(mask, k, kind):
        mask = mask.clone()
        mask[:, :, : k // 2, k // 2 + 1 :] = 0.0
        return mask

    return changed(other)


@misconception("The rows above are open, not those below.", caught_by=BOTH)
def turned():
    return changed(lambda mask, k, kind: mask.flip(2, 3))


@misconception(
    "The arguments beyond the mask's type are the convolution's.",
    caught_by=("layer: further arguments",),
)
def only_padding():
    class MaskedConv2d(Right):
        def __init__(self, in_channels, out_channels, kernel_size, mask_type, **kwargs):
            kept = {key: kwargs[key] for key in ("padding", "bias") if key in kwargs}
            super().__init__(in_channels, out_channels, kernel_size, mask_type, **kept)

    return {"MaskedConv2d": MaskedConv2d}


@misconception(
    "The mask is applied at each call: training changes the kernel.",
    caught_by=("layer: after a step of training", "layer: outputs"),
)
def applied_once():
    class MaskedConv2d(Right):
        def __init__(self, in_channels, out_channels, kernel_size, mask_type, **kwargs):
            super().__init__(in_channels, out_channels, kernel_size, mask_type, **kwargs)
            self.weight.data *= self.mask

        def forward(self, x):
            return self._conv_forward(x, self.weight, self.bias)

    return {"MaskedConv2d": MaskedConv2d}
