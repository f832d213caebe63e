"""Public cases of the functions of a VAE."""

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "1.4"


@test_case(name="kl_analytic: two examples", points=0.01, hidden=False)
def analytic(kl_gaussian_gaussian_analytic):
    mu_q, zero = torch.tensor([[1.0, 2.0], [0.0, 3.0]]), torch.zeros(2, 2)
    # between unit Gaussians, half the squared distance
    assert_close(kl_gaussian_gaussian_analytic(mu_q, zero, zero, zero), torch.tensor([2.5, 4.5]))
