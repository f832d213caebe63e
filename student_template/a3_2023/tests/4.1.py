"""Linear SimSiam: small cases that can be checked by hand."""

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "4.1"


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


@test_case(name="objective: an expected loss by hand", points=0.01)
def expected_loss(simsiam_objective):
    """Of views with 0.3 times the moments.

    The prediction has the mean square 0.567, the target 0.243, and their product has the mean 0.216.
    """
    found = simsiam_objective(W, WP, 0.3 * X, 0.3 * X_PRIME)
    assert_close(found, 0.189, what="the objective")
