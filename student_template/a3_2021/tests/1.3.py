"""Dropout and ridge regression: small cases that can be checked by hand."""

import numpy as np
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "1.3"

X = np.array([[1.0, 2.0], [3.0, 0.0], [0.0, 1.0]])
y = np.array([1.0, 2.0, 3.0])
w = np.array([1.0, 0.97])

# Orthogonal columns of lengths 1 and 2: every matrix that is inverted is diagonal.
Z = np.array([[1.0, 0.0], [0.0, 2.0], [0.0, 0.0]])


@test_case(name="ridge: a loss", points=0.01)
def a_loss(ridge_loss):
    """The predictions are 2.94, 3 and 0.97, the errors -1.94, -1 and 2.03."""
    assert_close(ridge_loss(X, y, w, 0.3), 9.46677, what="the loss")


@test_case(name="ridge: orthogonal columns", points=0.01)
def orthogonal_ridge(ridge_solution):
    """Each weight can be found on its own."""
    found = ridge_solution(Z, np.array([3.3, 9.4, 1.0]), 0.4)
    assert_close(found, [2.357142857142857, 4.272727272727273], what="the solution")
