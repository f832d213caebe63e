"""Masked convolutions: the mask, the layer, and what a stack of layers sees."""


def causal_mask(kernel_size, mask_type, rows="above"):
    """Return the mask of a causal convolution.

    Args:
        kernel_size: k, an odd integer.
        mask_type: "A" (centre closed) or "B" (centre open).
        rows: "above" or "below", the rows that come before a pixel's own.

    Returns:
        A tensor (k, k) of zeros and ones.
    """
    raise NotImplementedError


def masked_conv2d(x, weight, bias, mask_type, rows="above"):
    """Convolve images with a masked kernel, keeping their size.

    Args:
        x: images, a tensor (N, C_in, H, W).
        weight: the kernel before masking, a tensor (C_out, C_in, k, k).
        bias: a tensor (C_out,), or None.
        mask_type: "A" or "B".
        rows: "above" or "below".

    Returns:
        A tensor (N, C_out, H, W). Differentiable in x, weight and bias.
    """
    raise NotImplementedError


def receptive_field(mask_types, pixel, size=(5, 5), kernel_size=3, rows="above"):
    """Mark the input pixels that an output pixel of stacked masked convolutions depends on.

    Args:
        mask_types: one character a layer, first layer first, such as "AB".
        pixel: (row, column) of the output pixel, counted from 1.
        size: (H, W) of the image.
        kernel_size: k, the same for all layers.
        rows: "above" or "below".

    Returns:
        A boolean tensor or array (H, W).
    """
    raise NotImplementedError


def field_aa():
    """Give the receptive field of output pixel 33 under mask A, then mask A.

    Returns:
        The map (5, 5) of 0 and 1, or a list of the numbers of its pixels.
    """
    raise NotImplementedError


def field_ab():
    """Give the receptive field of output pixel 33 under mask A, then mask B.

    Returns:
        The map (5, 5) of 0 and 1, or a list of the numbers of its pixels.
    """
    raise NotImplementedError


def field_ba():
    """Give the receptive field of output pixel 33 under mask B, then mask A.

    Returns:
        The map (5, 5) of 0 and 1, or a list of the numbers of its pixels.
    """
    raise NotImplementedError


def field_bb():
    """Give the receptive field of output pixel 33 under mask B, then mask B.

    Returns:
        The map (5, 5) of 0 and 1, or a list of the numbers of its pixels.
    """
    raise NotImplementedError
