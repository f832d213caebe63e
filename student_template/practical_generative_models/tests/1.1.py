"""Public cases of the functions of a VAE."""

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "1.1"


@test_case(name="bernoulli: two examples", points=0.01, hidden=False)
def bernoulli(log_likelihood_bernoulli):
    mu = torch.tensor([[0.5, 0.25], [0.8, 0.5]])
    target = torch.tensor([[1.0, 0.0], [1.0, 1.0]])
    # log(0.5 * 0.75) and log(0.8 * 0.5)
    assert_close(log_likelihood_bernoulli(mu, target), torch.tensor([-0.980829, -0.916291]))
