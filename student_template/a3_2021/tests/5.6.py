"""Games of two players: small cases that can be checked by hand.

Where C = psi_0 theta + psi_1 is 0, the logistic function is 1/2 and its slope 1/4; at log 3 it is 3/4.
"""

import math

import numpy as np
from otter.test_files import test_case

from autograder.testing import as_array, assert_close, assert_equal, assert_same_set

OK_FORMAT = False

name = "5.6"


@test_case(name="dirac_penalty_stability: a weight of 1.25", points=1)
def eigenvalues_with_penalty(dirac_eigenvalues, dirac_is_stable):
    """The Jacobian at the stationary point has the trace -1.75 and the determinant -1/8."""
    expected = [-0.25 + 0j, -0.5 + 0j, -1.0 + 0j]
    assert_same_set(dirac_eigenvalues(1.25), expected, what="the eigenvalues")
    assert_equal(dirac_is_stable(1.25), True, what="the answer for gamma = 1.25")
