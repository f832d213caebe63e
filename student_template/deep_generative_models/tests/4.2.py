"""Importance-weighted bounds: small cases that can be checked by hand."""

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "4.2"


def tensor(*values):
    return torch.tensor(values, dtype=torch.float64)


WEIGHTS = ((1, 4, 2), (2, 4, 0), (6, 4, 4), (3, 4, 0))


@test_case(name="estimate: means of weights", points=0.01, hidden=False)
def means_of_weights(iwae_bound):
    """The weights of the three examples have the means 3, 4 and 3/2: zeros count as well."""
    expected = [1.0986122886681098, 1.3862943611198906, 0.4054651081081644]
    assert_close(iwae_bound(tensor(*WEIGHTS).log()), expected, what="the bounds")


@test_case(name="estimate: shares of weights", points=0.01, hidden=False)
def shares_of_weights(normalized_weights):
    """The weights of the three examples have the sums 12, 16 and 6."""
    expected = [
        [0.08333333333333333, 0.25, 0.3333333333333333],
        [0.16666666666666666, 0.25, 0.0],
        [0.5, 0.25, 0.6666666666666666],
        [0.25, 0.25, 0.0],
    ]
    assert_close(normalized_weights(tensor(*WEIGHTS).log()), expected, what="the weights")


@test_case(name="estimate: weights beyond the range of numbers", points=0.01, hidden=False)
def beyond_the_range(iwae_bound, normalized_weights):
    """Weights of 1 and 3, 1 and 1, 3 and 1, times e^1000, 1 and e^-1000: their means are 2, 1 and 2."""
    log_w = tensor([1, 1, 3], [3, 1, 1]).log() + tensor(1000, 0, -1000)
    expected = [1000.6931471805599, 0.0, -999.3068528194401]
    assert_close(iwae_bound(log_w), expected, what="the bounds")
    expected = [[0.25, 0.5, 0.75], [0.75, 0.5, 0.25]]
    assert_close(normalized_weights(log_w), expected, what="the weights")
