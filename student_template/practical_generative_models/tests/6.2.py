"""Public cases of a guided diffusion."""

import torch
from drivers.cfg_class import asked
from otter.test_files import test_case

from autograder.testing import assert_close, via

OK_FORMAT = False

name = "6.2"

ZERO = torch.zeros(1, 1, 1, 1)


@test_case(name="forward: as much noise as image", points=0.01, hidden=False)
def sample(CFGDiffusion):
    found = via(asked, CFGDiffusion, "q_sample", ZERO + 1, ZERO, ZERO + 1)
    assert_close(found, ZERO + 1.41421356)
