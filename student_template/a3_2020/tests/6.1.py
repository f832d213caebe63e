"""Games of two players: small cases that can be checked by hand."""

from otter.test_files import test_case

from autograder.testing import as_array

OK_FORMAT = False

name = "6.1"


@test_case(name="bilinear_update: form of the matrix", points=0)
def update_matrix(bilinear_update_matrix):
    """Only the form is checked; the answer is for you to find."""
    as_array(bilinear_update_matrix(0.25), shape=(2, 2), float64=True, what="the matrix")
