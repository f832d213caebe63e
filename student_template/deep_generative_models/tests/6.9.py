"""Games of two players: small cases that can be checked by hand."""

from otter.test_files import test_case

from autograder.testing import as_array, assert_all, assert_one_of, assert_same_set

OK_FORMAT = False

name = "6.9"


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


@test_case(name="dirac_penalty_stability: a weight of 1.45", points=0.01)
def eigenvalues_with_penalty(dirac_eigenvalues):
    expected = [-0.2 + 0j, -0.5 + 0j, -1.25 + 0j]
    assert_same_set(dirac_eigenvalues(1.45), expected, what="the eigenvalues for gamma = 1.45")


@test_case(name="dirac_penalty_stability: form of the truth value", points=0)
def truth_value(dirac_is_stable):
    """Only the form is checked; the answer is for you to find."""
    found = as_array(dirac_is_stable(0.3), shape=(), what="the answer for gamma = 0.3")
    assert_all(found.dtype == bool, "the answer is True or False")
