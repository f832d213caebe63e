"""What students derived in the hand-outs: the first false line is where a person found it, and why."""

import pytest

from autograder import check_derivation
from tests.support.handout_derivations import ALL


@pytest.mark.parametrize("typed", ALL, ids=lambda typed: typed.where)
def test_the_first_false_line_is_the_one_that_a_person_found(typed):
    verdict = check_derivation(typed.name, list(typed.lines))
    assert verdict.refused is None
    assert verdict.first_false == typed.false
    if typed.false is None:
        assert all(not line.explanation or "again" in line.explanation for line in verdict.lines)
    else:
        explanation = verdict.lines[typed.false].explanation.lower()
        for words in typed.says:
            assert words.lower() in explanation


def test_half_of_the_derivations_of_the_hand_outs_are_false_somewhere():
    assert len(ALL) == len({typed.where for typed in ALL}) == 39
    assert sum(typed.false is not None for typed in ALL) == 19
    assert all(typed.why and typed.says for typed in ALL if typed.false is not None)
