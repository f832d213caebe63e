"""Games of two players: small cases that can be checked by hand."""

import math

import numpy as np
from otter.test_files import test_case

from autograder.testing import (
    as_array,
    assert_all,
    assert_close,
    assert_equal,
    assert_one_of,
    assert_same_set,
)

OK_FORMAT = False

name = "gan"


@test_case(name="bilinear_update: form of the matrix", points=0)
def update_matrix(bilinear_update_matrix):
    """Only the form is checked; the answer is for you to find."""
    as_array(bilinear_update_matrix(0.25), shape=(2, 2), float64=True, what="the matrix")


@test_case(name="bilinear_update: three steps", points=0.01)
def three_steps(bilinear_trajectory):
    expected = [[1.0, 0.0], [1.0, -0.3], [0.91, -0.6], [0.73, -0.873]]
    assert_close(bilinear_trajectory(1.0, 0.0, 0.3, 3), expected, what="the trajectory")


@test_case(name="bilinear_stationary: form of the point", points=0)
def two_numbers(bilinear_stationary_point):
    """Only the form is checked; the answer is for you to find."""
    as_array(bilinear_stationary_point(), shape=(2,), what="the stationary point")


@test_case(name="bilinear_behaviour: form of the eigenvalues", points=0)
def two_eigenvalues(bilinear_eigenvalues):
    """Only the form is checked; the answer is for you to find."""
    as_array(bilinear_eigenvalues(0.25), shape=(2,), float64=True, what="the eigenvalues")


@test_case(name="bilinear_behaviour: form of the behaviour", points=0)
def behaviour_in_words(bilinear_behaviour):
    """Only the form is checked; the answer is for you to find."""
    words = ("converges", "constant", "diverges")
    assert_one_of(bilinear_behaviour(0.25), words, what="`bilinear_behaviour`")


@test_case(name="bilinear_behaviour: no step at all", points=0.01)
def behaviour_without_steps(bilinear_behaviour):
    """With a learning rate of 0 the state never moves."""
    assert_equal(bilinear_behaviour(0.0), "constant", what="the behaviour")


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


@test_case(name="dirac_rest: form of the Jacobian", points=0)
def nine_numbers(dirac_rest_jacobian):
    """Only the form is checked; the answer is for you to find."""
    as_array(dirac_rest_jacobian(), shape=(3, 3), float64=True, what="the Jacobian")


@test_case(name="dirac_stability: form of the eigenvalues", points=0)
def three_eigenvalues(dirac_eigenvalues):
    """Only the form is checked; the answer is for you to find."""
    as_array(dirac_eigenvalues(), shape=(3,), float64=True, what="the eigenvalues")


@test_case(name="dirac_stability: form of the answer", points=0)
def stability_in_words(dirac_stability):
    """Only the form is checked; the answer is for you to find."""
    words = ("stable", "unstable", "undecided")
    assert_one_of(dirac_stability(), words, what="`dirac_stability`")


@test_case(name="dirac_penalty: the penalty holds the slope back", points=0.01)
def velocity_with_penalty(dirac_velocity):
    """At (2, 0, 0) C is 0."""
    found = dirac_velocity(np.array([2.0, 0.0, 0.0]), 0.3)
    assert_close(found, [-0.6, 0.0, 1.0], what="the velocity at (2, 0, 0) with gamma = 0.3")


@test_case(name="dirac_penalty: form of the stationary point", points=0)
def three_numbers_with_penalty(dirac_stationary_point):
    """Only the form is checked; the answer is for you to find."""
    as_array(dirac_stationary_point(0.3), shape=(3,), what="the stationary point for gamma = 0.3")


@test_case(name="dirac_penalty_rest: form of the Jacobian", points=0)
def nine_numbers_with_penalty(dirac_rest_jacobian):
    """Only the form is checked; the answer is for you to find."""
    as_array(
        dirac_rest_jacobian(0.3), shape=(3, 3), float64=True, what="the Jacobian for gamma = 0.3"
    )


@test_case(name="dirac_penalty_stability: form of the eigenvalues", points=0)
def three_eigenvalues_with_penalty(dirac_eigenvalues):
    """Only the form is checked; the answer is for you to find."""
    as_array(
        dirac_eigenvalues(0.3), shape=(3,), float64=True, what="the eigenvalues for gamma = 0.3"
    )


@test_case(name="dirac_penalty_stability: form of the answer", points=0)
def stability_with_penalty_in_words(dirac_stability):
    """Only the form is checked; the answer is for you to find."""
    words = ("stable", "unstable", "undecided")
    assert_one_of(dirac_stability(0.3), words, what="`dirac_stability`")


@test_case(name="dirac_penalty_stability: a weight of 1.45", points=0.01)
def eigenvalues_with_penalty(dirac_eigenvalues):
    expected = [-0.2 + 0j, -0.5 + 0j, -1.25 + 0j]
    assert_same_set(dirac_eigenvalues(1.45), expected, what="the eigenvalues for gamma = 1.45")


@test_case(name="dirac_penalty_stability: form of the truth value", points=0)
def truth_value(dirac_is_stable):
    """Only the form is checked; the answer is for you to find."""
    found = as_array(dirac_is_stable(0.3), shape=(), what="the answer for gamma = 0.3")
    assert_all(found.dtype == bool, "the answer is True or False")


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


@test_case(name="jsd: three discriminators", points=0.01)
def three_discriminators(jsd_from_discriminator):
    """Where nothing tells the two samples apart, their divergence is 0."""
    found = jsd_from_discriminator(np.array([0.5, 0.5]), np.array([0.5, 0.5, 0.5]))
    assert_close(found, 0.0, what="the estimate of an undecided discriminator")
    found = jsd_from_discriminator(np.array([0.8, 0.8, 0.8]), np.array([0.15, 0.15]))
    assert_close(found, 0.500315940153953, what="the estimate of a good discriminator")
    found = jsd_from_discriminator(np.array([0.7, 0.1]), np.array([0.6]))
    assert_close(found, -0.42981319461032663, what="the estimate of a bad discriminator")


@test_case(name="density: the best discriminator at three points", points=0.01)
def best_discriminator(optimal_discriminator):
    """Where the two densities are equal it cannot decide."""
    found = optimal_discriminator(np.array([1.2, 0.3, 0.5]), np.array([0.4, 2.7, 0.5]))
    assert_close(found, [0.75, 0.1, 0.5], what="the output")


@test_case(name="density: from the discriminator back", points=0.01)
def back(density_from_discriminator):
    """Where the discriminator is undecided, the two densities are equal."""
    found = density_from_discriminator(np.array([0.7, 0.4, 2.7]), np.array([0.5, 0.75, 0.1]))
    assert_close(found, [0.7, 1.2, 0.3], what="the density")
