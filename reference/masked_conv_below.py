"""Receptive fields of two masked layers whose masks open below the pixel's own row.

Source: A. van den Oord, N. Kalchbrenner & K. Kavukcuoglu, "Pixel Recurrent Neural Networks", 2016,
https://arxiv.org/abs/1601.06759, section 3.4, with the rows in the opposite order.
"""

from __future__ import annotations

from torch import Tensor

from reference.masked_conv import receptive_field


def field_aa() -> Tensor:
    """Find what output pixel (3, 4) of a 5 × 5 map sees through two 3 × 3 layers, A and then A.

    Returns:
        ``(5, 5)`` bool, as `reference.masked_conv.receptive_field`.
    """
    return receptive_field("AA", (3, 4), rows="below")


def field_ab() -> Tensor:
    """Find what output pixel (3, 4) of a 5 × 5 map sees through two 3 × 3 layers, A and then B.

    Returns:
        ``(5, 5)`` bool, as `reference.masked_conv.receptive_field`.
    """
    return receptive_field("AB", (3, 4), rows="below")


def field_ba() -> Tensor:
    """Find what output pixel (3, 4) of a 5 × 5 map sees through two 3 × 3 layers, B and then A.

    Returns:
        ``(5, 5)`` bool, as `reference.masked_conv.receptive_field`.
    """
    return receptive_field("BA", (3, 4), rows="below")


def field_bb() -> Tensor:
    """Find what output pixel (3, 4) of a 5 × 5 map sees through two 3 × 3 layers, B and then B.

    Returns:
        ``(5, 5)`` bool, as `reference.masked_conv.receptive_field`.
    """
    return receptive_field("BB", (3, 4), rows="below")
