"""Public cases of the losses of GANs."""

import torch
from drivers.gan_losses import value
from otter.test_files import test_case

from autograder.testing import assert_close, unpack, via

OK_FORMAT = False

name = "2.2"


@test_case(name="hellinger: two and two", points=0.01, hidden=False)
def two_hellinger(vf_squared_hellinger):
    x = torch.log(torch.tensor([[2.0], [4.0]]))
    y = torch.log(torch.tensor([[1.0], [2.0]]))
    found = via(value, vf_squared_hellinger, x, y, torch.ones(1), 0.0, 1.0)
    loss, _ = unpack(found, 2, what="the loss and its slopes")
    # (1/2 + 3/4) / 2 - (0 + 1) / 2
    assert_close(loss, torch.tensor(0.125))
