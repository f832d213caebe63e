"""Public cases of SimSiam."""

import torch
from drivers.simsiam_module import trained
from otter.test_files import test_case

from autograder.testing import assert_equal, unpack, via

OK_FORMAT = False

name = "7.3"


@test_case(name="forward: form, the encoder is trained", points=0, hidden=False)
def reached(SimSiam):
    x = torch.arange(12.0).reshape(4, 3) / 10
    *_, reaches = unpack(via(trained, SimSiam, (5, 2), x, x**2), 3, what="the gradients")
    assert_equal(reaches, True, what="whether a gradient of the loss reaches the encoder")
