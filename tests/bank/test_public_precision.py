"""Who computes in float32 what is graded in float64 reads it before handing in.

A student of this file rounds to float32 whatever goes in and comes out. Where that fails a hidden case of
a function, it fails a public one, unless the public ones look at the form alone.
"""

from functools import partial

import numpy as np
import pytest
import torch

from autograder.course.reference import reference_functions
from autograder.grading.calls import InProcess
from autograder.grading.judging import judge
from autograder.grading.names import Namespace
from autograder.grading.seeds import generator
from tests.support import handed_in


def rounded(value):
    if isinstance(value, torch.Tensor):
        return value.float().double() if value.dtype == torch.float64 else value
    if isinstance(value, np.ndarray):
        return value.astype(np.float32).astype(float) if value.dtype == np.float64 else value
    if isinstance(value, float | np.floating):
        return float(np.float32(value))
    if isinstance(value, list | tuple):
        return type(value)(map(rounded, value))
    return value


def in_float32(function, *arguments, **keywords):
    given = {name: rounded(value) for name, value in keywords.items()}
    return rounded(function(*map(rounded, arguments), **given))


ASSIGNED = handed_in.assignment()
QUESTIONS = {question.topic: question for question in ASSIGNED.questions}


@pytest.mark.exhaustive
@pytest.mark.parametrize("topic", QUESTIONS)
def test_the_digits_of_float32_fail_a_public_case_where_they_fail_a_hidden_one(topic):
    cases = [case for part in QUESTIONS[topic].parts for case in part.cases]
    functions = reference_functions(topic)
    for name in {name for case in cases for name in case.parameters} & functions.keys():
        student = InProcess({**functions, name: partial(in_float32, functions[name])})
        mine = [case for case in cases if name in case.parameters and case.weight > 0]
        if all(case.hidden for case in mine):
            continue
        failed = {
            case.hidden
            for case in mine
            if not judge(case, Namespace(student, generator("float32", case.key))).passed
        }
        assert failed != {True}, name
