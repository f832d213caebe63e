"""Public cases of the functions of a VAE."""

import torch
from drivers.vae_functions import chosen
from otter.test_files import test_case

from autograder.testing import assert_close, via

OK_FORMAT = False

name = "vae_functions"


@test_case(name="bernoulli: two examples", points=0.01, hidden=False)
def bernoulli(log_likelihood_bernoulli):
    mu = torch.tensor([[0.5, 0.25], [0.8, 0.5]])
    target = torch.tensor([[1.0, 0.0], [1.0, 1.0]])
    # log(0.5 * 0.75) and log(0.8 * 0.5)
    assert_close(log_likelihood_bernoulli(mu, target), torch.tensor([-0.980829, -0.916291]))


@test_case(name="normal: the standard normal at 0 and 1", points=0.01, hidden=False)
def standard(log_likelihood_normal):
    mu, z = torch.zeros(2, 1), torch.tensor([[0.0], [1.0]])
    # -log(2 pi)/2, and 1/2 less
    assert_close(log_likelihood_normal(mu, mu, z), torch.tensor([-0.918939, -1.418939]))


@test_case(name="log_mean_exp: two rows", points=0.01, hidden=False)
def rows(log_mean_exp):
    y = torch.log(torch.tensor([[1.0, 3.0], [2.0, 6.0]]))
    assert_close(log_mean_exp(y), torch.log(torch.tensor([2.0, 4.0])))


@test_case(name="kl_analytic: two examples", points=0.01, hidden=False)
def analytic(kl_gaussian_gaussian_analytic):
    mu_q, zero = torch.tensor([[1.0, 2.0], [0.0, 3.0]]), torch.zeros(2, 2)
    # between unit Gaussians, half the squared distance
    assert_close(kl_gaussian_gaussian_analytic(mu_q, zero, zero, zero), torch.tensor([2.5, 4.5]))


@test_case(name="kl_mc: of a Gaussian with itself", points=0.01, hidden=False)
def itself(kl_gaussian_gaussian_mc):
    rows = [torch.ones(2, 3), torch.zeros(2, 3), torch.ones(2, 3), torch.zeros(2, 3)]
    assert_close(via(chosen, kl_gaussian_gaussian_mc, rows), torch.zeros(2))
