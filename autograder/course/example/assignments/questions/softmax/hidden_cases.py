"""Random inputs against the reference, logits that overflow, and batches of one."""

import torch
from otter.test_files import test_case

from autograder.testing import assert_close, normal
from reference import softmax as reference

OK_FORMAT = False

name = "softmax"


@test_case(name="log_softmax: five rows of three", points=2, hidden=True)
def log_values(log_softmax, rng):
    """The batch is larger than 2, and no two sizes are equal."""
    logits = normal(rng, 5, 3)
    assert_close(log_softmax(logits), reference.log_softmax(logits))


@test_case(name="log_softmax: large logits", points=1, hidden=True)
def log_large(log_softmax, rng):
    """The exponential of 800 is larger than any number of float64."""
    logits = 800 + 100 * normal(rng, 4, 3)
    assert_close(log_softmax(logits), reference.log_softmax(logits))


@test_case(name="log_softmax: one row, one class", points=0.5, hidden=True)
def log_small(log_softmax, rng):
    for shape in ((1, 3), (4, 1)):
        logits = normal(rng, *shape)
        assert_close(log_softmax(logits), reference.log_softmax(logits))


@test_case(name="cross_entropy: five inputs, three classes", points=2, hidden=True)
def loss_values(cross_entropy, rng):
    logits, labels = normal(rng, 5, 3), torch.tensor([2, 0, 1, 1, 2])
    assert_close(cross_entropy(logits, labels), reference.cross_entropy(logits, labels))


@test_case(name="cross_entropy: large logits", points=1, hidden=True)
def loss_large(cross_entropy, rng):
    logits, labels = 800 + 100 * normal(rng, 4, 3), torch.tensor([0, 2, 2, 1])
    assert_close(cross_entropy(logits, labels), reference.cross_entropy(logits, labels))


@test_case(name="cross_entropy: one input, one class", points=0.5, hidden=True)
def loss_small(cross_entropy, rng):
    for shape, labels in (((1, 3), [2]), ((4, 1), [0, 0, 0, 0])):
        logits = normal(rng, *shape)
        labels = torch.tensor(labels)
        assert_close(cross_entropy(logits, labels), reference.cross_entropy(logits, labels))
