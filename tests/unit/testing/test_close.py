from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.testing import Mismatch, assert_close
from autograder.testing.compare import EXACT, TOLERANCES, Tolerance, compare, differences
from autograder.testing.values import read

laws = settings(deadline=None, max_examples=80)

REAL_DTYPES = ("bool", "int8", "int64", "uint8", "uint64", "float16", "float32", "float64")
ANY_DTYPE = st.sampled_from([*REAL_DTYPES, "complex64", "complex128"]).map(np.dtype)
ANY_ARRAY = ANY_DTYPE.flatmap(lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0)))
SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3)
NUMBERS = st.floats(allow_nan=True, allow_infinity=True)
DYADIC = st.integers(-(2**20), 2**20).map(lambda k: Fraction(k, 2**10))
BOUNDS = st.integers(0, 2**8).map(lambda k: Fraction(k, 2**8))


def kind_of(actual, expected, **options):
    """The kind of the mismatch, or None where there is none."""
    try:
        assert_close(actual, expected, **options)
    except Mismatch as mismatch:
        return mismatch.kind
    return None


# Laws


@laws
@given(array=ANY_ARRAY)
def test_every_array_is_close_to_itself(array):
    assume(array.dtype != np.uint64 or array.size == 0 or array.max() < 2**63)
    assert_close(array, array)
    assert_close(array, array, rtol=0, atol=0)
    assert_close(torch.from_numpy(array.copy()), array)
    assert_close(array.tolist(), array if array.size else array.tolist())


@laws
@given(e=DYADIC, a=DYADIC, rtol=BOUNDS, atol=BOUNDS)
def test_the_bound_is_the_looser_of_the_two_and_is_itself_allowed(e, a, rtol, atol):
    """These numbers and products are exact in float64: the verdict must be that of Fractions."""
    right = abs(a - e) <= max(atol, rtol * abs(e))
    options = {"rtol": float(rtol), "atol": float(atol)}
    assert (kind_of(float(a), float(e), **options) is None) is right
    assert (kind_of([float(e), float(a)], [float(e)] * 2, **options) is None) is right


@laws
@given(e=DYADIC, rtol=BOUNDS, atol=BOUNDS, sign=st.sampled_from([-1, 1]))
def test_the_bound_itself_passes_and_the_next_number_beyond_does_not(e, rtol, atol, sign):
    edge = e + sign * max(atol, rtol * abs(e))
    step = Fraction(1, 2**30)
    options = {"rtol": float(rtol), "atol": float(atol)}
    assert kind_of(float(edge), float(e), **options) is None
    assert kind_of(float(edge + sign * step), float(e), **options) == "value"


@laws
@given(
    e=st.integers(-(2**63), 2**63 - 1),
    a=st.integers(-(2**63), 2**63 - 1),
    near=st.integers(-2, 2),
)
def test_integers_are_exact_over_all_64_bits(e, a, near):
    for other in (a, min(max(e + near, -(2**63)), 2**63 - 1)):
        verdict = kind_of(np.array(other), np.array(e))
        assert verdict == (None if other == e else "value")


@laws
@given(e=st.integers(-(2**52), 2**52), d=st.integers(-9, 9), atol=st.integers(0, 9))
def test_integers_obey_a_tolerance_that_is_named(e, d, atol):
    verdict = kind_of(np.array([e + d]), np.array([e]), rtol=0, atol=atol)
    assert verdict == (None if abs(d) <= atol else "value")


@laws
@given(a=NUMBERS, b=NUMBERS, atol=st.floats(0, 1e300))
def test_an_absolute_tolerance_alone_is_symmetric(a, b, atol):
    options = {"rtol": 0, "atol": atol}
    assert kind_of(a, b, **options) == kind_of(b, a, **options)


@laws
@given(a=NUMBERS, b=NUMBERS)
def test_nan_and_infinities_must_be_the_same_ones(a, b):
    if np.isfinite(a) and np.isfinite(b):
        assert kind_of(a, b) in (None, "value")
    else:
        same = a == b or (np.isnan(a) and np.isnan(b))
        assert kind_of(a, b) == (None if same else "nan")


@laws
@given(a=NUMBERS, e=st.complex_numbers() | NUMBERS, rtol=st.floats(0, 1e300))
def test_a_bound_is_always_a_finite_number(a, e, rtol):
    _, _, bound = differences(np.array([a]), np.array([e]), Tolerance(rtol, 1e-10))
    assert 1e-10 <= bound[0] < np.inf


@laws
@given(a=st.floats(1e308), b=st.floats(1e308), sign=st.sampled_from([-1, 1]))
def test_finite_numbers_that_overflow_in_the_difference_are_far_apart(a, b, sign):
    assume(np.isfinite(a) and np.isfinite(b))
    a, b = sign * a, -sign * b
    assert kind_of(a, b) == kind_of(complex(a, a), complex(b, b)) == "value"


@laws
@given(first=SHAPES, second=SHAPES)
def test_different_shapes_never_pass(first, second):
    assume(first != second)
    assert kind_of(np.ones(first), np.ones(second)) == "shape"
    assert kind_of(torch.ones(first), torch.ones(second)) == "shape"


@laws
@given(
    expected=hnp.arrays(np.float64, (3, 4), elements=st.floats(-100, 100)),
    place=st.tuples(st.integers(0, 2), st.integers(0, 3)),
    by=st.sampled_from([-1.0, 1e-3, float("nan"), float("inf")]),
)
def test_one_wrong_entry_is_found_wherever_it_is_however_it_is_laid_out(expected, place, by):
    actual = expected.copy()
    actual[place] += by
    tensor = torch.from_numpy(actual)
    for came in (
        actual,
        np.asfortranarray(actual),
        actual[::-1].copy()[::-1],
        actual.tolist(),
        tensor,
        tensor.T.contiguous().T,
        tensor.clone().requires_grad_(),
    ):
        comparison = compare(read(came), read(expected))
        assert comparison.fault == ("value" if np.isfinite(by) else "nan")
        assert comparison.worst(5) == [place]


@laws
@given(
    z=st.complex_numbers(max_magnitude=1e6, min_magnitude=1e-6),
    angle=st.floats(0, 6.28),
    share=st.sampled_from([0.999, 1.001]),
)
def test_complex_numbers_are_measured_by_their_modulus(z, angle, share):
    away = z + share * 1e-3 * abs(z) * complex(np.cos(angle), np.sin(angle))
    verdict = kind_of(away, z, rtol=1e-3, atol=0)
    assert verdict == (None if share < 1 else "value")


@laws
@given(gaps=st.lists(st.integers(1, 1000), min_size=1, max_size=20, unique=True))
def test_the_worst_come_first_measured_against_their_bounds(gaps):
    expected = np.array([10.0**k for k in range(len(gaps))])
    actual = expected * (1 + np.array(gaps) / 1e4)
    comparison = compare(read(actual), read(expected))
    ranked = sorted(range(len(gaps)), key=lambda k: -gaps[k])
    assert comparison.worst(5) == [(k,) for k in ranked[:5]]


# The table of tolerances


@pytest.mark.parametrize("name", ["float64", "complex128", "float32", "complex64"])
def test_the_house_tolerances(name):
    rtol, atol = (1e-8, 1e-10) if name in ("float64", "complex128") else (1e-4, 1e-5)
    for e, bound in ((1024.0, 1024 * rtol), (0.0, atol)):
        expected = torch.tensor(e, dtype=getattr(torch, name))
        assert kind_of(e + bound * 0.999, expected) is None
        assert kind_of(e + bound * 1.001, expected) == "value"


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_has_the_tolerances_of_torch_testing(dtype):
    """torch allows atol + rtol·|e|: at e = 0 only atol counts, at e = 2**15 nearly only rtol."""

    def torch_passes(actual, expected):
        try:
            torch.testing.assert_close(actual, expected)
        except AssertionError:
            return False
        return True

    name = str(dtype).removeprefix("torch.")
    tolerance = TOLERANCES[name]
    zero = torch.zeros((), dtype=dtype)
    for size, right in ((0.95e-5, True), (1.05e-5, False)):
        small = torch.tensor(size, dtype=dtype)
        assert torch_passes(small, zero) is (kind_of(small, zero) is None) is right
    large = torch.tensor(2.0**15, dtype=dtype)
    unit = torch.finfo(dtype).eps * 2.0**15
    limit = max(k for k in range(64) if torch_passes(large + k * unit, large))
    assert kind_of(large + limit * unit, large) is None
    assert kind_of(large + (limit + 1) * unit, large) == "value"
    assert tolerance.rtol * 2**15 == pytest.approx(limit * unit, abs=unit)


def test_float32_is_judged_at_the_precision_of_what_is_expected():
    third = torch.tensor(1 / 3)
    assert kind_of(third, 1 / 3) == "value"
    assert kind_of(third, torch.tensor(1 / 3)) is None
    assert kind_of(third.double(), torch.tensor(1 / 3)) is None


def test_python_numbers_count_as_float64():
    assert kind_of(1 + 5e-9, 1.0) is None
    assert kind_of(1 + 5e-8, 1.0) == "value"
    assert kind_of(np.array([1 + 5e-9]), [1]) is None
    assert kind_of(np.array([1 + 5e-8]), [1]) == "value"


@pytest.mark.parametrize(
    ("rtol", "atol", "text"),
    [
        (1e-3, None, "both"),
        (None, 1e-3, "both"),
        (-1e-3, 0, "not negative"),
        (0, -1.0, "not negative"),
        (float("nan"), 0, "finite"),
        (0, float("inf"), "finite"),
    ],
)
def test_tolerances_come_in_pairs_and_make_sense(rtol, atol, text):
    with pytest.raises(ValueError, match=text):
        assert_close(1.0, 1.0, rtol=rtol, atol=atol)


def test_a_bound_that_overflows_does_not_let_an_overflowing_difference_pass():
    assert kind_of(-1.7e308, 1.7e308, rtol=1.5, atol=0.0) == "value"
    corner = 1.7e308 + 1.7e308j
    assert kind_of(-corner, corner, rtol=0.9, atol=0.0) == "value"
    assert kind_of(1.6e308 + 0j, corner, rtol=0.5, atol=0.0) == "value"
    assert kind_of(1.6e308 + 0j, corner, rtol=0.9, atol=0.0) is None


# The kinds of numbers

FLOAT, INTEGER, BOOL, COMPLEX = np.ones(2), np.ones(2, int), np.ones(2, bool), np.ones(2, complex)


@pytest.mark.parametrize(
    ("actual", "expected", "verdict"),
    [
        (FLOAT, FLOAT, None),
        (FLOAT.astype(np.float16), FLOAT, None),
        (INTEGER, FLOAT, "dtype"),
        (BOOL, FLOAT, "dtype"),
        (np.int64(1), 1.0, "dtype"),
        (torch.tensor(1), 1.0, "dtype"),
        ([1, 1], FLOAT, None),
        ([True, True], FLOAT, None),
        (1, 1.0, None),
        (COMPLEX, FLOAT, "dtype"),
        ([1 + 0j, 1], FLOAT, "dtype"),
        (FLOAT, COMPLEX, None),
        ([1, 1.0], COMPLEX, None),
        ([1, 1], COMPLEX, None),
        (INTEGER, COMPLEX, "dtype"),
        (INTEGER, INTEGER, None),
        (INTEGER.astype(np.uint8), INTEGER, None),
        (FLOAT, INTEGER, "dtype"),
        ([1.0, 1.0], INTEGER, "dtype"),
        (BOOL, INTEGER, "dtype"),
        ([True, True], INTEGER, "dtype"),
        (COMPLEX, INTEGER, "dtype"),
        (FLOAT, [1, 1], None),
        ([1.0, 1.0], [1, 1], None),
        (INTEGER, [1, 1], None),
        (BOOL, [1, 1], "dtype"),
        (COMPLEX, [1, 1], "dtype"),
        (BOOL, BOOL, None),
        (BOOL, [True, True], None),
        (INTEGER, BOOL, "dtype"),
        ([1, 1], BOOL, "dtype"),
        (FLOAT, [True, True], "dtype"),
        ([], np.zeros(0, int), None),
        (np.zeros(0, int), [], None),
        (np.zeros(0, int), np.zeros(0), "dtype"),
    ],
)
def test_the_kind_of_numbers(actual, expected, verdict):
    assert kind_of(actual, expected) == verdict


@pytest.mark.parametrize("actual", [FLOAT, INTEGER, BOOL, [1, 1.0], torch.ones(2).bfloat16()])
@pytest.mark.parametrize("expected", [INTEGER, BOOL, FLOAT, [1, 1], [True, True]])
def test_masks_may_be_of_any_real_dtype(actual, expected):
    assert kind_of(actual, expected, check_dtype=False) is None
    assert kind_of(actual, np.zeros_like(expected), check_dtype=False) == "value"


def test_masks_are_exact_and_never_complex():
    assert kind_of(np.array([1 - 1e-12]), np.array([True]), check_dtype=False) == "value"
    assert kind_of(np.array([1 - 1e-12]), np.array([1]), check_dtype=False) == "value"
    assert kind_of(COMPLEX, FLOAT, check_dtype=False) == "dtype"
    assert kind_of(INTEGER, COMPLEX, check_dtype=False) is None


def test_masks_of_integers_are_judged_at_zero_tolerance():
    assert compare(read(FLOAT), read(BOOL), check_dtype=False).tolerance is EXACT


# The order of judgement


def test_the_first_fault_in_order_is_the_one_that_counts():
    nan = float("nan")
    assert kind_of("x", np.ones((2, 2))) == "type"
    assert kind_of([nan, [1]], np.ones(3)) == "shape"
    assert kind_of(np.array([1, 2]), np.array([nan])) == "shape"
    assert kind_of(np.array([1, 2]), np.array([nan, 5.0])) == "dtype"
    assert kind_of(np.array([1.0, 7.0]), np.array([nan, 5.0])) == "nan"
    assert kind_of(np.array([nan, 7.0]), np.array([nan, 5.0])) == "value"
    assert kind_of(np.array([nan, 5.0]), np.array([nan, 5.0])) is None


@pytest.mark.parametrize(
    ("actual", "expected", "verdict"),
    [
        (complex("nan+1j"), complex("nan+2j"), None),
        (complex("1+nanj"), complex("nan+1j"), None),
        (complex("inf+1j"), complex("inf+1j"), None),
        (complex("inf+1j"), complex("inf+2j"), "nan"),
        (complex("inf+1j"), complex("-inf+1j"), "nan"),
        (complex("inf+nanj"), complex("inf+1j"), "nan"),
        (float("inf"), complex("inf"), None),
        (-0.0, 0.0, None),
    ],
)
def test_special_complex_values(actual, expected, verdict):
    assert kind_of(actual, expected) == verdict


def test_empty_arrays_of_one_shape_agree():
    assert kind_of(torch.zeros(0, 3), np.zeros((0, 3))) is None
    assert kind_of(torch.zeros(3, 0), np.zeros((0, 3))) == "shape"


@pytest.mark.parametrize("expected", ["x", None, np.array([None]), [1.0, "x"], 2**64, [[1], 2]])
def test_an_expected_value_without_numbers_is_the_authors_fault(expected):
    with pytest.raises(TypeError, match="the expected value"):
        assert_close(1.0, expected)


def test_the_inputs_are_not_modified():
    actual, expected = torch.tensor([1.0, float("nan")]), np.array([1.0, 2.0])
    kind_of(actual, expected)
    assert torch.equal(torch.isnan(actual), torch.tensor([False, True]))
    assert expected.tolist() == [1.0, 2.0]
