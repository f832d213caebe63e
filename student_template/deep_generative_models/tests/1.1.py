"""Masked convolutions: small cases that can be checked by hand."""

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

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
