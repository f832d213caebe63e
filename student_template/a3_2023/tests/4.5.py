"""Linear SimSiam: small cases that can be checked by hand."""

from otter.test_files import test_case

from autograder.testing import as_array, assert_all

OK_FORMAT = False

name = "4.5"


@test_case(name="survives: form of the four answers", points=0)
def four_answers(survives):
    """Only the form is checked; the answer is for you to find."""
    for stop_grad in (True, False):
        for predictor in (True, False):
            answer = as_array(survives(stop_grad, predictor), shape=(), what="the answer")
            assert_all(answer.dtype == bool, "the answer is True or False")
