"""Games of two players: small cases that can be checked by hand.

Cases whose name begins with "form" look at the form of an answer alone; the answer is for you to find.
"""

import math

import numpy as np
from otter.test_files import test_case

from autograder.testing import (
    as_array,
    assert_all,
    assert_close,
    assert_equal,
    assert_one_of,
    assert_same_set,
)

OK_FORMAT = False

name = "6.1"


def check_numbers(found, shape, what):
    """The answer has this shape, and its numbers have the digits of float64."""
    as_array(found, shape=shape, what=what)
    dtype = str(getattr(found, "dtype", "")).removeprefix("torch.")
    short = dtype in ("float16", "bfloat16", "float32", "complex64")
    assert_all(not short, f"{what} is in float64 and not in {dtype}, which has too few digits")


@test_case(name="bilinear_update: form of the matrix", points=0)
def update_matrix(bilinear_update_matrix):
    check_numbers(bilinear_update_matrix(0.25), (2, 2), "the matrix")


@test_case(name="bilinear_update: three steps", points=0.01)
def three_steps(bilinear_trajectory):
    expected = [[1.0, 0.0], [1.0, -0.3], [0.91, -0.6], [0.73, -0.873]]
    assert_close(bilinear_trajectory(1.0, 0.0, 0.3, 3), expected, what="the trajectory")
