"""Public cases of a masked convolution."""

import torch
from drivers.masked_conv_module import mask, output
from otter.test_files import test_case

from autograder.testing import as_tensor, assert_close, via

OK_FORMAT = False

name = "masked_conv_module"


@test_case(name="mask: form, of a kernel of three", points=0, hidden=False)
def form(MaskedConv2d):
    found = via(mask, MaskedConv2d, 2, 4, 3, "A")
    as_tensor(found, shape=(4, 2, 3, 3), what="the mask")


@test_case(name="layer: a kernel of one", points=0.01, hidden=False)
def one(MaskedConv2d):
    x, weight, bias = torch.ones(1, 1, 2, 2), torch.full((1, 1, 1, 1), 3.0), torch.ones(1)
    assert_close(via(output, MaskedConv2d, x, weight, bias, "A", {}), torch.ones(1, 1, 2, 2))
    assert_close(via(output, MaskedConv2d, x, weight, bias, "B", {}), torch.full((1, 1, 2, 2), 4.0))
