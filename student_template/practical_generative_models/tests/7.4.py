"""Public cases of SimSiam."""

import torch
from drivers.simsiam_module import loss
from otter.test_files import test_case

from autograder.testing import assert_close, unpack, via

OK_FORMAT = False

name = "7.4"


@test_case(name="loss: two rows", points=0.01, hidden=False)
def number(SimSiam):
    p1, z2 = torch.tensor([[3.0, 4.0], [1.0, 0.0]]), torch.tensor([[4.0, 3.0], [0.0, 2.0]])
    p2, z1 = torch.ones(2, 2), torch.ones(2, 2)
    found = via(loss, SimSiam, p1, p2, z1, z2)
    # the cosines are 0.96 and 0, then 1 and 1
    assert_close(unpack(found, 2, what="the loss")[0], torch.tensor(-0.74))
