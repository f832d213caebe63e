"""Verdicts as people read them."""

from __future__ import annotations

from autograder.model import Case, CaseResult, Outcome
from autograder.verdicts import PARTLY, UNFILLED, VERDICTS, verdict


def test_each_has_a_word_and_a_sign_of_its_own_also_in_ascii():
    """Nobody has to tell colours apart, nor needs a terminal that knows every letter."""
    assert set(VERDICTS) == set(Outcome)
    everything = [*VERDICTS.values(), PARTLY, UNFILLED]
    for field in ("word", "sign", "plain"):
        shown = [getattr(one, field) for one in everything]
        assert len(set(shown)) == len(shown), field
    assert all(one.plain.isascii() and len(one.plain) == len(one.sign) == 1 for one in everything)


def test_a_stub_is_not_a_missing_function():
    case = Case("toy", "f", "of 1", False, 1.0, ("f",), lambda _: None)
    missing = CaseResult(case, Outcome.MISSING)
    assert verdict(missing).word == "missing"
    assert verdict(CaseResult(case, Outcome.MISSING, unfilled=True)) == UNFILLED


def test_a_score_that_earns_nothing_is_wrong_and_one_that_earns_a_share_is_partly_right():
    case = Case("toy", "f", "of 1", False, 1.0, ("f",), lambda _: None)
    assert verdict(CaseResult(case, Outcome.WRONG, share=0.0)).word == "wrong"
    assert verdict(CaseResult(case, Outcome.WRONG, share=0.5)) == PARTLY
