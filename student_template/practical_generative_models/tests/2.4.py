"""Public cases of the losses of GANs."""

import torch
from drivers.gan_losses import penalised
from otter.test_files import test_case

from autograder.testing import assert_close, unpack, via

OK_FORMAT = False

name = "2.4"


@test_case(name="penalty_images: a slope of 3 everywhere", points=0.01, hidden=False)
def steep_images(lp_reg):
    x, y = torch.ones(3, 1, 3, 3), torch.zeros(3, 1, 3, 3)
    found = via(penalised, lp_reg, x, y, torch.ones(1, 3, 3), 0.0, 1.0)
    penalty, *_ = unpack(found, 3, what="the penalty, its slopes and the points")
    # the norm of nine ones is 3
    assert_close(penalty, torch.tensor(4.0))
