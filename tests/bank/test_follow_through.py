"""Follow-through in the bank: who gets a helper wrong and the rest right loses points for the helper.

python -m tests.bank.test_follow_through      what each mistake of a helper costs, without and with it
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from autograder.course.bank import misconceptions
from autograder.course.reference import reference_functions
from autograder.grading.calls import InProcess, Recorder
from autograder.grading.diagnose.carried import carried
from autograder.grading.follow import helpers_of, is_followed
from autograder.grading.judging import judge
from autograder.grading.names import Namespace
from autograder.grading.seeds import generator
from autograder.grading.uses import wrong_alone
from autograder.model import PartResult
from tests.support import handed_in

FOLLOWING = {
    question.topic: question
    for question in handed_in.assignment().questions
    if any(part.follows for part in question.parts)
}


def draw(case, number):
    return generator(f"follow {number}", case.key)


def points(question, functions):
    """What the parts that follow a helper earn without it, and with it."""
    caller = InProcess({**reference_functions(question.topic), **functions})
    judged = {
        case.key: judge(case, Namespace(Recorder(caller), draw(case, 0), case.kinds))
        for part in question.parts
        for case in part.cases
    }
    wrong = wrong_alone(question.parts, judged)
    earned = [0.0, 0.0]
    for part in question.parts:
        helpers = helpers_of(part, question.parts, judged, wrong)
        if not helpers:
            continue
        before = PartResult(part, tuple(judged[case.key] for case in part.cases))
        after = tuple(
            replace(case, followed=is_followed(case, helpers, caller, draw))
            for case in before.cases
        )
        earned[0] += before.score()
        earned[1] += replace(before, cases=after).score()
    return earned


def helpers(topic):
    return {name for part in FOLLOWING[topic].parts for name in part.follows}


def mistakes(topic):
    """The misconceptions of a helper, in it alone, with what follows in the functions that call it."""
    for one in misconceptions(FOLLOWING[topic]):
        for helper in helpers(topic) & one.build().keys():
            alone = replace(one, build=partial(only, one, helper))
            if (whole := carried(topic, alone)) is not None:
                yield f"{helper}, {one.name}", whole.build()


def only(misconception, helper):
    return {helper: misconception.build()[helper]}


@pytest.mark.exhaustive
def test_some_mistakes_of_a_helper_pass_its_public_cases_and_are_followed():
    """t[0] for every example, for one: the public cases have few images."""
    gained = {
        name: after - before
        for topic in FOLLOWING
        for name, functions in mistakes(topic)
        for before, after in [points(FOLLOWING[topic], functions)]
    }
    assert min(gained.values()) >= 0
    assert max(gained.values()) > 0


@pytest.mark.exhaustive
@pytest.mark.parametrize("topic", FOLLOWING)
def test_a_helper_that_returns_its_argument_or_a_constant_gains_nothing(topic):
    """Those who call it and are right otherwise fail with it: its public cases do not pass."""
    for name in helpers(topic):
        for constant in CONSTANTS.values():
            before, after = points(FOLLOWING[topic], {name: constant})
            assert before == after


CONSTANTS = {
    "returns 0": lambda *given: 0.0,
    "returns zeros": lambda first, *others: 0 * first,
    "returns its first argument": lambda first, *others: first,
}


def table():
    """Each mistake of a helper, and each constant in its place, with points and what fails in public."""
    for topic, question in FOLLOWING.items():
        known = [*mistakes(topic)]
        known += [
            (f"{name}, {what}", {name: function})
            for name in sorted(helpers(topic))
            for what, function in CONSTANTS.items()
        ]
        for name, functions in known:
            helper = name.partition(",")[0]
            caller = InProcess({**reference_functions(topic), **functions})
            public = [
                judge(case, Namespace(Recorder(caller), draw(case, 0), case.kinds)).passed
                for part in question.parts
                for case in part.public
                if helper in case.parameters and not case.form
            ]
            if all(public):
                before, after = points(question, functions)
                print(
                    f"{topic}.{name}: {before:g} points in the parts that follow it, {after:g} with it"
                )
            else:
                print(f"{topic}.{name}: a public case of the helper fails, nothing is followed")


if __name__ == "__main__":
    table()
