"""Games of two players: small cases that can be checked by hand.

Where C = psi_0 theta + psi_1 is 0, the logistic function is 1/2 and its slope 1/4; at log 3 it is 3/4.
"""

import math

import numpy as np
from otter.test_files import test_case

from autograder.testing import as_array, assert_close, assert_equal, assert_same_set

OK_FORMAT = False

name = "5.3"


@test_case(name="dirac_jacobian: two states with C = 0", points=1)
def jacobian_by_hand(dirac_jacobian):
    """By hand from the velocity, with a slope of 1/4."""
    expected = [[-1.0, -0.5, -0.5], [-0.5, -0.5, 0.0], [0.5, 0.0, 0.0]]
    found = dirac_jacobian(np.array([0.0, 0.0, 2.0]))
    assert_close(found, expected, what="the Jacobian at (0, 0, 2)")
    expected = [[0.0, 0.0, -0.5], [0.0, -0.5, -0.25], [0.5, 0.25, 0.25]]
    found = dirac_jacobian(np.array([1.0, 0.0, 0.0]))
    assert_close(found, expected, what="the Jacobian at (1, 0, 0)")
