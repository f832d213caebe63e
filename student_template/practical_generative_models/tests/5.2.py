"""Public cases of flow matching."""

import torch
from drivers.flow_matching import trained
from otter.test_files import test_case

from autograder.testing import as_tensor, unpack, via

OK_FORMAT = False

name = "5.2"


@test_case(name="loss: form, one number", points=0, hidden=False)
def number(FlowMatching):
    x0, noise = torch.zeros(4, 1, 2, 2), torch.ones(4, 1, 2, 2)
    loss, *_ = unpack(via(trained, FlowMatching, x0, noise), 4, what="the loss")
    as_tensor(loss, shape=(), what="the loss")
