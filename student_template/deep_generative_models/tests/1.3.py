"""Masked convolutions: small cases that can be checked by hand."""

import torch
from drivers.masked_conv import grid
from otter.test_files import test_case

from autograder.testing import as_array, assert_all, assert_close, via

OK_FORMAT = False

name = "1.3"


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
    """The answer is a grid of 0 and 1, or a list of labels; which pixels are open is for you to find."""
    what = "the receptive field"
    found = as_array(via(grid, field), shape=(5, 5), what=what)
    assert_all((found == 0) | (found == 1), f"{what} holds nothing but 0 and 1")
