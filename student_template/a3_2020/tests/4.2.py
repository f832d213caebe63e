"""Importance-weighted bounds: small cases that can be checked by hand.

log 2 = 0.6931471805599453, log 3 = 1.0986122886681098, log 2\u03c0 = 1.8378770664093453.
"""

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "4.2"


def tensor(*values):
    return torch.tensor(values, dtype=torch.float64)


WEIGHTS = ((1, 4, 2), (2, 4, 0), (6, 4, 4), (3, 4, 0))


# In the discrete cases p(x, z) is 1/4 for both values, and q is 1/4 and 3/4: the weights are 1 and 1/3.
JOINT = (0.25, 0.25)
Q = (0.25, 0.75)


@test_case(name="resampled: two samples", points=1, hidden=False)
def two_samples(expected_refined_proposal):
    """Beside index 0 the refined proposal is (1/4, 3/8), beside index 1 it is (3/8, 3/4).

    Their mean with the probabilities 1/4 and 3/4 is (11/32, 21/32).
    """
    found = expected_refined_proposal(tensor(*JOINT), tensor(*Q), 2)
    assert_close(found, [0.34375, 0.65625], what="the expected refined proposal")
