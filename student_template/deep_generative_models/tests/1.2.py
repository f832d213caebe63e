"""Masked convolutions: small cases that can be checked by hand."""

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "1.2"


@test_case(name="masked_conv2d: counting the earlier neighbours", points=0.01)
def counting(masked_conv2d):
    """With weights of 1, the output adds up the neighbours that come before.

    The pixels are 1, 2, 4, 8, 16 and so on, so that every sum tells which of them are in it. In the first
    row there is only the left one. In the other rows there are two or three above, and the left one
    except in the first column. The three images are that times 0.1, 2 and 3; the bias is 10.
    """
    scale = torch.tensor([0.1, 2.0, 3.0], dtype=torch.float64).reshape(3, 1, 1, 1)
    x = scale * (2.0 ** torch.arange(12, dtype=torch.float64)).reshape(1, 1, 3, 4)
    weight = torch.ones(1, 1, 3, 3, dtype=torch.float64)
    bias = torch.tensor([10.0], dtype=torch.float64)
    sums = [[0.0, 1, 2, 4], [3, 23, 46, 76], [48, 368, 736, 1216]]
    expected = 10 + scale * torch.tensor(sums, dtype=torch.float64)
    assert_close(masked_conv2d(x, weight, bias, "A"), expected, what="the output")
