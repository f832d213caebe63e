"""Who answers a hand-out rightly gets full automatic marks; a wrong answer costs its own part alone."""

from collections.abc import Iterator

import pytest

from autograder.grading.pipeline import Request, run
from autograder.sandbox import Sandbox, Workers
from tests import handouts
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
