"""The bank's own mistakes are explained to who makes them, right answers to nobody, others truly.

Every misconception is looked at by ``make diagnoses``; here a part of them, drawn evenly.
"""

from itertools import islice

import pytest

from autograder.course.reference import reference_functions
from autograder.course.solution import alternatives
from autograder.staff.mutants.work import CaseTimedOut, limited
from tests.diagnoses import students
from tests.diagnoses.mutated import SECONDS, of_mutants
from tests.diagnoses.students import Student, explain
from tests.support import handed_in
from tests.support.handed_in import ROOT

EVERY = 8
MUTANTS = 2


@pytest.fixture(scope="module")
def assignment():
    return handed_in.assignment()


@pytest.mark.exhaustive
def test_misconceptions_are_named(assignment):
    """At least nine in ten, and where another is named, it is beside the right one."""
    found = [explain(one) for one in islice(students.of_misconceptions(assignment), 0, None, EVERY)]
    hidden = [one for one in found if one.failed]
    assert len(hidden) > 40
    named = [one for one in hidden if one.student.name in one.names]
    silent = [one for one in hidden if not one.names]
    assert len(named) >= 0.9 * len(hidden)
    assert len(named) + len(silent) == len(hidden)


@pytest.mark.exhaustive
def test_of_right_answers_nothing_is_said(assignment):
    """All solutions in other styles that the project keeps: more than twenty."""
    solutions = 0
    for question in assignment.questions:
        right = reference_functions(question.topic)
        for path in alternatives(ROOT, question.topic):
            own = {name: item for name, item in _run(path).items() if name in right}
            found = explain(Student(question, path.stem, {**right, **own}, frozenset(own)))
            assert found.names == set(), path.stem
            solutions += 1
    assert solutions >= 20


@pytest.mark.exhaustive
def test_of_faults_that_nobody_thought_of_nothing_untrue_is_said(assignment):
    """A mutant may be a misconception by another name: then it is one on fresh inputs too."""
    failed = 0
    for student in of_mutants(assignment, ROOT, MUTANTS):
        try:
            with limited(SECONDS):
                found = explain(student)
                untrue = students.contradictions(found)
        except CaseTimedOut:
            continue
        failed += any(not case.passed for part in found.parts for case in part.cases)
        assert untrue == []
    assert failed >= 10


def _run(path):
    space = {}
    exec(compile(path.read_text(), str(path), "exec"), space)
    return space
