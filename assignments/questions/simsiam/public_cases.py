"""Linear SimSiam: small cases that can be checked by hand."""

import math

import torch
from drivers.simsiam import loss_gradients
from otter.test_files import test_case

from autograder.testing import as_array, assert_all, assert_close, unpack, via

OK_FORMAT = False

name = "simsiam"


def matrix(*rows):
    """A float64 tensor of these rows."""
    return torch.tensor(rows, dtype=torch.float64)


# W X = 0.3 [[1, 1, 3], [1, 2, 0]] and W X' = 0.3 [[1, -1, 1], [-1, 1, 0]]. The second moments are
# 0.09 [[4, 1], [1, 2]] across the branches and 0.09 [[6, 0], [0, 3]] within one.
W = 0.3 * matrix([1, 0, 1], [0, 1, 0])
WP = matrix([1, 2], [0, 1])
X = matrix([1, 1, 0], [1, 2, 0], [0, 0, 3])
X_PRIME = matrix([1, -1, 0], [-1, 1, 0], [0, 0, 1])

# All of this times 0.3: online, these views are represented by (1, 0), (0, 1), (3, 0), and predicted by
# (1, 0), (2, 1), (3, 0). The targets are (1, 0), (1, 1), (1, 1), the errors (0, 0), (1, 0), (2, -1).
X1 = matrix([1, 0, 0], [0, 1, 0], [0, 0, 3])
X2 = matrix([0, 0, 1], [1, 1, 0], [1, 1, 0])


@test_case(name="objective: the loss of three pairs", points=0.01)
def three_pairs(simsiam_loss):
    """The errors have the squares 0, 0.09 and 0.45: half of their mean is 0.09."""
    assert_close(simsiam_loss(X1, X2, W, WP), 0.09, what="the loss")


@test_case(name="objective: where the gradient of the loss flows", points=0.01)
def gradient_of_three_pairs(simsiam_loss):
    """To x1 a third of each error, taken back through predictor and encoder; to x2 nothing at all."""
    found = unpack(via(loss_gradients, simsiam_loss, X1, X2, W, WP), 4, "the gradients")
    by_x1, by_x2, by_encoder, by_predictor = found
    back = 0.09 * matrix([0, 0, 0], [1 / 3, 2 / 3, 1 / 3], [2 / 3, 1, 2 / 3])
    assert_close(by_x1, back, what="the gradient in x1")
    assert_close(by_x2, torch.zeros(3, 3, dtype=torch.float64), what="the gradient in x2")
    assert_close(by_encoder, [[0, 0.1, 0.6], [0, 0.2, 0.9]], what="the gradient in W")
    assert_close(by_predictor, [[0.18, 0.03], [-0.09, 0]], what="the gradient in Wp")


@test_case(name="objective: an expected loss by hand", points=0.01)
def expected_loss(simsiam_objective):
    """Of views with 0.3 times the moments.

    The prediction has the mean square 0.567, the target 0.243, and their product has the mean 0.216.
    """
    found = simsiam_objective(W, WP, 0.3 * X, 0.3 * X_PRIME)
    assert_close(found, 0.189, what="the objective")


@test_case(name="predictor: a velocity by hand", points=0.01)
def velocity_of_the_predictor(predictor_velocity):
    expected = matrix([-0.18, -0.45], [0.09, -0.09])
    assert_close(predictor_velocity(W, WP, X, X_PRIME), expected, what="the velocity")


@test_case(name="predictor: a steady state by hand", points=0.01)
def steady_state_of_the_predictor(predictor_steady_state):
    expected = [[2 / 3, 1 / 3], [1 / 6, 2 / 3]]
    assert_close(predictor_steady_state(W, X, X_PRIME), expected, what="the steady state")


@test_case(name="encoder: its velocity with stop-gradient", points=0.01)
def velocity_with_stop_gradient(encoder_velocity):
    expected = 0.3 * matrix([-1, -5, -1], [-1, -11, -2])
    found = encoder_velocity(W, WP, X, X_PRIME, stop_grad=True)
    assert_close(found, expected, what="the velocity")


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


@test_case(name="no_predictor: form of the encoder", points=0)
def form_of_the_encoder(collapsed_weights):
    """Only the form is checked; the answer is for you to find."""
    found = collapsed_weights(W, X + X_PRIME, 0.3)
    as_array(found, shape=(2, 3), float64=True, what="the encoder")


@test_case(name="survives: form of the four answers", points=0)
def four_answers(survives):
    """Only the form is checked; the answer is for you to find."""
    for stop_grad in (True, False):
        for predictor in (True, False):
            answer = as_array(survives(stop_grad, predictor), shape=(), what="the answer")
            assert_all(answer.dtype == bool, "the answer is True or False")


@test_case(name="no_predictor: three columns that shrink at their own rates", points=0.01)
def three_columns(collapsed_weights):
    start = 0.3 * matrix([4, 2, 8], [1, 6, 12])
    covariance = matrix([0, 0, 0], [0, 0.5, 0], [0, 0, 1])
    expected = 0.3 * matrix([4, 1, 2], [1, 3, 3])
    assert_close(collapsed_weights(start, covariance, math.log(2)), expected, what="W(log 2)")
