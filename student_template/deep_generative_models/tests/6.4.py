"""Games of two players: small cases that can be checked by hand."""

import math

import numpy as np
from otter.test_files import test_case

from autograder.testing import as_array, assert_close

OK_FORMAT = False

name = "6.4"


@test_case(name="dirac_velocity: on the axes", points=0.01)
def velocity_on_axes(dirac_velocity):
    """One parameter alone differs from 0; C = psi_0 theta + psi_1 is 0, and the logistic function 1/2."""
    what = "the velocity at (0, 0, 2)"
    assert_close(dirac_velocity(np.array([0.0, 0.0, 2.0])), [-1.0, 0.0, 0.0], what=what)
    what = "the velocity at (1, 0, 0)"
    assert_close(dirac_velocity(np.array([1.0, 0.0, 0.0])), [0.0, 0.0, 0.5], what=what)


@test_case(name="dirac_velocity: a critic with a bias", points=0.01)
def velocity_with_bias(dirac_velocity):
    """At (2, log 3, 0) C is log 3, where the logistic function is 3/4; at (1, log 3, -log 3) C is 0."""
    b = math.log(3)
    what = "the velocity at (2, log 3, 0)"
    assert_close(dirac_velocity(np.array([2.0, b, 0.0])), [0.0, -0.5, 1.5], what=what)
    what = "the velocity at (1, log 3, -log 3)"
    assert_close(dirac_velocity(np.array([1.0, b, -b])), [b / 2, -0.25, 0.5], what=what)


@test_case(name="dirac_velocity: form of the stationary point", points=0)
def three_numbers(dirac_stationary_point):
    """Only the form is checked; the answer is for you to find."""
    as_array(dirac_stationary_point(), shape=(3,), what="the stationary point")
