"""Public cases of the functions of a VAE."""

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "1.3"


@test_case(name="log_mean_exp: two rows", points=0.01, hidden=False)
def rows(log_mean_exp):
    y = torch.log(torch.tensor([[1.0, 3.0], [2.0, 6.0]]))
    assert_close(log_mean_exp(y), torch.log(torch.tensor([2.0, 4.0])))
