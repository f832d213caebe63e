"""Public cases of the functions of a VAE."""

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "1.2"


@test_case(name="normal: the standard normal at 0 and 1", points=0.01, hidden=False)
def standard(log_likelihood_normal):
    mu, z = torch.zeros(2, 1), torch.tensor([[0.0], [1.0]])
    # -log(2 pi)/2, and 1/2 less
    assert_close(log_likelihood_normal(mu, mu, z), torch.tensor([-0.918939, -1.418939]))
