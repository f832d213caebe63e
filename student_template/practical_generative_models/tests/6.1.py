"""Public cases of a guided diffusion."""

import torch
from drivers.cfg_class import asked
from otter.test_files import test_case

from autograder.testing import assert_close, via

OK_FORMAT = False

name = "6.1"

ZERO = torch.zeros(1, 1, 1, 1)


@test_case(name="ratios: as much noise as image", points=0.01, hidden=False)
def equal(CFGDiffusion):
    assert_close(via(asked, CFGDiffusion, "alpha_lambda", ZERO), ZERO + 0.70710678)
    assert_close(via(asked, CFGDiffusion, "sigma_lambda", ZERO), ZERO + 0.70710678)
