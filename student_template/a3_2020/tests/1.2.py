"""Masked convolutions: small cases that can be checked by hand."""

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "1.2"


@test_case(name="receptive_field: no layer at all", points=1)
def no_layer(receptive_field):
    """Without a layer, a pixel sees itself."""
    expected = [[False, False], [False, False], [True, False]]
    seen = receptive_field("", (3, 1), size=(3, 2))
    assert_close(seen, expected, check_dtype=False, what="the receptive field")
