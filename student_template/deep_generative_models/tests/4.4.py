"""Importance-weighted bounds: small cases that can be checked by hand."""

from itertools import permutations

import torch
from otter.test_files import test_case

from autograder.testing import Mismatch, assert_close, assert_equal

OK_FORMAT = False

name = "4.4"


def tensor(*values):
    return torch.tensor(values, dtype=torch.float64)


# Two tables. In the first p(x, z) is 0.25 and 0.3 and q is 1/4 and 3/4: the weights are 1 and 0.4. In
# the second p(x, z) is 0.1, 0.3 and 0.05 and q is 0.3, 0.5 and 0.2: 1/3, 3/5 and 1/4.
TABLES = (((0.25, 0.3), (0.25, 0.75)), ((0.1, 0.3, 0.05), (0.3, 0.5, 0.2)))


def tables():
    """The joint and the proposal of either table."""
    return [(tensor(*joint), tensor(*q)) for joint, q in TABLES]


@test_case(name="resampled: two samples", points=1, hidden=False)
def two_samples(expected_refined_proposal):
    """Beside index 0 the refined proposal is (1/4, 3/7), beside index 1 it is (5/14, 3/4).

    Their mean with the probabilities 1/4 and 3/4 is (37/112, 75/112). In the second table the mean of
    three is taken.
    """
    means = [[37 / 112, 75 / 112], [93 / 350, 139 / 238, 447 / 2975]]
    for table, expected in zip(tables(), means, strict=True):
        found = expected_refined_proposal(*table, 2)
        assert_close(found, expected, what="the expected refined proposal")


NAMES = ("L_1[q]", "L_K[q]", "L_1[q_K]", "log p")


@test_case(name="resampled: form of bounds_in_order()", points=0, hidden=False)
def form_of_the_order(bounds_in_order):
    """Each of the four names once; in which order is for you to find."""
    found = bounds_in_order()
    for order in permutations(NAMES):
        try:
            return assert_equal(found, list(order), what="bounds_in_order()")
        except Mismatch:
            continue
    text = "bounds_in_order() is not a tuple or a list with each of these names once: "
    raise Mismatch("value", text + ", ".join(map(repr, NAMES)) + ".")
