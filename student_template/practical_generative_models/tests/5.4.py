"""Public cases of flow matching."""

import torch
from drivers.flow_matching import asked
from otter.test_files import test_case

from autograder.testing import assert_close, via

OK_FORMAT = False

name = "5.4"


@test_case(name="sampling: in one step", points=0.01, hidden=False)
def whole(FlowMatching):
    x = torch.ones(1, 1, 1, 1)
    assert_close(via(asked, FlowMatching, "euler_sample", x, 1), torch.full((1, 1, 1, 1), 0.4))
