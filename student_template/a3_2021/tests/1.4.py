"""Dropout and ridge regression: small cases that can be checked by hand."""

from drivers.regularization import kinds
from otter.test_files import test_case

from autograder.testing import assert_equal, via

OK_FORMAT = False

name = "1.4"


@test_case(name="comparison: form of the two answers", points=0)
def two_answers(shrinks_evenly):
    """Only the form is checked; the answer is for you to find."""
    expected = {"dropout": "True or False", "ridge": "True or False"}
    assert_equal(via(kinds, shrinks_evenly), expected, what="the kind of each answer")
