"""Games of two players: small cases that can be checked by hand.

Where C = psi_0 theta + psi_1 is 0, the logistic function is 1/2 and its slope 1/4; at log 3 it is 3/4.
"""

import math

import numpy as np
from otter.test_files import test_case

from autograder.testing import as_array, assert_close, assert_equal, assert_same_set

OK_FORMAT = False

name = "5.4"


@test_case(name="dirac_stability: sum and product of the eigenvalues", points=1)
def trace_and_determinant(dirac_eigenvalues):
    """The Jacobian at the stationary point has the trace -1/2 and the determinant -1/8."""
    found = as_array(dirac_eigenvalues(), shape=(3,), what="the eigenvalues")
    assert_close(found.sum(), -0.5 + 0j, what="the sum of the eigenvalues")
    assert_close(found.prod(), -0.125 + 0j, what="the product of the eigenvalues")


@test_case(name="dirac_stability: a real part of 0 is not negative", points=1)
def strictly_negative(dirac_is_stable):
    """As the question says, whatever rounding does."""
    assert_equal(dirac_is_stable(0.0), False, what="the answer without a penalty")
