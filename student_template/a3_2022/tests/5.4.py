"""Linear SimSiam: small cases that can be checked by hand."""

import torch
from otter.test_files import test_case

from autograder.testing import as_array

OK_FORMAT = False

name = "5.4"


def matrix(*rows):
    """A float64 tensor of these rows."""
    return torch.tensor(rows, dtype=torch.float64)


# W X = 0.3 [[1, 1, 3], [1, 2, 0]] and W X' = 0.3 [[1, -1, 1], [-1, 1, 0]]. The second moments are
# 0.09 [[4, 1], [1, 2]] across the branches and 0.09 [[6, 0], [0, 3]] within one.
W = 0.3 * matrix([1, 0, 1], [0, 1, 0])
X = matrix([1, 1, 0], [1, 2, 0], [0, 0, 3])
X_PRIME = matrix([1, -1, 0], [-1, 1, 0], [0, 0, 1])


@test_case(name="no_predictor: form of the encoder", points=0)
def form_of_the_encoder(collapsed_weights):
    """Only the form is checked; the answer is for you to find."""
    found = collapsed_weights(W, X + X_PRIME, 0.3)
    as_array(found, shape=(2, 3), float64=True, what="the encoder")
