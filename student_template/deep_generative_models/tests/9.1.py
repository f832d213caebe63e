"""Dropout and ridge regression: small cases that can be checked by hand."""

import numpy as np
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "9.1"

X = np.array([[1.0, 2.0], [3.0, 0.0], [0.0, 1.0]])
y = np.array([1.0, 2.0, 3.0])
w = np.array([1.0, 0.97])


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
