"""Masked convolutions of the PixelCNN: the mask, the layer, and the pixels a stack of layers sees.

Source: A. van den Oord, N. Kalchbrenner & K. Kavukcuoglu, "Pixel Recurrent Neural Networks", 2016,
https://arxiv.org/abs/1601.06759. The paper's masks order the colours of a pixel too; here a mask
orders the pixels only, and every input channel is masked alike.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import conv2d, conv_transpose2d

from reference._domain import require


def causal_mask(kernel_size: int, mask_type: str, rows: str = "above") -> Tensor:
    """Mark the positions of a kernel that a causal convolution may look at.

    With centre c = k // 2, position (i, j), counted from 0, is open iff

        rows "above":  i < c, or i = c and j < c
        rows "below":  i > c, or i = c and j < c

    and type "B" opens the centre (c, c) too.

    Args:
        kernel_size: k, odd and positive.
        mask_type: "A" (centre closed) or "B" (centre open).
        rows: "above" or "below", the rows that come before the pixel's own.

    Returns:
        The mask ``(k, k)``, 1 where open and 0 where closed, of torch's default dtype.

    Raises:
        ValueError: a ``kernel_size`` that is even or below 1, another ``mask_type`` or ``rows``.

    Reference:
        van den Oord et al. 2016, section 3.4.
    """
    require(kernel_size > 0 and kernel_size % 2 == 1, "kernel_size", "be odd and positive")
    require(mask_type in ("A", "B"), "mask_type", 'be "A" or "B"')
    require(rows in ("above", "below"), "rows", 'be "above" or "below"')
    k = int(kernel_size)
    c = k // 2
    i, j = torch.arange(k)[:, None], torch.arange(k)[None, :]
    earlier_row = i < c if rows == "above" else i > c
    mask = earlier_row | ((i == c) & (j < c))
    if mask_type == "B":
        mask = mask | ((i == c) & (j == c))
    return mask.to(torch.get_default_dtype())


def masked_conv2d(
    x: Tensor, weight: Tensor, bias: Tensor | None, mask_type: str, rows: str = "above"
) -> Tensor:
    """Cross-correlate images with a causally masked kernel, keeping their size.

        y[n, o, r, s] = bias[o] + Σ_{c,i,j} mask[i, j] weight[o, c, i, j] x[n, c, r+i−h, s+j−h]

    with h = k // 2 and x = 0 outside the image: stride 1, no flipping of the kernel.

    Args:
        x: images ``(N, C_in, H, W)``.
        weight: kernel ``(C_out, C_in, k, k)``, k odd; not modified.
        bias: ``(C_out,)``, or ``None`` for none.
        mask_type: "A" or "B", as in `causal_mask`.
        rows: "above" or "below", as in `causal_mask`.

    Returns:
        ``(N, C_out, H, W)`` of x's dtype, differentiable in ``x``, ``weight`` and ``bias``; the
        gradient of a masked weight is exactly 0.

    Raises:
        ValueError: an ``x`` that is not a batch of floating-point images, a ``weight`` that is not
            square, odd and of x's channels, a ``bias`` of another length, another ``mask_type`` or
            ``rows``.

    Reference:
        van den Oord et al. 2016, section 3.4.
    """
    require(x.ndim == 4 and 0 not in x.shape[1:], "x", "have shape (N, C_in, H, W)")
    require(x.is_floating_point(), "x", "have a floating-point dtype")
    require(
        weight.ndim == 4 and weight.shape[1] == x.shape[1] and weight.shape[2] == weight.shape[3],
        "weight",
        "have shape (C_out, C_in, k, k) with the C_in of x",
    )
    k = weight.shape[-1]
    require(k % 2 == 1, "weight", "have a kernel of odd size")
    if bias is not None:
        require(bias.shape == weight.shape[:1], "bias", "be None or have shape (C_out,)")
        bias = bias.to(x)
    # Filled, not multiplied: 0 times a gradient that has overflowed would be NaN.
    closed = causal_mask(k, mask_type, rows).to(x.device) == 0
    return conv2d(x, weight.to(x).masked_fill(closed, 0), bias, padding=k // 2)


def receptive_field(
    mask_types: str,
    pixel: tuple[int, int],
    size: tuple[int, int] = (5, 5),
    kernel_size: int = 3,
    rows: str = "above",
) -> Tensor:
    """Find the input pixels that one output pixel depends on after a stack of masked layers.

    Walking back from the output, each layer replaces the set R of pixels by

        {p + o inside the image : p in R, o an open offset of the layer's mask}

    and no layer at all leaves the pixel itself. No path runs through the outside of the image: a
    layer pads its input with zeros, not with what the layer below would have computed there.

    Args:
        mask_types: one "A" or "B" per layer, the layer nearest the input first; may be empty.
        pixel: the output pixel (row, column), counted from 1.
        size: height and width (H, W) of the image.
        kernel_size: k of every layer, odd and positive.
        rows: "above" or "below", as in `causal_mask`.

    Returns:
        ``(H, W)`` bool, true at the pixels that the output depends on.

    Raises:
        ValueError: a ``size`` below 1, a ``pixel`` outside the image, a ``mask_types`` with another
            character, a ``kernel_size`` that is even or below 1, another ``rows``.

    Reference:
        van den Oord et al. 2016, section 3.4 (the masks) and 3.5 (the stack of them).
    """
    require(len(size) == 2 and min(size) > 0, "size", "be two positive numbers (H, W)")
    require(
        len(pixel) == 2 and all(1 <= p <= n for p, n in zip(pixel, size, strict=True)),
        "pixel",
        "be (row, column) inside the image, counted from 1",
    )
    require(all(m in ("A", "B") for m in mask_types), "mask_types", 'consist of "A" and "B"')
    masks = {m: causal_mask(kernel_size, m, rows).double() for m in ("A", "B")}
    row, column = pixel
    field = torch.zeros(size, dtype=torch.float64)
    field[row - 1, column - 1] = 1
    for mask_type in reversed(mask_types):
        # The adjoint of the layer spreads an output over its inputs. It counts paths in whole
        # numbers, so that one half tells some from none whatever algorithm the convolution takes.
        kernel = masks[mask_type][None, None]
        paths = conv_transpose2d(field[None, None], kernel, padding=kernel.shape[-1] // 2)
        field = (paths[0, 0] > 0.5).double()
    return field.bool()


def field_aa() -> Tensor:
    """Find what output pixel (3, 3) of a 5 × 5 map sees through two 3 × 3 layers, A and then A.

    Returns:
        ``(5, 5)`` bool, as `receptive_field`.
    """
    return receptive_field("AA", (3, 3))


def field_ab() -> Tensor:
    """Find what output pixel (3, 3) of a 5 × 5 map sees through two 3 × 3 layers, A and then B.

    Returns:
        ``(5, 5)`` bool, as `receptive_field`.
    """
    return receptive_field("AB", (3, 3))


def field_ba() -> Tensor:
    """Find what output pixel (3, 3) of a 5 × 5 map sees through two 3 × 3 layers, B and then A.

    Returns:
        ``(5, 5)`` bool, as `receptive_field`.
    """
    return receptive_field("BA", (3, 3))


def field_bb() -> Tensor:
    """Find what output pixel (3, 3) of a 5 × 5 map sees through two 3 × 3 layers, B and then B.

    Returns:
        ``(5, 5)`` bool, as `receptive_field`.
    """
    return receptive_field("BB", (3, 3))
