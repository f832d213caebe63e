"""Games of two players: small cases that can be checked by hand."""

import numpy as np
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "6.10"


@test_case(name="dirac_jacobian: two states with C = 0", points=0.01)
def jacobian_by_hand(dirac_jacobian):
    """The logistic function is 1/2 there, and its slope 1/4."""
    expected = [[-1.21, -0.55, -0.5], [-0.55, -0.5, 0.0], [0.5, 0.0, 0.0]]
    found = dirac_jacobian(np.array([0.0, 0.0, 2.2]))
    assert_close(found, expected, what="the Jacobian at (0, 0, 2.2)")
    expected = [[0.0, 0.0, -0.5], [0.0, -0.5, -0.3], [0.5, 0.3, 0.36]]
    found = dirac_jacobian(np.array([1.2, 0.0, 0.0]))
    assert_close(found, expected, what="the Jacobian at (1.2, 0, 0)")


@test_case(name="dirac_jacobian: a state with a penalty", points=0.01)
def jacobian_with_penalty(dirac_jacobian):
    """As without the penalty, but for the one entry that the penalty changes."""
    expected = [[-1.51, -0.55, -0.5], [-0.55, -0.5, 0.0], [0.5, 0.0, 0.0]]
    found = dirac_jacobian(np.array([0.0, 0.0, 2.2]), 0.3)
    assert_close(found, expected, what="the Jacobian at (0, 0, 2.2) with gamma = 0.3")
