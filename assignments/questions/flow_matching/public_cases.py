"""Public cases of flow matching."""

import torch
from drivers.flow_matching import asked, placed, stepped, trained
from otter.test_files import test_case

from autograder.testing import as_tensor, assert_close, unpack, via

OK_FORMAT = False

name = "flow_matching"


@test_case(name="path: a quarter of the way", points=0.01, hidden=False)
def quarter(FlowMatching):
    x0, x1, t = (
        torch.zeros(1, 1, 1, 1),
        torch.full((1, 1, 1, 1), 4.0),
        torch.tensor([0.25]),
    )
    assert_close(via(placed, FlowMatching, x0, x1, t), torch.ones(1, 1, 1, 1))


@test_case(name="loss: form, one number", points=0, hidden=False)
def number(FlowMatching):
    x0, noise = torch.zeros(4, 1, 2, 2), torch.ones(4, 1, 2, 2)
    loss, *_ = unpack(via(trained, FlowMatching, x0, noise), 4, what="the loss")
    as_tensor(loss, shape=(), what="the loss")


@test_case(name="steps: half a step", points=0.01, hidden=False)
def half(FlowMatching):
    x = torch.ones(1, 1, 1, 1)
    # the model's velocity is 0.5 * 1 + 1 / 10
    found = via(stepped, FlowMatching, "euler_step", x, 1.0, -0.5)
    assert_close(found, torch.full((1, 1, 1, 1), 0.7))


@test_case(name="sampling: in one step", points=0.01, hidden=False)
def whole(FlowMatching):
    x = torch.ones(1, 1, 1, 1)
    assert_close(via(asked, FlowMatching, "euler_sample", x, 1), torch.full((1, 1, 1, 1), 0.4))
