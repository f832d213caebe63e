"""Normalizing flows: small cases that can be checked by hand."""

import torch
from otter.test_files import test_case

from autograder.testing import assert_close

OK_FORMAT = False

name = "5.5"


def numbers(*rows):
    return torch.tensor(rows, dtype=torch.float64)


@test_case(name="radius: distances before the layer", points=0.01)
def radius_by_hand(radial_radius):
    """With alpha = 5 and beta = 10: 5 + 50/10, 15 + 150/20 and 45 + 450/50.

    With alpha = 0.3 and beta = -0.2: 0.7 - 0.14/1 and 0.2 - 0.04/0.5.
    """
    found = radial_radius(numbers(10, 22.5, 54), 5.0, 10.0)
    assert_close(found, numbers(5, 15, 45), what="r")
    found = radial_radius(numbers(0.56, 0.12), 0.3, -0.2)
    assert_close(found, numbers(0.7, 0.2), what="r")
