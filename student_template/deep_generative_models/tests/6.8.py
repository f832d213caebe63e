"""Games of two players: small cases that can be checked by hand."""

from otter.test_files import test_case

from autograder.testing import as_array

OK_FORMAT = False

name = "6.8"


@test_case(name="dirac_penalty_rest: form of the Jacobian", points=0)
def nine_numbers_with_penalty(dirac_rest_jacobian):
    """Only the form is checked; the answer is for you to find."""
    as_array(
        dirac_rest_jacobian(0.3), shape=(3, 3), float64=True, what="the Jacobian for gamma = 0.3"
    )
