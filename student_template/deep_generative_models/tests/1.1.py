"""Masked convolutions: small cases that can be checked by hand."""

import torch
from drivers.masked_conv import grid
from otter.test_files import test_case

from autograder.testing import as_array, assert_all, assert_close, via

OK_FORMAT = False

name = "1.1"


@test_case(name="causal_mask: 3 \u00d7 3, type A, rows above", points=0.01)
def mask_a_above(causal_mask):
    """Open: the row above the centre, and the left neighbour."""
    expected = torch.tensor([[1, 1, 1], [1, 0, 0], [0, 0, 0]])
    assert_close(causal_mask(3, "A"), expected, check_dtype=False, what="the mask")


@test_case(name="causal_mask: 3 \u00d7 3, type B, rows below", points=0.01)
def mask_b_below(causal_mask):
    """Open: the left neighbour, the centre itself, and the row below."""
    expected = torch.tensor([[0, 0, 0], [1, 1, 0], [1, 1, 1]])
    assert_close(causal_mask(3, "B", rows="below"), expected, check_dtype=False, what="the mask")


def check_form(field):
    """The answer is a grid of 0 and 1, or a list of labels; which pixels are open is for you to find."""
    what = "the receptive field"
    found = as_array(via(grid, field), shape=(5, 5), what=what)
    assert_all((found == 0) | (found == 1), f"{what} holds nothing but 0 and 1")
