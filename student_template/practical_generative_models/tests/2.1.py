"""Public cases of the losses of GANs."""

import torch
from drivers.gan_losses import value
from otter.test_files import test_case

from autograder.testing import assert_close, unpack, via

OK_FORMAT = False

name = "2.1"


@test_case(name="wasserstein: two and two", points=0.01, hidden=False)
def two(vf_wasserstein_distance):
    x, y = torch.tensor([[1.0], [3.0]]), torch.tensor([[0.0], [1.0]])
    found = via(value, vf_wasserstein_distance, x, y, torch.ones(1), 0.0, 1.0)
    loss, _ = unpack(found, 2, what="the loss and its slopes")
    assert_close(loss, torch.tensor(1.5))
