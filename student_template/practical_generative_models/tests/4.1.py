"""Public cases of a masked convolution."""

from drivers.masked_conv_module import mask
from otter.test_files import test_case

from autograder.testing import as_tensor, via

OK_FORMAT = False

name = "4.1"


@test_case(name="mask: form, of a kernel of three", points=0, hidden=False)
def form(MaskedConv2d):
    found = via(mask, MaskedConv2d, 2, 4, 3, "A")
    as_tensor(found, shape=(4, 2, 3, 3), what="the mask")
