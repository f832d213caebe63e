"""Receptive fields with rows below: whole grids."""

from drivers.masked_conv_below import grid
from otter.test_files import test_case

from autograder.testing import assert_close, via
from reference import masked_conv_below as reference

OK_FORMAT = False

name = "masked_conv_below"


def check_grid(field, right):
    """Compare a hand-drawn field with the right one, all 25 pixels."""
    assert_close(via(grid, field), right(), check_dtype=False, what="the receptive field")


@test_case(name="field_aa: the whole grid", points=1, hidden=True)
def field_aa_whole(field_aa):
    check_grid(field_aa, reference.field_aa)


@test_case(name="field_ab: the whole grid", points=1, hidden=True)
def field_ab_whole(field_ab):
    check_grid(field_ab, reference.field_ab)


@test_case(name="field_ba: the whole grid", points=1, hidden=True)
def field_ba_whole(field_ba):
    check_grid(field_ba, reference.field_ba)


@test_case(name="field_bb: the whole grid", points=1, hidden=True)
def field_bb_whole(field_bb):
    check_grid(field_bb, reference.field_bb)
