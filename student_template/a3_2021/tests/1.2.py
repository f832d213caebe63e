"""Dropout and ridge regression: small cases that can be checked by hand."""

import numpy as np
from otter.test_files import test_case

from autograder.testing import as_array, assert_all, assert_close

OK_FORMAT = False

name = "1.2"

# Orthogonal columns of lengths 1 and 2: every matrix that is inverted is diagonal.
Z = np.array([[1.0, 0.0], [0.0, 2.0], [0.0, 0.0]])


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
