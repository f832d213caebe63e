"""Numbers that can be checked by hand. They weigh little: anybody can copy them."""

import math

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "softmax"


@test_case(name="log_softmax: equal logits", points=0.01)
def equal_logits(log_softmax):
    """Four equal logits give four equal probabilities, whatever they are."""
    logits = torch.tensor([[7.0, 7.0, 7.0, 7.0], [5.0, 5.0, 5.0, 5.0]], dtype=torch.float64)
    expected = torch.full((2, 4), -math.log(4), dtype=torch.float64)
    assert_close(log_softmax(logits), expected)


@test_case(name="log_softmax: logits that are logarithms", points=0.01)
def logarithms(log_softmax):
    """The exponentials are 1, 2 and 5, which sum to 8."""
    logits = torch.tensor([[0.0, math.log(2), math.log(5)]], dtype=torch.float64)
    expected = torch.tensor([[1 / 8, 2 / 8, 5 / 8]], dtype=torch.float64).log()
    assert_close(log_softmax(logits), expected)


@test_case(name="cross_entropy: two inputs by hand", points=0.01)
def two_inputs(cross_entropy):
    """The right classes have the probabilities 1/2 and 1/8: the mean of log 2 and log 8 is log 4."""
    logits = torch.tensor([[0.0, 0.0], [0.0, math.log(7)]], dtype=torch.float64)
    labels = torch.tensor([1, 0])
    assert_close(cross_entropy(logits, labels), math.log(4))
