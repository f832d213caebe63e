"""Public cases of flow matching."""

import torch
from drivers.flow_matching import stepped
from otter.test_files import test_case

from autograder.testing import assert_close, via

OK_FORMAT = False

name = "5.3"


@test_case(name="steps: half a step", points=0.01, hidden=False)
def half(FlowMatching):
    x = torch.ones(1, 1, 1, 1)
    # the model's velocity is 0.5 * 1 + 1 / 10
    found = via(stepped, FlowMatching, "euler_step", x, 1.0, -0.5)
    assert_close(found, torch.full((1, 1, 1, 1), 0.7))
