"""Masked convolutions: the form of the answers."""

from drivers.masked_conv_below import grid
from otter.test_files import test_case

from autograder.testing import as_array, assert_all, via

OK_FORMAT = False

name = "1.1"


def check_form(field):
    """A map of 0 and 1, or a list of the pixels' numbers; which pixels belong to it is for you to find."""
    what = "the receptive field"
    found = as_array(via(grid, field), shape=(5, 5), what=what)
    assert_all((found == 0) | (found == 1), f"{what} holds nothing but 0 and 1")


@test_case(name="field_aa: form of the answer", points=0)
def form_aa(field_aa):
    check_form(field_aa)
