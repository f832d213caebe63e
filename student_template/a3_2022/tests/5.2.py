"""Linear SimSiam: small cases that can be checked by hand."""

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "5.2"


def matrix(*rows):
    """A float64 tensor of these rows."""
    return torch.tensor(rows, dtype=torch.float64)


# W X = 0.3 [[1, 1, 3], [1, 2, 0]] and W X' = 0.3 [[1, -1, 1], [-1, 1, 0]]. The second moments are
# 0.09 [[4, 1], [1, 2]] across the branches and 0.09 [[6, 0], [0, 3]] within one.
W = 0.3 * matrix([1, 0, 1], [0, 1, 0])
WP = matrix([1, 2], [0, 1])
X = matrix([1, 1, 0], [1, 2, 0], [0, 0, 3])
X_PRIME = matrix([1, -1, 0], [-1, 1, 0], [0, 0, 1])


@test_case(name="predictor: a velocity by hand", points=0.01)
def velocity_of_the_predictor(predictor_velocity):
    expected = matrix([-0.18, -0.45], [0.09, -0.09])
    assert_close(predictor_velocity(W, WP, X, X_PRIME), expected, what="the velocity")
