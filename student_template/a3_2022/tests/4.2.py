"""Games of two players: small cases that can be checked by hand."""

from otter.test_files import test_case

from autograder.testing import as_array

OK_FORMAT = False

name = "4.2"


@test_case(name="bilinear_stationary: form of the point", points=0)
def two_numbers(bilinear_stationary_point):
    """Only the form is checked; the answer is for you to find."""
    as_array(bilinear_stationary_point(), shape=(2,), what="the stationary point")
