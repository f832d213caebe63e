"""A layer with given weights: its mask, its output, its gradients, and what is left after a step."""

import torch


def _made(cls, weight, bias, mask_type, more):
    layer = cls(weight.shape[1], weight.shape[0], weight.shape[2], mask_type, **more)
    with torch.no_grad():
        layer.weight.copy_(weight)
        if bias is not None:
            layer.bias.copy_(bias)
    return layer


def mask(cls, inputs, outputs, size, mask_type):
    """The buffer of a new layer."""
    return dict(cls(inputs, outputs, size, mask_type).named_buffers())["mask"]


def output(cls, x, weight, bias, mask_type, more):
    """The layer's output."""
    layer = _made(cls, weight, bias, mask_type, more)
    return layer(x.to(layer.weight.dtype))
