"""Games of two players: small cases that can be checked by hand."""

from otter.test_files import test_case

from autograder.testing import as_array, assert_equal, assert_one_of

OK_FORMAT = False

name = "6.3"


@test_case(name="bilinear_behaviour: form of the eigenvalues", points=0)
def two_eigenvalues(bilinear_eigenvalues):
    """Only the form is checked; the answer is for you to find."""
    as_array(bilinear_eigenvalues(0.25), shape=(2,), float64=True, what="the eigenvalues")


@test_case(name="bilinear_behaviour: form of the behaviour", points=0)
def behaviour_in_words(bilinear_behaviour):
    """Only the form is checked; the answer is for you to find."""
    words = ("converges", "constant", "diverges")
    assert_one_of(bilinear_behaviour(0.25), words, what="`bilinear_behaviour`")


@test_case(name="bilinear_behaviour: no step at all", points=0.01)
def behaviour_without_steps(bilinear_behaviour):
    """With a learning rate of 0 the state never moves."""
    assert_equal(bilinear_behaviour(0.0), "constant", what="the behaviour")
