"""Dropout and ridge regression: small cases that can be checked by hand.

Cases whose name begins with "form" look at the form of an answer alone; the answer is for you to find.
"""

import numpy as np
from drivers.regularization import kinds
from otter.test_files import test_case

from autograder.testing import as_array, assert_all, assert_close, assert_equal, via

OK_FORMAT = False

name = "1.4"

X = np.array([[1.0, 2.0], [3.0, 0.0], [0.0, 1.0]])
y = np.array([1.0, 2.0, 3.0])
w = np.array([1.0, 0.97])

# Orthogonal columns of lengths 1 and 2: every matrix that is inverted is diagonal.
Z = np.array([[1.0, 0.0], [0.0, 2.0], [0.0, 0.0]])


@test_case(name="comparison: form of the two answers", points=0)
def two_answers(shrinks_evenly):
    expected = {"dropout": "True or False", "ridge": "True or False"}
    assert_equal(via(kinds, shrinks_evenly), expected, what="the kind of each answer")
