"""Dropout and ridge regression: small cases that can be checked by hand.

Cases whose name begins with "form" look at the form of an answer alone; the answer is for you to find.
"""

from drivers.regularization import kinds
from otter.test_files import test_case

from autograder.testing import assert_equal, via

OK_FORMAT = False

name = "1.4"


@test_case(name="comparison: form of the two answers", points=0)
def two_answers(shrinks_evenly):
    expected = {"dropout": "True or False", "ridge": "True or False"}
    assert_equal(via(kinds, shrinks_evenly), expected, what="the kind of each answer")
