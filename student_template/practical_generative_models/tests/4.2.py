"""Public cases of a masked convolution."""

import torch
from drivers.masked_conv_module import output
from otter.test_files import test_case

from autograder.testing import assert_close, via

OK_FORMAT = False

name = "4.2"


@test_case(name="layer: a kernel of one", points=0.01, hidden=False)
def one(MaskedConv2d):
    x, weight, bias = torch.ones(1, 1, 2, 2), torch.full((1, 1, 1, 1), 3.0), torch.ones(1)
    assert_close(via(output, MaskedConv2d, x, weight, bias, "A", {}), torch.ones(1, 1, 2, 2))
    assert_close(via(output, MaskedConv2d, x, weight, bias, "B", {}), torch.full((1, 1, 2, 2), 4.0))
