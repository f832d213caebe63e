"""What is found out about a class whose numbers are known."""

from __future__ import annotations

import pytest

from autograder.model import Outcome
from autograder.staff.insight import find, read
from tests.support.insight_batches import HIDDEN, ONES, SPREAD_ONES, SPREAD_ROWS, One, known, left

WRONG = Outcome.WRONG
NAMES = known(transposed="Rows are not columns.", unscaled="The scale is forgotten.")


def found(folder, *ones, names=NAMES):
    return find(read(left(folder, *ones)), names)


def test_a_student_counts_once_for_a_misconception_whatever_it_costs(tmp_path):
    report = found(
        tmp_path,
        One("a", {ONES: WRONG, HIDDEN: WRONG}, {ONES: ["transposed"], HIDDEN: ["transposed"]}),
        One("b", {SPREAD_ONES: WRONG}, {SPREAD_ONES: ["transposed"]}),
        One("c", {SPREAD_ROWS: WRONG}, {SPREAD_ROWS: ["unscaled"]}),
        One("d"),
    )
    first, second = report.misunderstood
    assert (first.name, first.holders, first.parts) == ("transposed", ("a", "b"), ("1.1", "1.2"))
    assert first.sentence == "Rows are not columns."
    assert (second.name, second.holders) == ("unscaled", ("c",))


def test_of_several_candidates_the_one_that_explains_more_is_meant(tmp_path):
    (one,) = found(
        tmp_path,
        One(
            "a",
            {ONES: WRONG, HIDDEN: WRONG},
            {ONES: ["transposed", "unscaled"], HIDDEN: ["transposed"]},
        ),
    ).misunderstood
    assert (one.name, one.holders, one.possible) == ("transposed", ("a",), ())


def test_what_cannot_be_told_apart_is_named_as_possible(tmp_path):
    both = found(
        tmp_path, One("a", {ONES: WRONG}, {ONES: ["transposed", "unscaled"]})
    ).misunderstood
    assert {(one.name, one.holders, one.possible) for one in both} == {
        ("transposed", (), ("a",)),
        ("unscaled", (), ("a",)),
    }


def test_a_candidate_that_would_have_cost_more_is_not_meant(tmp_path):
    names = NAMES | known("mean: ones", "spread: rows", unscaled="The scale is forgotten.")
    both = {ONES: ["transposed", "unscaled"]}
    costs_one = One("a", {ONES: WRONG}, both)
    (one,) = found(tmp_path / "1", costs_one, names=names).misunderstood
    assert (one.name, one.holders) == ("transposed", ("a",))
    costs_all = One("a", {ONES: WRONG, SPREAD_ROWS: WRONG}, both)
    assert len(found(tmp_path / "2", costs_all, names=names).misunderstood) == 2


def test_a_misconception_without_its_assignment_has_a_name_and_no_sentence(tmp_path):
    (one,) = found(
        tmp_path, One("a", {ONES: WRONG}, {ONES: ["transposed"]}), names={}
    ).misunderstood
    assert (one.name, one.sentence) == ("transposed", "")


def test_parts_in_numbers(tmp_path):
    # 1.1 is worth 4 in two cases, 1.2 is worth 6 in two: by hand (4,6) (2,6) (0,3) (4,0), bonus 1 each.
    report = found(
        tmp_path,
        One("a"),
        One("b", {ONES: WRONG}),
        One("c", {ONES: WRONG, HIDDEN: WRONG, SPREAD_ONES: WRONG}),
        One("d", {SPREAD_ONES: Outcome.RAISED, SPREAD_ROWS: Outcome.MISSING}),
    )
    mean, spread, bonus = report.parts
    assert mean.difficulty == pytest.approx((4 + 2 + 0 + 4) / 16)
    assert (mean.full, mean.none) == (2, 1)
    # Deviations (1.5,-.5,-2.5,1.5) and of the rest 7,7,4,1: (2.25,2.25,-.75,-3.75).
    top = 1.5 * 2.25 - 0.5 * 2.25 + 2.5 * 0.75 - 1.5 * 3.75
    expected = top / (11 * (2.25**2 + 2.25**2 + 0.75**2 + 3.75**2)) ** 0.5
    assert mean.discrimination == pytest.approx(expected)
    assert spread.outcomes == {
        Outcome.PASSED: 5,
        WRONG: 1,
        Outcome.RAISED: 1,
        Outcome.MISSING: 1,
    }
    assert bonus.discrimination is None
    assert report.full == 1  # of 10 without the bonus: 11, 9, 4 and 5
    assert report.scores.median == pytest.approx((5 + 9) / 2)


def test_what_was_not_graded_is_in_no_statistic(tmp_path):
    report = found(
        tmp_path,
        One("a"),
        One("b", refused="It is empty."),
        One("c", {ONES: Outcome.GRADER_ERROR}),
        One("d", {SPREAD_ROWS: Outcome.SKIPPED}),
    )
    assert [one.id for one in report.graded_class.judged] == ["a", "d"]
    assert sum(bar.count for bar in report.bars) == 2
    assert report.skipped == {"d": ("1.2",)}
    assert report.grader_errors == {ONES: ("c",)}


def test_outliers_are_named_with_their_submission(tmp_path):
    usual = [One(f"s{n}", seconds=2 + n / 10, peak=300 + n) for n in range(8)]
    report = found(tmp_path, *usual, One("slow", seconds=60), One("large", peak=900))
    assert [one.id for one in report.slow] == ["slow"]
    assert [one.id for one in report.large] == ["large"]
    assert report.large[0].value == 900


def test_results_of_another_version_are_told(tmp_path):
    whole = read(left(tmp_path, One("a"), digest="ee" * 32))
    assert any("another version" in note for note in find(whole).notes)
    assert find(read(left(tmp_path / "same", One("a")))).notes == ()
