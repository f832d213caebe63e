"""Public cases of a guided diffusion."""

import torch
from drivers.cfg_class import trained
from otter.test_files import test_case

from autograder.testing import as_tensor, unpack, via

OK_FORMAT = False

name = "6.4"


@test_case(name="loss: form, one number", points=0, hidden=False)
def number(CFGDiffusion):
    x0 = torch.zeros(4, 1, 2, 2)
    loss, *_ = unpack(via(trained, CFGDiffusion, x0, None, x0 + 1), 3, what="the loss")
    as_tensor(loss, shape=(), what="the loss")
