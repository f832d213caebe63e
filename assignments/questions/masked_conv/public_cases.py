"""Masked convolutions: small cases that can be checked by hand."""

import torch
from drivers.masked_conv import grid
from otter.test_files import test_case

from autograder.testing import as_array, assert_all, assert_close, via

OK_FORMAT = False

name = "masked_conv"


@test_case(name="causal_mask: 3 × 3, type A, rows above", points=0.01)
def mask_a_above(causal_mask):
    """Open: the row above the centre, and the left neighbour."""
    expected = torch.tensor([[1, 1, 1], [1, 0, 0], [0, 0, 0]])
    assert_close(causal_mask(3, "A"), expected, check_dtype=False, what="the mask")


@test_case(name="causal_mask: 3 × 3, type B, rows below", points=0.01)
def mask_b_below(causal_mask):
    """Open: the left neighbour, the centre itself, and the row below."""
    expected = torch.tensor([[0, 0, 0], [1, 1, 0], [1, 1, 1]])
    assert_close(causal_mask(3, "B", rows="below"), expected, check_dtype=False, what="the mask")


@test_case(name="masked_conv2d: counting the earlier neighbours", points=0.01)
def counting(masked_conv2d):
    """With weights of 1, the output adds up the neighbours that come before.

    The pixels are 1, 2, 4, 8, 16 and so on, so that every sum tells which of them are in it. In the first
    row there is only the left one. In the other rows there are two or three above, and the left one
    except in the first column. The three images are that times 0.1, 2 and 3; the bias is 10.
    """
    scale = torch.tensor([0.1, 2.0, 3.0], dtype=torch.float64).reshape(3, 1, 1, 1)
    x = scale * (2.0 ** torch.arange(12, dtype=torch.float64)).reshape(1, 1, 3, 4)
    weight = torch.ones(1, 1, 3, 3, dtype=torch.float64)
    bias = torch.tensor([10.0], dtype=torch.float64)
    sums = [[0.0, 1, 2, 4], [3, 23, 46, 76], [48, 368, 736, 1216]]
    expected = 10 + scale * torch.tensor(sums, dtype=torch.float64)
    assert_close(masked_conv2d(x, weight, bias, "A"), expected, what="the output")


@test_case(name="receptive_field: one layer of type A", points=0.01)
def one_layer(receptive_field):
    """In an image of 3 rows and 4 columns, pixel (2, 2) sees (1, 1), (1, 2), (1, 3) and (2, 1)."""
    expected = [
        [True, True, True, False],
        [True, False, False, False],
        [False, False, False, False],
    ]
    seen = receptive_field("A", (2, 2), size=(3, 4))
    assert_close(seen, expected, check_dtype=False, what="the receptive field")


@test_case(name="receptive_field: no layer at all", points=0.01)
def no_layer(receptive_field):
    """Without a layer, a pixel sees itself."""
    expected = [[False, False], [False, False], [True, False]]
    seen = receptive_field("", (3, 1), size=(3, 2))
    assert_close(seen, expected, check_dtype=False, what="the receptive field")


def check_form(field):
    """A map of 0 and 1, or a list of the pixels' numbers; which pixels belong to it is for you to find."""
    what = "the receptive field"
    found = as_array(via(grid, field), shape=(5, 5), what=what)
    assert_all((found == 0) | (found == 1), f"{what} holds nothing but 0 and 1")


@test_case(name="field_aa: form of the answer", points=0)
def form_aa(field_aa):
    check_form(field_aa)


@test_case(name="field_ab: form of the answer", points=0)
def form_ab(field_ab):
    check_form(field_ab)


@test_case(name="field_ba: form of the answer", points=0)
def form_ba(field_ba):
    check_form(field_ba)


@test_case(name="field_bb: form of the answer", points=0)
def form_bb(field_bb):
    check_form(field_bb)
