"""Public cases of a guided diffusion."""

import torch
from drivers.cfg_class import asked, trained
from otter.test_files import test_case

from autograder.testing import as_tensor, assert_close, unpack, via

OK_FORMAT = False

name = "cfg_class"

ZERO = torch.zeros(1, 1, 1, 1)


@test_case(name="ratios: as much noise as image", points=0.01, hidden=False)
def equal(CFGDiffusion):
    assert_close(via(asked, CFGDiffusion, "alpha_lambda", ZERO), ZERO + 0.70710678)
    assert_close(via(asked, CFGDiffusion, "sigma_lambda", ZERO), ZERO + 0.70710678)


@test_case(name="forward: as much noise as image", points=0.01, hidden=False)
def sample(CFGDiffusion):
    found = via(asked, CFGDiffusion, "q_sample", ZERO + 1, ZERO, ZERO + 1)
    assert_close(found, ZERO + 1.41421356)


@test_case(name="reverse: from zero to a ratio of 3", points=0.01, hidden=False)
def mean(CFGDiffusion):
    prim = ZERO + 1.0986123
    # exp(-log 3) = 1/3, alpha is sqrt(1/2), then sqrt(3/4)
    found = via(asked, CFGDiffusion, "mu_p_theta", ZERO + 1, ZERO, ZERO, prim)
    assert_close(found, ZERO + 0.40824829)


@test_case(name="loss: form, one number", points=0, hidden=False)
def number(CFGDiffusion):
    x0 = torch.zeros(4, 1, 2, 2)
    loss, *_ = unpack(via(trained, CFGDiffusion, x0, None, x0 + 1), 3, what="the loss")
    as_tensor(loss, shape=(), what="the loss")
