"""Public cases of a guided diffusion."""

import torch
from drivers.cfg_class import asked
from otter.test_files import test_case

from autograder.testing import assert_close, via

OK_FORMAT = False

name = "6.3"

ZERO = torch.zeros(1, 1, 1, 1)


@test_case(name="reverse: from zero to a ratio of 3", points=0.01, hidden=False)
def mean(CFGDiffusion):
    prim = ZERO + 1.0986123
    # exp(-log 3) = 1/3, alpha is sqrt(1/2), then sqrt(3/4)
    found = via(asked, CFGDiffusion, "mu_p_theta", ZERO + 1, ZERO, ZERO, prim)
    assert_close(found, ZERO + 0.40824829)
