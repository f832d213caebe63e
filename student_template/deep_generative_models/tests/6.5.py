"""Games of two players: small cases that can be checked by hand.

Where C = psi_0 theta + psi_1 is 0, the logistic function is 1/2 and its slope 1/4; at log 3 it is 3/4.
"""

import math

import numpy as np
from otter.test_files import test_case

from autograder.testing import as_array, assert_close, assert_equal, assert_same_set

OK_FORMAT = False

name = "6.5"


@test_case(name="dirac_stationary: a state of three numbers", points=1)
def three_numbers(dirac_stationary_point):
    """Only the shape: the point itself is for you to find."""
    as_array(dirac_stationary_point(), shape=(3,), what="the stationary point")
