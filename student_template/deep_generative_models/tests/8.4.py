"""Linear SimSiam: small cases that can be checked by hand."""

import math

import torch
from otter.test_files import test_case

from autograder.testing import as_array, assert_all, assert_close

OK_FORMAT = False

name = "8.4"


def matrix(*rows):
    """A float64 tensor of these rows."""
    return torch.tensor(rows, dtype=torch.float64)


# W X = 0.3 [[1, 1, 3], [1, 2, 0]] and W X' = 0.3 [[1, -1, 1], [-1, 1, 0]]. The second moments are
# 0.09 [[4, 1], [1, 2]] across the branches and 0.09 [[6, 0], [0, 3]] within one.
W = 0.3 * matrix([1, 0, 1], [0, 1, 0])
WP = matrix([1, 2], [0, 1])
X = matrix([1, 1, 0], [1, 2, 0], [0, 0, 3])
X_PRIME = matrix([1, -1, 0], [-1, 1, 0], [0, 0, 1])


@test_case(name="collapse: the velocity of the encoder", points=0.01)
def velocity_without_stop_gradient(encoder_velocity):
    expected = 0.3 * matrix([0, 0, -2], [0, -12, -2])
    found = encoder_velocity(W, WP, X, X_PRIME, stop_grad=False)
    assert_close(found, expected, what="the velocity")


@test_case(name="collapse: an operator of two columns", points=0.01)
def operator_of_two_columns(collapse_operator):
    """The views differ most along the second axis: the second column of W shrinks faster."""
    predictor = matrix([1, 1], [0, 1])
    moment, covariance = matrix([0.3, 0.3], [0.3, 0.9]), matrix([0.3, 0], [0, 0.6])
    expected = 0.3 * matrix([2, 1, 0, 0], [1, 4, 0, 1], [0, 0, 4, 2], [0, 1, 2, 9])
    assert_close(collapse_operator(predictor, moment, covariance), expected, what="the operator")


@test_case(name="collapse: a bound where everything is diagonal", points=0.01)
def bound_of_a_diagonal_flow(collapse_bound):
    """The six entries shrink at the rates 8, 2.4, 17, 6, 12 and 4; the norm of W0 is 1.1."""
    start = matrix([0.66, 0, 0], [0, 0, 0.88])
    predictor = matrix([2, 0], [0, 1])
    moment, covariance = (
        matrix([2, 0, 0], [0, 2, 0], [0, 0, 2]),
        matrix([1.2, 0, 0], [0, 3, 0], [0, 0, 2]),
    )
    found = collapse_bound(start, predictor, moment, covariance, math.log(2))
    assert_close(found, 1.1 / 2**2.4, what="the bound")


@test_case(name="collapse: form of the bound for two predictors", points=0)
def bound_for_two_predictors(bound_path):
    """Only the form is checked: a number below the norm of W0, which is 5."""
    start, predictors = matrix([3, 0, 0], [0, 0, 4]), matrix([[2, 0], [0, 1]], [[1, 0], [0, 3]])
    found = bound_path(start, predictors, X, X_PRIME + X, matrix(0.3, 0.2))
    bound = as_array(found, shape=(), float64=True, what="the bound")
    assert_all((bound > 0) & (bound < 5), "the bound lies between 0 and the norm of W0")
