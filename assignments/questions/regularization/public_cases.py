"""Dropout and ridge regression: small cases that can be checked by hand."""

import numpy as np
from drivers.regularization import kinds
from otter.test_files import test_case

from autograder.testing import as_array, assert_all, assert_close, assert_equal, via

OK_FORMAT = False

name = "regularization"

X = np.array([[1.0, 2.0], [3.0, 0.0], [0.0, 1.0]])
y = np.array([1.0, 2.0, 3.0])
w = np.array([1.0, 0.97])

# Orthogonal columns of lengths 1 and 2: every matrix that is inverted is diagonal.
Z = np.array([[1.0, 0.0], [0.0, 2.0], [0.0, 0.0]])


@test_case(name="dropout_loss: two entries dropped", points=0.01)
def two_dropped(dropout_loss):
    """The predictions are 1.94, 3 and 0, the errors -0.94, -1 and 3: 0.8836 + 1 + 9."""
    mask = np.array([[0.0, 1.0], [1.0, 1.0], [1.0, 0.0]])
    assert_close(dropout_loss(X, y, w, mask), 10.8836, what="the loss")


@test_case(name="dropout_loss: the mean over four masks", points=0.01)
def mean_by_hand(expected_dropout_loss):
    """One example (2, 4) with the target 5 and the weights (1, 0.97), every input kept with 1/2.

    The predictions 0, 2, 3.88 and 5.88 are equally likely; the mean of 25, 9, 1.2544 and 0.7744 is 9.0072.
    """
    given = np.array([[2.0, 4.0]]), np.array([5.0]), w
    assert_close(expected_dropout_loss(*given, 0.5), 9.0072, what="the mean for p = 0.5")


@test_case(name="dropout_loss: the mean with a rare drop", points=0.01)
def rare_drop(expected_dropout_loss):
    """One example with the single input 2.03, the target 5 and the weight 1, kept with 3/4.

    The prediction is 2.03 with probability 3/4 and 0 otherwise: 3/4 times 8.8209 plus 1/4 times 25.
    """
    given = np.array([[2.03]]), np.array([5.0]), np.array([1.0])
    assert_close(expected_dropout_loss(*given, 0.75), 12.865675, what="the mean for p = 0.75")


@test_case(name="dropout_solution: form of the coefficient", points=0)
def coefficient(dropout_lambda):
    """Only the form is checked; the answer is for you to find."""
    found = as_array(dropout_lambda(0.3), shape=(), float64=True, what="lambda for p = 0.3")
    assert_all(found > 0, "lambda is above 0 where entries are dropped")


@test_case(name="dropout_solution: orthogonal columns", points=0.01)
def orthogonal_columns(dropout_solution):
    """Each weight can be found on its own, from the mean of two squares."""
    found = dropout_solution(Z, np.array([3.1234, 8.2, 1.0]), 0.7)
    assert_close(found, [3.1234, 4.1], what="the solution")


@test_case(name="dropout_solution: two columns that are alike", points=0.01)
def columns_alike(dropout_solution):
    """By symmetry both weights are equal."""
    found = dropout_solution(np.array([[1.0, 1.0]]), np.array([6.0]), 0.5)
    assert_close(found, [4.0, 4.0], what="the solution")


@test_case(name="ridge: a loss", points=0.01)
def a_loss(ridge_loss):
    """The predictions are 2.94, 3 and 0.97, the errors -1.94, -1 and 2.03."""
    assert_close(ridge_loss(X, y, w, 0.3), 9.46677, what="the loss")


@test_case(name="ridge: orthogonal columns", points=0.01)
def orthogonal_ridge(ridge_solution):
    """Each weight can be found on its own."""
    found = ridge_solution(Z, np.array([3.3, 9.4, 1.0]), 0.4)
    assert_close(found, [2.357142857142857, 4.272727272727273], what="the solution")


@test_case(name="comparison: form of the two answers", points=0)
def two_answers(shrinks_evenly):
    """Only the form is checked; the answer is for you to find."""
    expected = {"dropout": "True or False", "ridge": "True or False"}
    assert_equal(via(kinds, shrinks_evenly), expected, what="the kind of each answer")
