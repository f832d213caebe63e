"""The reparameterization trick: small cases that can be checked by hand."""

from drivers.reparameterization import exponent
from otter.test_files import test_case

from autograder.testing import as_tensor, assert_all, via

OK_FORMAT = False

name = "2.2"


def check_form(determinant_cost, kind):
    """Only the form is checked: one whole number that could be an exponent."""
    what = f'the entry "{kind}"'
    found = as_tensor(via(exponent, determinant_cost, kind), shape=(), what=what)
    assert_all((found == 0) | (found == 1) | (found == 2) | (found == 3), f"{what} is 0, 1, 2 or 3")


@test_case(name="diagonal_cost: form of the answer", points=0, hidden=False)
def diagonal_form(determinant_cost):
    check_form(determinant_cost, "diagonal")
