"""Games of two players: small cases that can be checked by hand."""

from otter.test_files import test_case

from autograder.testing import as_array, assert_one_of

OK_FORMAT = False

name = "5.6"


@test_case(name="dirac_penalty_stability: form of the eigenvalues", points=0)
def three_eigenvalues_with_penalty(dirac_eigenvalues):
    """Only the form is checked; the answer is for you to find."""
    as_array(
        dirac_eigenvalues(0.3), shape=(3,), float64=True, what="the eigenvalues for gamma = 0.3"
    )


@test_case(name="dirac_penalty_stability: form of the answer", points=0)
def stability_with_penalty_in_words(dirac_stability):
    """Only the form is checked; the answer is for you to find."""
    words = ("stable", "unstable", "undecided")
    assert_one_of(dirac_stability(0.3), words, what="`dirac_stability`")
