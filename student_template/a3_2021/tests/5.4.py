"""Games of two players: small cases that can be checked by hand."""

import numpy as np
from otter.test_files import test_case

from autograder.testing import as_array, assert_close

OK_FORMAT = False

name = "5.4"


@test_case(name="dirac_penalty: the penalty holds the slope back", points=0.01)
def velocity_with_penalty(dirac_velocity):
    """At (2, 0, 0) C is 0."""
    found = dirac_velocity(np.array([2.0, 0.0, 0.0]), 0.3)
    assert_close(found, [-0.6, 0.0, 1.0], what="the velocity at (2, 0, 0) with gamma = 0.3")


@test_case(name="dirac_penalty: form of the stationary point", points=0)
def three_numbers_with_penalty(dirac_stationary_point):
    """Only the form is checked; the answer is for you to find."""
    as_array(dirac_stationary_point(0.3), shape=(3,), what="the stationary point for gamma = 0.3")
