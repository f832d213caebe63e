"""Public cases of the losses of GANs."""

import torch
from drivers.gan_losses import penalised
from otter.test_files import test_case

from autograder.testing import assert_close, unpack, via

OK_FORMAT = False

name = "2.3"


@test_case(name="penalty: a slope of 3 everywhere", points=0.01, hidden=False)
def steep(lp_reg):
    x, y = torch.ones(4, 1), torch.zeros(4, 1)
    found = via(penalised, lp_reg, x, y, torch.ones(1), 0.0, 3.0)
    penalty, *_ = unpack(found, 3, what="the penalty, its slopes and the points")
    assert_close(penalty, torch.tensor(4.0))
