"""Public cases of flow matching."""

import torch
from drivers.flow_matching import placed
from otter.test_files import test_case

from autograder.testing import assert_close, via

OK_FORMAT = False

name = "5.1"


@test_case(name="path: a quarter of the way", points=0.01, hidden=False)
def quarter(FlowMatching):
    x0, x1, t = (
        torch.zeros(1, 1, 1, 1),
        torch.full((1, 1, 1, 1), 4.0),
        torch.tensor([0.25]),
    )
    assert_close(via(placed, FlowMatching, x0, x1, t), torch.ones(1, 1, 1, 1))
