"""The reparameterization trick: small cases that can be checked by hand."""

import torch
from drivers.reparameterization import exponent
from otter.test_files import test_case

from autograder.testing import as_tensor, assert_all, assert_close, via

OK_FORMAT = False

name = "2.4"


def tensor(*values):
    return torch.tensor(values, dtype=torch.float64)


def check_form(determinant_cost, kind):
    """Only the form is checked: one whole number that could be an exponent."""
    what = f'the entry "{kind}"'
    found = as_tensor(via(exponent, determinant_cost, kind), shape=(), what=what)
    assert_all((found == 0) | (found == 1) | (found == 2) | (found == 3), f"{what} is 0, 1, 2 or 3")


@test_case(name="triangular_cost: a determinant of three and a half", points=0.01, hidden=False)
def triangular_volume(triangular_log_abs_det):
    """Expanded along its first row, and again, the determinant is 2 times 0.5 times 3.5."""
    S = tensor([2, 0, 0], [5, 0.5, 0], [-7, 4, 3.5])
    assert_close(triangular_log_abs_det(S), 1.252762968495368, what="the log-determinant")


@test_case(name="triangular_cost: form of the answer", points=0, hidden=False)
def triangular_form(determinant_cost):
    check_form(determinant_cost, "triangular")
