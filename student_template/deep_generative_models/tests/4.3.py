"""Importance-weighted bounds: small cases that can be checked by hand.

log 2 = 0.6931471805599453, log 3 = 1.0986122886681098, log 2\u03c0 = 1.8378770664093453.
"""

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "4.3"


def tensor(*values):
    return torch.tensor(values, dtype=torch.float64)


WEIGHTS = ((1, 4, 2), (2, 4, 0), (6, 4, 4), (3, 4, 0))


# In the discrete cases p(x, z) is 1/4 for both values, and q is 1/4 and 3/4: the weights are 1 and 1/3.
JOINT = (0.25, 0.25)
Q = (0.25, 0.75)


@test_case(name="refined: two weights", points=1, hidden=False)
def two_weights(discrete_elbo):
    """The mean of log 1 and log 1/3 under q."""
    found = discrete_elbo(tensor(*JOINT), tensor(*Q))
    assert_close(found, -0.8239592165010823, what="the bound")


@test_case(name="refined: a proposal that is not normalized", points=1, hidden=False)
def not_normalized(discrete_elbo):
    """With q = (1/2, 1), the formula gives (log 1/2)/2 + log 1/4 = -(5 log 2)/2."""
    found = discrete_elbo(tensor(*JOINT), tensor(0.5, 1))
    assert_close(found, -1.7328679513998633, what="the bound")


@test_case(name="refined: two draws", points=1, hidden=False)
def two_draws(discrete_iwae):
    """The mean weight is 1 with probability 1/16, 2/3 with 6/16, and 1/3 with 9/16."""
    found = discrete_iwae(tensor(*JOINT), tensor(*Q), 2)
    assert_close(found, -0.7700188279163734, what="the bound")


@test_case(name="refined: one other sample", points=1, hidden=False)
def one_other_sample(refined_proposal):
    """Beside index 1, the mean weights are (1 + 1/3)/2 and 1/3. The sum 9/8 is not 1."""
    found = refined_proposal(tensor(*JOINT), tensor(*Q), [1])
    assert_close(found, [0.375, 0.75], what="the refined proposal")


@test_case(name="refined: three other samples, and none", points=1, hidden=False)
def three_other_samples(refined_proposal):
    """Beside 0, 1, 1, the mean weights are (1 + 5/3)/4 = 2/3 and (1/3 + 5/3)/4 = 1/2."""
    joint, q = tensor(*JOINT), tensor(*Q)
    found = refined_proposal(joint, q, [0, 1, 1])
    assert_close(found, [0.375, 0.5], what="the refined proposal")
    found = refined_proposal(joint, q, [])
    assert_close(found, [0.25, 0.75], what="the refined proposal without other samples")
