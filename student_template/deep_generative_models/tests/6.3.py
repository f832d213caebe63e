"""Games of two players: small cases that can be checked by hand.

Where C = psi_0 theta + psi_1 is 0, the logistic function is 1/2 and its slope 1/4; at log 3 it is 3/4.
"""

import math

import numpy as np
from otter.test_files import test_case

from autograder.testing import as_array, assert_close, assert_equal, assert_same_set

OK_FORMAT = False

name = "6.3"


@test_case(name="bilinear_behaviour: eigenvalues for a step of 0.25", points=1)
def eigenvalues(bilinear_eigenvalues):
    """Their sum is the trace, 2, and their product the determinant, 1 + 0.25 squared."""
    expected = [1 + 0.25j, 1 - 0.25j]
    assert_same_set(bilinear_eigenvalues(0.25), expected, what="the eigenvalues")


@test_case(name="bilinear_behaviour: no step at all", points=1)
def behaviour_without_steps(bilinear_behaviour):
    """With a step size of 0 the state never moves."""
    assert_equal(bilinear_behaviour(0.0), "constant", what="the behaviour")
