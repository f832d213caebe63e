"""Who answers a hand-out rightly gets full automatic marks; a wrong answer costs its own part alone."""

from collections.abc import Iterator

import pytest

from autograder.grading.pipeline import Request, run
from autograder.sandbox import Sandbox, Workers
from autograder.staff.validate import matrix
from tests import handouts
from tests.diagnoses import students
from tests.handouts.mistakes import MISTAKES
from tests.support import handed_in


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Workers]:
    with Sandbox() as workers:
        yield workers


@pytest.mark.parametrize("assignment", handouts.ASSIGNMENTS)
def test_who_knows_nothing_but_the_hand_out_gets_full_automatic_marks(
    sandbox, tmp_path, assignment
):
    path = tmp_path / f"{assignment}.ipynb"
    path.write_text(handouts.submission(assignment), encoding="utf-8")
    whole = handed_in.assignment(assignment)
    report = run(Request(path, whole, isolation=sandbox.isolation), sandbox)
    failed = {
        f"{part.part.number} {case.case.name}": case.detail or case.public
        for part in report.parts
        for case in part.cases
        if not case.passed
    }
    assert failed == {}
    found = {part.part.number: part.score() for part in report.parts}
    assert found == pytest.approx({part.number: part.points for part in whole.parts})


@pytest.mark.parametrize("mistake", MISTAKES, ids=str)
def test_a_wrong_answer_of_the_hand_outs_costs_its_part_alone_and_is_named(mistake):
    whole = handed_in.assignment(mistake.assignment)
    question = next(
        q for q in whole.questions if mistake.number in {part.number for part in q.parts}
    )
    functions = {**matrix.right(question.topic), **mistake.functions}
    student = students.Student(question, str(mistake), functions, frozenset(mistake.functions))
    explained = students.explain(student)
    lost = {
        part.part.number: part.part.points - part.score()
        for part in explained.parts
        if part.score() < part.part.points
    }
    expected = {mistake.number: mistake.lost} if mistake.lost else {}
    assert lost == pytest.approx(expected, abs=0.02)
    named = {one.name: one.sentence for part in explained.parts for one in part.diagnoses}
    assert (mistake.named in named) if mistake.named else (named == {})
    assert bool(mistake.named) == bool(mistake.lost) != bool(mistake.why)
