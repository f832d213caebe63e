import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.testing import Mismatch, assert_same_set
from autograder.testing.matching import best_order

laws = settings(deadline=None, max_examples=80)
FEW = st.integers(0, 6)


def passes(actual, expected, **options):
    try:
        assert_same_set(actual, expected, **options)
    except Mismatch:
        return False
    return True


@laws
@given(values=st.lists(st.floats(), max_size=8), data=st.data())
def test_every_order_of_a_list_passes(values, data):
    assert passes(data.draw(st.permutations(values)), values)


@laws
@given(
    first=st.lists(st.integers(0, 6), min_size=1, max_size=5),
    data=st.data(),
    atol=st.sampled_from([0, 1, 2]),
    rtol=st.sampled_from([0.0, 0.5]),
)
def test_it_passes_if_and_only_if_some_order_does(first, data, atol, rtol):
    second = data.draw(st.lists(FEW, min_size=len(first), max_size=len(first)))
    brute = any(
        all(abs(a - e) <= max(atol, rtol * e) for a, e in zip(order, second, strict=True))
        for order in itertools.permutations(first)
    )
    actual = [float(a) for a in first]
    expected = [float(e) for e in second]
    assert passes(actual, expected, rtol=rtol, atol=atol) is brute


@laws
@given(
    first=st.lists(st.complex_numbers(max_magnitude=3), min_size=1, max_size=4),
    data=st.data(),
)
def test_an_absolute_tolerance_alone_is_symmetric(first, data):
    numbers = st.complex_numbers(max_magnitude=3)
    second = data.draw(st.lists(numbers, min_size=len(first), max_size=len(first)))
    options = {"rtol": 0, "atol": 1.5}
    assert passes(first, second, **options) is passes(second, first, **options)


@laws
@given(data=st.data(), count=st.integers(0, 6))
def test_the_pairing_is_a_permutation_with_as_many_fits_as_there_can_be(data, count):
    fits = data.draw(hnp.arrays(np.bool_, (count, count)))
    gap = np.where(fits, 0.5, data.draw(hnp.arrays(float, (count, count), elements=FEW)) + 1.0)
    order = best_order(fits, gap)
    assert sorted(order) == list(range(count))
    most = max(
        sum(bool(fits[i, j]) for i, j in enumerate(choice))
        for choice in itertools.permutations(range(count))
    )
    assert fits[np.arange(count), order].sum() == most


def test_a_long_chain_of_moves_is_found():
    """Entry i fits the expected i and i + 1 only, and the last must give way to the first."""
    count = 200
    fits = np.eye(count, dtype=bool) | np.eye(count, k=-1, dtype=bool)
    fits[0] = False
    fits[0, count - 1] = True
    order = best_order(fits, np.where(fits, 0.0, 1.0))
    assert fits[np.arange(count), order].all()


def test_what_fits_nothing_is_paired_nearest_first():
    fits = np.array([[True, False, False], [False, False, False], [False, False, False]])
    gap = np.array([[0.0, 1.0, 1.0], [9.0, 5.0, 2.0], [9.0, 6.0, 1.0]])
    assert best_order(fits, gap).tolist() == [0, 1, 2]


def test_numbers_count_as_often_as_they_stand():
    assert not passes([1.0, 1.0, 2.0], [1.0, 2.0, 2.0])
    assert not passes([1.0, 2.0], [1.0, 2.0, 2.0])


def test_near_double_eigenvalues_in_any_order():
    expected = np.array([-0.5 + 1e-12j, -0.5 - 1e-12j, 2.0])
    assert passes(torch.tensor([2.0, -0.5, -0.5], dtype=torch.complex128), expected)
    assert not passes([-0.5, -0.5, -0.5], expected)


def test_conjugates_are_told_apart():
    assert passes([1 - 2j, 1 + 2j], [1 + 2j, 1 - 2j])
    assert not passes([1 + 2j, 1 + 2j], [1 + 2j, 1 - 2j])


@pytest.mark.parametrize(
    ("actual", "expected", "kind"),
    [
        (None, [1.0], "type"),
        ([[1.0]], [1.0], "shape"),
        (1.0, [1.0], "shape"),
        ([1.0, 2.0], [1.0], "shape"),
        ([1j], [1.0], "dtype"),
        (np.array([1]), [1.0], "dtype"),
        ([float("nan"), 1.0], [1.0, 2.0], "nan"),
        ([float("inf"), 1.0], [1.0, float("-inf")], "nan"),
        ([3.0, 1.0], [1.0, 2.0], "value"),
        ([True, True], [True, False], "value"),
    ],
)
def test_the_order_of_judgement_is_that_of_assert_close(actual, expected, kind):
    with pytest.raises(Mismatch) as caught:
        assert_same_set(actual, expected)
    assert caught.value.kind == kind


@pytest.mark.parametrize("expected", [1.0, [[1.0]], np.zeros(501)])
def test_an_expected_set_is_one_dimensional_and_small(expected):
    with pytest.raises(ValueError, match=r"shape \(n,\) with n at most 500"):
        assert_same_set([1.0], expected)
    with pytest.raises(TypeError, match="the expected value is None"):
        assert_same_set([1.0], None)


def test_the_largest_set_is_matched():
    rng = np.random.default_rng(5)
    expected = rng.standard_normal(500)
    assert passes(rng.permutation(expected), expected)
    assert not passes(rng.permutation(expected) + 1e-6, expected)


def test_tolerances_come_in_pairs():
    with pytest.raises(ValueError, match="both rtol and atol"):
        assert_same_set([1.0], [1.0], rtol=1e-3)
