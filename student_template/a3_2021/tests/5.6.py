"""Games of two players: small cases that can be checked by hand.

Cases whose name begins with "form" look at the form of an answer alone; the answer is for you to find.
"""

import math

import numpy as np
from otter.test_files import test_case

from autograder.testing import (
    as_array,
    assert_all,
    assert_close,
    assert_equal,
    assert_one_of,
    assert_same_set,
)

OK_FORMAT = False

name = "5.6"


def check_numbers(found, shape, what):
    """The answer has this shape, and its numbers have the digits of float64."""
    as_array(found, shape=shape, what=what)
    dtype = str(getattr(found, "dtype", "")).removeprefix("torch.")
    short = dtype in ("float16", "bfloat16", "float32", "complex64")
    assert_all(not short, f"{what} is in float64 and not in {dtype}, which has too few digits")


@test_case(name="dirac_penalty_stability: form of the eigenvalues", points=0)
def three_eigenvalues_with_penalty(dirac_eigenvalues):
    check_numbers(dirac_eigenvalues(0.3), (3,), "the eigenvalues for gamma = 0.3")


@test_case(name="dirac_penalty_stability: form of the answer", points=0)
def stability_with_penalty_in_words(dirac_stability):
    words = ("stable", "unstable", "undecided")
    assert_one_of(dirac_stability(0.3), words, what="`dirac_stability`")
