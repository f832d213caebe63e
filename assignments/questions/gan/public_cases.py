"""Games of two players: small cases that can be checked by hand.

Where C = psi_0 theta + psi_1 is 0, the logistic function is 1/2 and its slope 1/4; at log 3 it is 3/4.
"""

import math

import numpy as np
from otter.test_files import test_case

from autograder.testing import as_array, assert_close, assert_equal, assert_same_set

OK_FORMAT = False

name = "gan"


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


@test_case(name="bilinear_stationary: a state of two numbers", points=1)
def two_numbers(bilinear_stationary_point):
    """Only the shape: the point itself is for you to find."""
    as_array(bilinear_stationary_point(), shape=(2,), what="the stationary point")


@test_case(name="bilinear_behaviour: eigenvalues for a step of 0.25", points=1)
def eigenvalues(bilinear_eigenvalues):
    """Their sum is the trace, 2, and their product the determinant, 1 + 0.25 squared."""
    expected = [1 + 0.25j, 1 - 0.25j]
    assert_same_set(bilinear_eigenvalues(0.25), expected, what="the eigenvalues")


@test_case(name="bilinear_behaviour: no step at all", points=1)
def behaviour_without_steps(bilinear_behaviour):
    """With a step size of 0 the state never moves."""
    assert_equal(bilinear_behaviour(0.0), "constant", what="the behaviour")


@test_case(name="dirac_velocity: on the axes", points=1)
def velocity_on_axes(dirac_velocity):
    """One parameter alone differs from 0, and C is 0."""
    what = "the velocity at (0, 0, 2)"
    assert_close(dirac_velocity(np.array([0.0, 0.0, 2.0])), [-1.0, 0.0, 0.0], what=what)
    what = "the velocity at (1, 0, 0)"
    assert_close(dirac_velocity(np.array([1.0, 0.0, 0.0])), [0.0, 0.0, 0.5], what=what)


@test_case(name="dirac_velocity: a discriminator with a bias", points=1)
def velocity_with_bias(dirac_velocity):
    """At (2, log 3, 0) C is log 3; at (1, log 3, -log 3) it is 0. The real data see psi_1 = log 3."""
    b = math.log(3)
    what = "the velocity at (2, log 3, 0)"
    assert_close(dirac_velocity(np.array([2.0, b, 0.0])), [0.0, -0.5, 1.5], what=what)
    what = "the velocity at (1, log 3, -log 3)"
    assert_close(dirac_velocity(np.array([1.0, b, -b])), [b / 2, -0.25, 0.5], what=what)


@test_case(name="dirac_stationary: a state of three numbers", points=1)
def three_numbers(dirac_stationary_point):
    """Only the shape: the point itself is for you to find."""
    as_array(dirac_stationary_point(), shape=(3,), what="the stationary point")


@test_case(name="dirac_jacobian: two states with C = 0", points=1)
def jacobian_by_hand(dirac_jacobian):
    """By hand from the velocity, with a slope of 1/4."""
    expected = [[-1.0, -0.5, -0.5], [-0.5, -0.5, 0.0], [0.5, 0.0, 0.0]]
    found = dirac_jacobian(np.array([0.0, 0.0, 2.0]))
    assert_close(found, expected, what="the Jacobian at (0, 0, 2)")
    expected = [[0.0, 0.0, -0.5], [0.0, -0.5, -0.25], [0.5, 0.25, 0.25]]
    found = dirac_jacobian(np.array([1.0, 0.0, 0.0]))
    assert_close(found, expected, what="the Jacobian at (1, 0, 0)")


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


@test_case(name="dirac_penalty_stability: a weight of 1.25", points=1)
def eigenvalues_with_penalty(dirac_eigenvalues, dirac_is_stable):
    """The Jacobian at the stationary point has the trace -1.75 and the determinant -1/8."""
    expected = [-0.25 + 0j, -0.5 + 0j, -1.0 + 0j]
    assert_same_set(dirac_eigenvalues(1.25), expected, what="the eigenvalues")
    assert_equal(dirac_is_stable(1.25), True, what="the answer for gamma = 1.25")


@test_case(name="jsd: one output a sample", points=1)
def constant_outputs(jsd_from_discriminator):
    """It is log 2 + (log 3/4 + log 3/4)/2 = log 3/2; an undecided discriminator finds 0."""
    found = jsd_from_discriminator(np.array([0.75, 0.75, 0.75]), np.array([0.25, 0.25]))
    assert_close(found, math.log(1.5), what="the estimate")
    found = jsd_from_discriminator(np.array([0.5, 0.5]), np.array([0.5, 0.5, 0.5]))
    assert_close(found, 0.0, what="the estimate of an undecided discriminator")


@test_case(name="jsd: a mean of logarithms", points=1)
def mean_of_logs(jsd_from_discriminator):
    """The mean of log 1/2 and log 1/8 is -2 log 2: log 2 + (-2 log 2 - log 2)/2 = -(log 2)/2."""
    found = jsd_from_discriminator(np.array([0.5, 0.125]), np.array([0.5]))
    assert_close(found, -math.log(2) / 2, what="the estimate")


@test_case(name="density: the best discriminator at three points", points=1)
def best_discriminator(optimal_discriminator):
    """Where the densities are equal it cannot decide; where the real one is a third, 1 of 4 is real."""
    found = optimal_discriminator(np.array([1.0, 3.0, 0.5]), np.array([3.0, 1.0, 0.5]))
    assert_close(found, [0.25, 0.75, 0.5], what="the output")


@test_case(name="density: from the discriminator back", points=1)
def back(density_from_discriminator):
    """Undecided: the densities are equal. 3 of 4 are real: three times as dense; 1 of 5: a quarter."""
    found = density_from_discriminator(np.array([2.0, 1.0, 4.0]), np.array([0.5, 0.75, 0.2]))
    assert_close(found, [2.0, 3.0, 1.0], what="the density")
