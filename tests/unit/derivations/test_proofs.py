"""The bank's derivations: true ones hold by every road, known mistakes are caught, and tricks earn nothing.

`make test` looks at 20 instances; the exhaustive test looks at 200, and at every slip of every line.
"""

import pytest

from autograder import check_derivation
from autograder.course.bank.derivations import derivations, proofs
from autograder.course.project import project_root
from autograder.derivations.slips import SlipOutcome
from autograder.staff.validate.derivations import prove

BANK = project_root() / "assignments" / "questions"
TOPICS = sorted(path.parent.name for path in BANK.glob("*/derivations.py"))
DERIVATIONS = [
    (topic, name)
    for topic in TOPICS
    for name in derivations(BANK / topic / "derivations.py", topic)
]
BY_NAME = pytest.mark.parametrize(("topic", "name"), DERIVATIONS)


def declared(topic, name):
    return derivations(BANK / topic / "derivations.py", topic)[name]


@pytest.mark.exhaustive
@BY_NAME
def test_five_or_more_true_derivations_by_different_roads_hold_and_are_complete(topic, name):
    written = proofs(BANK / topic)[name]
    assert len({tuple(lines) for lines in written}) >= 5
    for lines in written:
        verdict = check_derivation(f"{topic}.{name}", lines)
        told = [f"{line.status}: {line.explanation}" for line in verdict.lines]
        assert verdict.complete, "\n".join(told)


@BY_NAME
def test_every_known_mistake_is_caught_at_its_line_with_its_sentence(topic, name):
    found = declared(topic, name)
    assert found.wrong
    for wrong in found.wrong:
        lines = [line for line in (wrong.after, wrong.line) if line]
        verdict = check_derivation(f"{topic}.{name}", lines)
        assert verdict.first_false == len(lines) - 1, wrong.name
        assert wrong.sentence in verdict.lines[-1].explanation, wrong.name


@BY_NAME
def test_the_given_lines_alone_or_repeated_show_no_step(topic, name):
    found = declared(topic, name)
    for lines in ([found.first, found.last], [found.first, found.last, found.last]):
        verdict = check_derivation(f"{topic}.{name}", lines)
        assert verdict.first_false is None
        assert not any(verdict.waypoints)
        assert verdict.share == (0.0 if found.waypoints else 1.0)


@pytest.mark.exhaustive
@pytest.mark.parametrize("topic", TOPICS)
def test_proofs_hold_on_200_instances_and_slips_are_found_where_they_are(topic):
    for found in prove(BANK / topic):
        assert found.problems == ()
        assert found.fates[SlipOutcome.LOCATED] > 100
        assert found.located >= 0.99
