"""Public cases of the functions of a VAE."""

import torch
from drivers.vae_functions import chosen
from otter.test_files import test_case

from autograder.testing import assert_close, via

OK_FORMAT = False

name = "1.5"


@test_case(name="kl_mc: of a Gaussian with itself", points=0.01, hidden=False)
def itself(kl_gaussian_gaussian_mc):
    rows = [torch.ones(2, 3), torch.zeros(2, 3), torch.ones(2, 3), torch.zeros(2, 3)]
    assert_close(via(chosen, kl_gaussian_gaussian_mc, rows), torch.zeros(2))
