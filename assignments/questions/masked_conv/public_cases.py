"""Masked convolutions: small cases that can be checked by hand."""

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "masked_conv"


@test_case(name="causal_mask: 3 × 3, type A, rows above", points=1)
def mask_a_above(causal_mask):
    """Open: the row above the centre, and the left neighbour."""
    expected = torch.tensor([[1, 1, 1], [1, 0, 0], [0, 0, 0]])
    assert_close(causal_mask(3, "A"), expected, check_dtype=False, what="the mask")


@test_case(name="causal_mask: 3 × 3, type B, rows below", points=1)
def mask_b_below(causal_mask):
    """Open: the left neighbour, the centre itself, and the row below."""
    expected = torch.tensor([[0, 0, 0], [1, 1, 0], [1, 1, 1]])
    assert_close(causal_mask(3, "B", rows="below"), expected, check_dtype=False, what="the mask")


@test_case(name="masked_conv2d: counting the earlier neighbours", points=1)
def counting(masked_conv2d):
    """With weights of 1 on images of 1, the output counts the neighbours that come before.

    In the first row there is only the left one. In the other rows there are two or three above, and the
    left one except in the first column. The three images have the values 1, 2 and 3; the bias is 10.
    """
    scale = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64).reshape(3, 1, 1, 1)
    x = scale * torch.ones(3, 1, 3, 4, dtype=torch.float64)
    weight = torch.ones(1, 1, 3, 3, dtype=torch.float64)
    bias = torch.tensor([10.0], dtype=torch.float64)
    counts = torch.tensor([[0.0, 1, 1, 1], [2, 4, 4, 3], [2, 4, 4, 3]], dtype=torch.float64)
    expected = 10 + scale * counts
    assert_close(masked_conv2d(x, weight, bias, "A"), expected, what="the output")


@test_case(name="receptive_field: one layer of type A", points=1)
def one_layer(receptive_field):
    """In an image of 3 rows and 4 columns, pixel (2, 2) sees (1, 1), (1, 2), (1, 3) and (2, 1)."""
    expected = [
        [True, True, True, False],
        [True, False, False, False],
        [False, False, False, False],
    ]
    seen = receptive_field("A", (2, 2), size=(3, 4))
    assert_close(seen, expected, check_dtype=False, what="the receptive field")


@test_case(name="receptive_field: no layer at all", points=1)
def no_layer(receptive_field):
    """Without a layer, a pixel sees itself."""
    expected = [[False, False], [False, False], [True, False]]
    seen = receptive_field("", (3, 1), size=(3, 2))
    assert_close(seen, expected, check_dtype=False, what="the receptive field")
