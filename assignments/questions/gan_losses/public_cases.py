"""Public cases of the losses of GANs."""

import torch
from drivers.gan_losses import penalised, value
from otter.test_files import test_case

from autograder.testing import assert_close, unpack, via

OK_FORMAT = False

name = "gan_losses"


@test_case(name="wasserstein: two and two", points=0.01, hidden=False)
def two(vf_wasserstein_distance):
    x, y = torch.tensor([[1.0], [3.0]]), torch.tensor([[0.0], [1.0]])
    found = via(value, vf_wasserstein_distance, x, y, torch.ones(1), 0.0, 1.0)
    loss, _ = unpack(found, 2, what="the loss and its slopes")
    assert_close(loss, torch.tensor(1.5))


@test_case(name="hellinger: two and two", points=0.01, hidden=False)
def two_hellinger(vf_squared_hellinger):
    x = torch.log(torch.tensor([[2.0], [4.0]]))
    y = torch.log(torch.tensor([[1.0], [2.0]]))
    found = via(value, vf_squared_hellinger, x, y, torch.ones(1), 0.0, 1.0)
    loss, _ = unpack(found, 2, what="the loss and its slopes")
    # (1/2 + 3/4) / 2 - (0 + 1) / 2
    assert_close(loss, torch.tensor(0.125))


@test_case(name="penalty: a slope of 3 everywhere", points=0.01, hidden=False)
def steep(lp_reg):
    x, y = torch.ones(4, 1), torch.zeros(4, 1)
    found = via(penalised, lp_reg, x, y, torch.ones(1), 0.0, 3.0)
    penalty, *_ = unpack(found, 3, what="the penalty, its slopes and the points")
    assert_close(penalty, torch.tensor(4.0))


@test_case(name="penalty_images: a slope of 3 everywhere", points=0.01, hidden=False)
def steep_images(lp_reg):
    x, y = torch.ones(3, 1, 3, 3), torch.zeros(3, 1, 3, 3)
    found = via(penalised, lp_reg, x, y, torch.ones(1, 3, 3), 0.0, 1.0)
    penalty, *_ = unpack(found, 3, what="the penalty, its slopes and the points")
    # the norm of nine ones is 3
    assert_close(penalty, torch.tensor(4.0))
