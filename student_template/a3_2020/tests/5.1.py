"""Normalizing flows: small cases that can be checked by hand."""

import math

from otter.test_files import test_case

from autograder.testing import as_array, assert_all

OK_FORMAT = False

name = "5.1"


@test_case(name="relu: a rising slope and a falling one", points=1)
def two_slopes(relu_collision):
    """2 relu(3z - 1) and relu(1 - z/2): any two different numbers with one image will do."""
    for a, b, c in ((2.0, 3.0, -1.0), (1.0, -0.5, 1.0)):
        z1, z2 = as_array(relu_collision(a, b, c), shape=(2,), what="the pair")
        assert_all(math.isfinite(z1 + z2), "the two numbers are finite")
        assert_all(abs(z1 - z2) > 1e-6, "the two numbers are different")
        gap = abs(a) * abs(max(b * z1 + c, 0.0) - max(b * z2 + c, 0.0))
        assert_all(gap <= 1e-6, "the two numbers have the same image")
