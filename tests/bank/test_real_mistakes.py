"""Real mistakes, as students write them, get the right name or pattern, and none a wrong one."""

import pytest

from autograder.course.bank import misconceptions
from autograder.course.reference import reference_functions
from tests.diagnoses.real import MISTAKES, STYLES, run
from tests.diagnoses.students import Student, explain
from tests.support import handed_in

QUESTIONS = {question.topic: question for question in handed_in.assignment().questions}
TOPICS = {mistake.function: mistake.topic for mistake in MISTAKES}


def explained(topic, name, function):
    functions = {**reference_functions(topic), name: function}
    student = Student(QUESTIONS[topic], name, functions, frozenset({name}))
    return explain(student, misconceptions(QUESTIONS[topic]))


def said(found):
    """What failed cases say of the pattern."""
    return " ".join(
        f"{case.detail} {case.hint}"
        for part in found.parts
        for case in part.cases
        if not case.passed
    )


def is_named(mistake, found):
    """By the misconception, or by words of the pattern after an asterisk."""
    words = [word[1:] for word in mistake.expected if word.startswith("*")]
    return bool(found.names & set(mistake.expected)) or any(word in said(found) for word in words)


@pytest.mark.exhaustive
def test_four_in_five_are_named_rightly_and_none_wrongly():
    silent, wrong = [], []
    for mistake in MISTAKES:
        for style in STYLES:
            found = explained(mistake.topic, mistake.function, mistake.build(style))
            assert any(not case.passed for part in found.parts for case in part.cases)
            if not is_named(mistake, found):
                (wrong if found.names else silent).append((mistake.name, style, found.names))
    assert wrong == []
    assert len(MISTAKES) >= 40
    assert len(silent) <= 0.2 * len(MISTAKES) * len(STYLES), silent


@pytest.mark.exhaustive
def test_of_the_same_code_without_a_mistake_nothing_is_said():
    """What is written in numpy has no gradient, and loses the cases that ask for one."""
    for style, sources in STYLES.items():
        for name, source in sources.items():
            found = explained(TOPICS[name], name, run(source, name))
            assert found.names == set(), (style, name)
