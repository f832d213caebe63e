"""Games of two players: small cases that can be checked by hand.

Where C = psi_0 theta + psi_1 is 0, the logistic function is 1/2 and its slope 1/4; at log 3 it is 3/4.
"""

import math

import numpy as np
from otter.test_files import test_case

from autograder.testing import as_array, assert_close, assert_equal, assert_same_set

OK_FORMAT = False

name = "6.8"


@test_case(name="dirac_penalty: the penalty holds the slope back", points=1)
def velocity_with_penalty(dirac_velocity):
    """At (2, 0, 0) C is 0; without the penalty the velocity would be (0, 0, 1)."""
    found = dirac_velocity(np.array([2.0, 0.0, 0.0]), 0.5)
    assert_close(found, [-1.0, 0.0, 1.0], what="the velocity at (2, 0, 0) with gamma = 0.5")


@test_case(name="dirac_penalty: the Jacobian with a penalty", points=1)
def jacobian_with_penalty(dirac_jacobian):
    """As without the penalty, but for the one entry that the penalty changes."""
    expected = [[-4.0, -0.5, -0.5], [-0.5, -0.5, 0.0], [0.5, 0.0, 0.0]]
    found = dirac_jacobian(np.array([0.0, 0.0, 2.0]), 3.0)
    assert_close(found, expected, what="the Jacobian at (0, 0, 2) with gamma = 3")
