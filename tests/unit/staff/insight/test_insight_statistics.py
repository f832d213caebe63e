"""Statistics, held against numbers worked out by hand or by closed forms."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.staff.insight.statistics import (
    correlation,
    discrimination,
    far_above,
    histogram,
    spread,
)

POINTS = st.lists(st.floats(0, 100), min_size=1, max_size=60)


@given(POINTS, st.floats(0.5, 200))
def test_every_value_lies_in_exactly_one_bar(values, highest):
    bars = histogram(values, highest)
    assert sum(bar.count for bar in bars) == len(values)
    assert bars[0].low == 0
    assert bars[-1].high >= max(highest, *values) * (1 - 1e-9)
    for one, after in itertools.pairwise(bars):
        assert one.high == after.low


def test_bars_are_of_a_width_that_is_easy_to_read():
    assert {bar.high - bar.low for bar in histogram([], 168)} == {10}
    assert {bar.high - bar.low for bar in histogram([], 20)} == {1}
    assert {bar.high - bar.low for bar in histogram([], 50)} == {2.5}


def test_only_the_last_bar_includes_its_end():
    counts = [bar.count for bar in histogram([0, 1, 1, 2, 4], 4, bars=4)]
    assert counts == [1, 2, 1, 1]


def test_a_bonus_moves_the_end_up():
    assert histogram([21.0], 20)[-1].high >= 21


def test_quartiles_between_values_are_interpolated():
    found = spread([1, 2, 3, 4])
    assert (found.least, found.lower, found.median, found.upper, found.most) == (
        1,
        1.75,
        2.5,
        3.25,
        4,
    )
    assert found.mean == 2.5
    assert spread([]) is None


def test_correlation_of_five_pairs_by_hand():
    # Deviations (-2,-1,0,1,2) and (-2,0,-1,1,2): 9 over the root of 10 times 10.
    assert correlation([1, 2, 3, 4, 5], [2, 4, 3, 5, 6]) == pytest.approx(0.9)


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 50)), min_size=3, max_size=40).filter(
        lambda pairs: len({a for a, _ in pairs}) == 2 and len({b for _, b in pairs}) > 1
    )
)
def test_with_two_values_it_is_the_point_biserial_formula(pairs):
    # (mean of those who have it - mean of those who do not) / deviation of all * root of p q.
    have = [score for got, score in pairs if got]
    lack = [score for got, score in pairs if not got]
    every = have + lack
    mean = sum(every) / len(every)
    deviation = math.sqrt(sum((score - mean) ** 2 for score in every) / len(every))
    p = len(have) / len(every)
    gap = sum(have) / len(have) - sum(lack) / len(lack)
    expected = gap / deviation * math.sqrt(p * (1 - p))
    got = correlation([float(a) for a, _ in pairs], [float(b) for _, b in pairs])
    assert got == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("one", "other"),
    [([1, 1, 1, 1], [1, 2, 3, 4]), ([1, 2, 3, 4], [5, 5, 5, 5]), ([1, 2], [1, 2]), ([], [])],
)
def test_without_variation_it_is_not_defined(one, other):
    assert correlation(one, other) is None


def test_rounding_is_no_variation():
    assert correlation([0.1 + 0.2, 0.3, 0.3, 0.3], [1, 2, 3, 4]) is None


def test_a_part_is_not_correlated_with_itself():
    # The rest is 10, 0, 10, 0 while the part is 0, 1, 0, 1.
    part = [0, 1, 0, 1]
    assert discrimination(part, [10, 1, 10, 1]) == pytest.approx(-1)
    # And where the part is everything, nothing is left to compare with.
    assert discrimination(part, part) is None


def test_outliers_by_hand():
    # Median 3, distances 2 1 0 1 97: their median is 1, the unit 1.4826.
    assert far_above([1, 2, 3, 4, 100]) == ((4, pytest.approx(97 / 1.4826)),)


def test_where_most_agree_the_mean_distance_is_the_unit():
    # Median 2, distances 0 0 0 0 8: their mean is 1.6, the unit 1.2533 times that.
    found = far_above([2, 2, 2, 2, 10])
    assert found == ((4, pytest.approx(8 / (1.2533 * 1.6))),)


@pytest.mark.parametrize(
    "values",
    [
        [],
        [1, 100],
        [2, 2, 2, 2],
        [2.00, 2.01, 2.02, 2.03, 2.5],  # far in deviations, but a quarter more
        [50, 51, 52, 53, 1],  # far below
    ],
)
def test_what_is_no_outlier(values):
    assert far_above(values) == ()


@given(st.lists(st.floats(0.1, 1000), min_size=3, max_size=40), st.integers(-6, 6))
def test_outliers_do_not_depend_on_the_unit_of_measure(values, power):
    factor = 2.0**power  # exact, so that nothing moves across a bound
    places = [place for place, _ in far_above(values)]
    assert [place for place, _ in far_above([value * factor for value in values])] == places
