"""Games of two players: small cases that can be checked by hand."""

from otter.test_files import test_case

from autograder.testing import as_array, assert_close

OK_FORMAT = False

name = "6.1"


@test_case(name="bilinear_update: form of the matrix", points=0)
def update_matrix(bilinear_update_matrix):
    """Only the form is checked; the answer is for you to find."""
    as_array(bilinear_update_matrix(0.25), shape=(2, 2), float64=True, what="the matrix")


@test_case(name="bilinear_update: three steps", points=0.01)
def three_steps(bilinear_trajectory):
    expected = [[1.0, 0.0], [1.0, -0.3], [0.91, -0.6], [0.73, -0.873]]
    assert_close(bilinear_trajectory(1.0, 0.0, 0.3, 3), expected, what="the trajectory")
