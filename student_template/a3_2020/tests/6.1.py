"""Games of two players: small cases that can be checked by hand.

Where C = psi_0 theta + psi_1 is 0, the logistic function is 1/2 and its slope 1/4; at log 3 it is 3/4.
"""

import math

import numpy as np
from otter.test_files import test_case

from autograder.testing import as_array, assert_close, assert_equal, assert_same_set

OK_FORMAT = False

name = "6.1"


@test_case(name="bilinear_update: the matrix for a step of 0.25", points=1)
def update_matrix(bilinear_update_matrix):
    """From [1, 0] only g moves, down by 0.25 d; from [0, 1] only d moves, up by 0.25 g."""
    expected = [[1.0, 0.25], [-0.25, 1.0]]
    assert_close(bilinear_update_matrix(0.25), expected, what="the matrix")


@test_case(name="bilinear_update: three steps", points=1)
def three_steps(bilinear_trajectory):
    """The rows by hand: from [1, -0.5], d moves by 0.5 times -0.5 and g by -0.5 times 1."""
    expected = [[1.0, 0.0], [1.0, -0.5], [0.75, -1.0], [0.25, -1.375]]
    assert_close(bilinear_trajectory(1.0, 0.0, 0.5, 3), expected, what="the trajectory")
