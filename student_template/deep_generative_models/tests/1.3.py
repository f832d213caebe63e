"""Masked convolutions: small cases that can be checked by hand."""

from otter.test_files import test_case

from autograder.testing import assert_close

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
