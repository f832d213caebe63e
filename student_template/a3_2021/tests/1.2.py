"""Dropout and ridge regression: small cases that can be checked by hand."""

import numpy as np
from drivers.regularization import kinds
from otter.test_files import test_case

from autograder.testing import assert_close, assert_equal, via

OK_FORMAT = False

name = "1.2"

X = np.array([[1.0, 2.0], [3.0, 0.0], [0.0, 1.0]])
y = np.array([1.0, 2.0, 3.0])
w = np.array([1.0, 1.0])

# Orthogonal columns of lengths 1 and 2: every matrix that is inverted is diagonal.
Z = np.array([[1.0, 0.0], [0.0, 2.0], [0.0, 0.0]])


@test_case(name="dropout_solution: two penalties", points=1)
def two_penalties(dropout_lambda):
    """Nothing dropped, nothing penalised; half of the entries dropped: a penalty of weight 1."""
    assert_close(dropout_lambda(1.0), 0.0, what="lambda for p = 1")
    assert_close(dropout_lambda(0.5), 1.0, what="lambda for p = 0.5")


@test_case(name="dropout_solution: orthogonal columns", points=1)
def orthogonal_columns(dropout_solution):
    """With one column of length l, the mean is p (y - l w)^2 + (1 - p) y^2, least at w = y/l."""
    found = dropout_solution(Z, np.array([3.0, 8.0, 1.0]), 0.75)
    assert_close(found, [3.0, 4.0], what="the solution")


@test_case(name="dropout_solution: two columns that are alike", points=1)
def columns_alike(dropout_solution):
    """One example (1, 1) with the target 6, every input kept with 1/2; by symmetry w = (v, v).

    The predictions 0, v, v and 2v give the mean (36 + 2 (6 - v)^2 + (6 - 2v)^2) / 4, whose
    derivative 3v - 12 vanishes at v = 4.
    """
    found = dropout_solution(np.array([[1.0, 1.0]]), np.array([6.0]), 0.5)
    assert_close(found, [4.0, 4.0], what="the solution")
