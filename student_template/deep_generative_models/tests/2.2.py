"""The reparameterization trick: small cases that can be checked by hand."""

import torch
from drivers.reparameterization import exponent
from otter.test_files import test_case

from autograder.testing import as_tensor, assert_all, assert_close, via

OK_FORMAT = False

name = "2.2"


def tensor(*values):
    return torch.tensor(values, dtype=torch.float64)


@test_case(name="diagonal_cost: a volume of three and a half", points=0.01, hidden=False)
def diagonal_volume(diagonal_log_abs_det):
    """A box with the sides 2.5, 0.5 and 2.8 has the volume 3.5, and log 3.5 = 1.252762968495368."""
    found = diagonal_log_abs_det(tensor(2.5, 0.5, 2.8))
    assert_close(found, 1.252762968495368, what="the log-determinant")


def check_form(determinant_cost, kind):
    """Only the form is checked: one whole number that could be an exponent."""
    what = f'the entry "{kind}"'
    found = as_tensor(via(exponent, determinant_cost, kind), shape=(), what=what)
    assert_all((found == 0) | (found == 1) | (found == 2) | (found == 3), f"{what} is 0, 1, 2 or 3")


@test_case(name="diagonal_cost: form of the answer", points=0, hidden=False)
def diagonal_form(determinant_cost):
    check_form(determinant_cost, "diagonal")
