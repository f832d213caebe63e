"""Linear SimSiam: small cases that can be checked by hand.

Cases whose name begins with "form" look at the form of an answer alone; the answer is for you to find.

Where nothing else is said, the encoder and its moments are those below. They give
W X = 0.3 [[1, 1, 3], [1, 2, 0]], W X' = 0.3 [[1, -1, 1], [-1, 1, 0]], and hence the second moments
0.09 [[4, 1], [1, 2]] across the branches and 0.09 [[6, 0], [0, 3]] within one.
"""

from otter.test_files import test_case

from autograder.testing import as_array, assert_all

OK_FORMAT = False

name = "4.5"


@test_case(name="survives: form of the four answers", points=0)
def four_answers(survives):
    for stop_grad in (True, False):
        for predictor in (True, False):
            answer = as_array(survives(stop_grad, predictor), shape=(), what="the answer")
            assert_all(answer.dtype == bool, "the answer is True or False")
