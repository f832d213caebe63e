"""Patterns of differences: each by construction, each silent when one entry is off, none by chance."""

from __future__ import annotations

import itertools
import math
import re
from typing import get_args

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.testing import Mismatch, assert_close, assert_same_set
from autograder.testing.compare import Tolerance, compare
from autograder.testing.mismatch import HINTS, Shown
from autograder.testing.pattern import MAX_SIZE, find
from autograder.testing.values import read

RNG = np.random.default_rng(20)
E = RNG.normal(size=(5, 3))
P = RNG.uniform(0.1, 0.9, size=(5, 3))
S = RNG.normal(size=(4, 4))
V = RNG.normal(size=5)
Z = E + 1j * RNG.normal(size=(5, 3))
MASK = RNG.uniform(size=(7, 6)) < 0.5
TABLE = RNG.normal(size=(4, 5, 3))
HALF_LOG_2PI = math.log(2 * math.pi) / 2


def pattern(actual, expected):
    return find(compare(read(actual), read(expected)))


# What came, what is right, the pattern, words that its sentence must hold.
VALUES = {
    "opposite sign": (-E, E, "sign", "minus sign"),
    "twice": (2 * E, E, "factor", "Is a factor ½ missing, or a sum of two"),
    "half": (E / 2, E, "factor", "½ times"),
    "minus two": (-2 * E, E, "factor", "-2 times"),
    "times pi": (math.pi * E, E, "factor", "π times"),
    "over the root of 2 pi": (E / math.sqrt(2 * math.pi), E, "factor", "1/√(2π) times"),
    "times a root of the rows": (math.sqrt(5) * E, E, "factor", "√5 times"),
    "divided by n - 1": (E * 5 / 4, E, "factor", "5 is the length of axis 0"),
    "some factor": (1.3719 * E, E, "factor", "1.3719 times"),
    "sum for mean": (5 * E, E, "count", "5 is the length of axis 0. Is a sum"),
    "mean for sum": (E / 3, E, "count", "3 is the length of axis 1. Is a mean"),
    "mean of all for sum": (E / 15, E, "count", "15 is the number of entries"),
    "sum over seven that no axis has": (7 * E, E, "count", "7 times"),
    "bits for nats": (P / math.log(2), P, "base", "bits instead of nats"),
    "nats for bits": (P * math.log(2), P, "base", "nats instead of bits"),
    "one more": (E + 1, E, "offset", " 1 too large"),
    "half a dimension": (E - 1.5, E, "offset", "3/2 too small"),
    "some term": (E - 0.3719, E, "offset", "0.3719 too small"),
    "log K of the rows": (E - math.log(5), E, "log count", "log 5 too small, and 5 is the length"),
    "log K of samples": (E + math.log(7), E, "log count", "log 7 too large"),
    "log 2π dropped": (E + HALF_LOG_2PI, E, "gaussian", "½ log 2π too large"),
    "2π in three dimensions": (E - 3 * HALF_LOG_2PI, E, "gaussian", "3/2 log 2π too small"),
    "the other probability": (1 - P, P, "complement", "1 minus"),
    "a mask upside down": (~MASK, MASK, "complement", "swapped"),
    "exponential": (np.exp(E), E, "exp", "exponential"),
    "logarithm": (np.log(P), P, "log", "logarithm"),
    "variance for deviation": (P**2, P, "square", "square root missing"),
    "deviation for variance": (np.sqrt(P), P, "root", "square root"),
    "precision for variance": (1 / P, P, "reciprocal", "upside down"),
    "no sign": (np.abs(E), E, "absolute", "absolute value"),
    "real part": (Z.real, Z, "real", "real part"),
    "imaginary part": (Z.imag + 0j, Z, "real", "imaginary part"),
    "conjugate": (Z.conj(), Z, "conjugate", "conjugate"),
    "twice, complex": (2 * Z, Z, "factor", "2 times"),
    "float32": (E.astype(np.float32), E, "precision", "computed in float32?"),
    "float32 on the way": (E.astype(np.float32).astype(float), E, "precision", "computed in float32?"),
    "transposed": (S.T, S, "transposed", "transpose"),
    "two of three axes": (
        TABLE[:, :4, :].swapaxes(0, 1), TABLE[:, :4, :], "transposed", "axes 0 and 1",
    ),
    "a mask transposed": (MASK[:6].T, MASK[:6], "transposed", "transpose"),
    "reversed": (V[::-1], V, "reversed", "reverse order"),
    "reversed along an axis": (E[:, ::-1], E, "reversed", "along axis 1"),
    "reversed along all": (E[::-1, ::-1], E, "reversed", "all axes"),
    "one too late": (np.roll(E, 1, 0), E, "shifted", "axis 0: each place holds what is "
                     "expected one place before"),
    "one too early, padded": (np.append(V[1:], 0.0), V, "shifted", "one place after"),
    "reshape for transpose": (E.T.reshape(5, 3), E, "reordered", "order of the transpose"),
    "sorted": (np.sort(E, axis=None).reshape(5, 3), E, "reordered", "another order"),
    "one mean for the batch": (
        np.broadcast_to(E.mean(0), E.shape), E, "spread", "along axis 0: the mean",
    ),
    "one sum for the batch": (
        np.broadcast_to(E.sum(1, keepdims=True), E.shape), E, "spread", "along axis 1: the sum",
    ),
}  # fmt: skip
SHAPES = {
    "keepdim": (V[:, None], V, "unit axis", "length 1 is left over"),
    "no keepdim": (V, V[:, None], "unit axis", "length 1 is missing"),
    "a column and a vector": (V[:, None] + V, 2 * V, "outer", "(5,) and (5, 1) broadcast"),
    "not reduced, mean": (V, V.mean(), "unreduced", "mean over all of its entries"),
    "not reduced, sum over an axis": (E, E.sum(0), "unreduced", "sum over axis 0"),
    "log-weights": (
        E, np.log(np.exp(E).mean(0)), "unreduced", "log-mean-exp over axis 0",
    ),
    "log-sum-exp": (E, np.log(np.exp(E).sum(1)), "unreduced", "log-sum-exp over axis 1"),
    "not reduced, two axes": (TABLE, TABLE.mean((0, 2)), "unreduced", "axes 0 and 2"),
    "greatest": (E, E.max(1), "unreduced", "maximum over axis 1"),
    "least": (E, E.min(1), "unreduced", "minimum over axis 1"),
    "product": (E, E.prod(1), "unreduced", "product over axis 1"),
    "one loss for the batch": (V.mean(), V, "reduced", "the mean of what is expected"),
    "one sum too many": (E.sum(1), E, "reduced", "over axis 1"),
    "transposed": (E.T, E, "transposed", "transpose"),
    "axes permuted": (TABLE.transpose(2, 0, 1), TABLE, "transposed", "(1, 2, 0)"),
    "one too many at the end": (V, V[:-1], "length", "too many at the end"),
    "one too many at the beginning": (E, E[1:], "length", "too many at the beginning of axis 0"),
    "one missing at the beginning": (V[1:], V, "length", "missing at the beginning"),
    "one number an entry": (np.full(5, 0.7834512), 0.7834512, "unreduced", "mean over all"),
    "repeated": (np.broadcast_to(V, (4, 5)), V, "repeated", "repeated"),
    "flattened": (E.reshape(-1), E, "reshaped", "another shape"),
}  # fmt: skip
KINDS = {
    "integers that are right": (torch.tensor([1, 2]), [1.0, 2.0], "kind", "only their kind"),
    "cut": (RNG.integers(0, 99, 6), None, "rounded", "cut to integers"),
    "rounded": (np.array([1, 8, 23, 42, 77]), np.array([0.9, 8.3, 22.6, 41.7, 77.1]), "rounded",
                "rounded to integers"),
    "0 log 0": ([math.nan, 1.5, 2.5], [0.0, 1.5, 2.5], "zero", "0 · log 0"),
    "the rest is right": ([math.inf, 1.5, 2.5], [3.0, 1.5, 2.5], "finite part", "Wherever yours is finite"),
}  # fmt: skip
KINDS["cut"] = (KINDS["cut"][0], KINDS["cut"][0] + 0.7, *KINDS["cut"][2:])
ALL = {**{f"value: {key}": case for key, case in VALUES.items()},
       **{f"shape: {key}": case for key, case in SHAPES.items()},
       **{f"kind: {key}": case for key, case in KINDS.items()}}  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_a_pattern_is_named_where_it_fits_everywhere(name):
    actual, expected, shown, words = ALL[name]
    found = pattern(actual, expected)
    assert (found.shown, found.text.count(words)) == (shown, 1)
    assert "This fits as well" not in found.text


def test_every_pattern_is_constructed_above():
    """All but a forgotten return, which is no pattern of numbers."""
    assert set(get_args(Shown)) == set(HINTS)
    assert {shown for _, _, shown, _ in ALL.values()} == set(HINTS) - {"nothing"}


def unseen(name, index, off):
    """Whether the pattern does not depend on the entry that is off."""
    match name:
        case "one too late" | "one too many at the beginning":
            return index[0] == 0
        case "one too early, padded" | "one too many at the end":
            return index[0] == 4
        case "a column and a vector":
            return index[0] != index[1]
        case "greatest":
            return np.array_equal(off.max(1), E.max(1))
        case "one number an entry":  # then it is the minimum
            return True
        case "least":
            return np.array_equal(off.min(1), E.min(1))
    return False


@pytest.mark.parametrize("name", [*VALUES, *SHAPES])
def test_a_pattern_that_fits_but_for_one_entry_is_not_named(name):
    actual, expected, shown, _ = VALUES.get(name) or SHAPES[name]
    for index in np.ndindex(np.shape(actual)):
        off = np.array(actual)
        if off.dtype == bool:
            off[index] ^= True
        else:
            off[index] += 0.01 + 0.01 * abs(off[index])
        if unseen(name, index, off):
            continue
        found = pattern(off, expected)
        if shown in ("unit axis", "outer"):  # then the shapes alone speak
            assert "right" not in found.text
            assert "diagonal" not in found.text
        else:
            assert found is None or found.shown != shown


def test_the_shape_alone_tells_of_a_column_and_a_vector():
    """The numbers are wrong besides, so nothing is said of them."""
    found = pattern(RNG.normal(size=(5, 5)), V)
    assert found.shown == "outer"
    assert "broadcast" in found.text and "expected" not in found.text
    found = pattern(RNG.normal(size=(5, 1)), V)
    assert found.shown == "unit axis"
    assert "right" not in found.text


# --- one number ---


@pytest.mark.parametrize(
    ("actual", "shown"),
    [(2.0, "factor"), (-1.0, "sign"), (1 / math.log(2), "base"), (3.0, "count"), (1.2345, None)],
)
def test_of_one_number_only_what_is_famous_is_said(actual, shown):
    right = 0.78345126
    found = pattern(actual * right, right)
    assert (found and found.shown) == shown
    if found:
        assert found.text.startswith("This number is")
    off = pattern(actual * right * (1 + 1e-4), right)
    assert off is None


def test_of_one_number_in_float32_next_to_nothing_can_be_said():
    """Within 1e-4 of π there are too many numbers; the opposite sign needs no such luck."""
    right = torch.tensor(0.78345)
    assert pattern(torch.tensor(0.78345 * math.pi), right) is None
    assert pattern(-right, right).shown == "sign"


def test_equal_numbers_are_one_number():
    right = np.full(50, 0.78345126)
    assert pattern(1.2345 * right, right) is None
    assert pattern(2 * right, right).shown == "factor"


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (2.0, 1.0),
        (4.2, 2.1),
        (-1.0, 1.0),
        (np.ones(9), 2 * np.ones(9)),
        (np.zeros(9), np.ones(9)),
        (np.ones(9), np.zeros(9)),
        (np.zeros((3, 3)), np.eye(3)),
        (np.eye(3), 2 * np.eye(3)),
        ([True, False], [False, True]),
        ([1.0, 2.0], [2.0, 1.0]),
        (np.zeros(9), RNG.normal(size=9)),
        (np.full(9, math.pi), RNG.normal(size=9)),
        (np.zeros((0, 3)), np.zeros((0, 2))),
    ],
)
def test_where_anything_fits_nothing_is_said(actual, expected):
    assert pattern(actual, expected) is None


def test_a_long_list_of_small_integers_is_evidence_and_a_short_one_is_not():
    """Three integers up to 6 are doubled by chance once in 7³ times, ten up to 20 once in 21¹⁰."""
    few, many = np.arange(1, 4), np.arange(1, 11)
    assert pattern(2 * few, few) is None
    assert pattern(2 * many, many).shown == "factor"


# --- the digits of a narrower dtype ---


def test_a_constant_in_float32_is_seen_in_float64():
    """The entries are no numbers of float32: 0.3 of float32 times a number of float64."""
    right = E - 0.3 * P
    found = pattern(E - float(np.float32(0.3)) * P, right)
    assert found.shown == "precision"
    assert found.text.startswith("Every entry is right to about seven digits. Is a tensor made")


def test_one_number_in_float32_is_told_by_its_digits():
    found = pattern(float(np.float32(0.3)), 0.3)
    assert found.text == (
        "This number is right to about seven digits. "
        "Is a tensor made without a dtype, or something computed in float32?"
    )
    found = pattern(math.log(0.78345126 + 1e-7), math.log(0.78345126))
    assert found.text.endswith("in float32, or a small constant added?")


def test_of_numbers_of_which_one_lost_more_than_float32_does_nothing_is_said():
    right = RNG.normal(size=6)
    came = right.astype(np.float32).astype(float)
    came[2] *= 1 + 1e-4
    assert pattern(came, right) is None


def test_the_digits_of_float32_are_enough_where_float32_is_expected():
    right = torch.tensor(V, dtype=torch.float32)
    assert find(compare(read(V * (1 + 1e-6)), read(right), tolerance=Tolerance(0, 0))) is None


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_is_no_factor(dtype):
    """The nearest number of bfloat16 may be 1.00195 times every entry that is the same."""
    for right in (np.full(4, 0.78345126), V):
        came = torch.tensor(right).to(dtype)
        found = pattern(came, right)
        if found is None:
            assert len(set(right)) == 1  # one number of three digits is not enough to go by
            continue
        assert found.shown == "precision"
        assert f"Is it computed in {came.dtype}".replace("torch.", "") in found.text


@pytest.mark.parametrize(
    ("factor", "words"), [(-1, "opposite sign"), (2, "is 2 times"), (np.pi, "π times")]
)
def test_a_sign_and_a_factor_are_seen_in_float32(factor, words):
    found = pattern((factor * V).astype(np.float32), V)
    assert words in found.text
    assert found.text.endswith(
        "This fits to about seven digits: is something computed in float32 too?"
    )


def test_the_opposite_sign_of_one_column_is_not_taken_for_a_lost_sign():
    right = RNG.normal(size=(4, 3))
    came = right * [1, -1, 1]
    assert pattern(came, right).text == "Exactly column 1 has the opposite sign; the rest is right."
    right[:, [0, 2]] = abs(right[:, [0, 2]])
    right[:, 1] = -abs(right[:, 1])
    text = pattern(right * [1, -1, 1], right).text
    assert "column 1 has the opposite sign" in text and "absolute value" in text
    assert pattern(came + 1e-3, right) is None


def test_numbers_in_any_order_may_be_those_of_float32():
    right = RNG.normal(size=4)
    with pytest.raises(Mismatch, match="about seven digits"):
        assert_same_set(right[::-1].astype(np.float32).astype(float), right)


# --- several readings ---


def test_two_readings_are_both_given():
    """Antisymmetric: in reverse order, which is the opposite sign."""
    half = RNG.normal(size=4)
    found = pattern(np.append(half, -half[::-1])[::-1], np.append(half, -half[::-1]))
    assert "opposite sign" in found.text and "fits as well: the result is in reverse" in found.text


def test_a_factor_two_of_two_rows_has_two_readings():
    right = RNG.normal(size=(2, 3))
    assert "factor ½" in (text := pattern(2 * right, right).text)
    assert "2 is the length of axis 0" in text


def test_the_root_of_a_square_is_a_count():
    right = RNG.normal(size=9)
    assert "√" not in pattern(3 * right, right).text


def test_the_axes_of_one_length_are_named_together():
    right = RNG.normal(size=(5, 5))
    assert "5 is the length of axis 0 and of axis 1" in pattern(5 * right, right).text


# --- never by chance ---

SHAPES_DRAWN = [(), (1,), (2,), (3,), (5,), (2, 2), (4, 3), (3, 3), (2, 3, 3)]
DRAWS = {
    "normal": lambda rng, shape: rng.normal(size=shape),
    "positive": lambda rng, shape: rng.uniform(0, 1, size=shape),
    "wide": lambda rng, shape: np.exp(rng.normal(0, 5, size=shape)),
    "one decimal": lambda rng, shape: np.round(rng.normal(size=shape), 1),
    "small integers": lambda rng, shape: rng.integers(-3, 4, size=shape),
    "integers as floats": lambda rng, shape: rng.integers(0, 5, size=shape).astype(float),
    "masks": lambda rng, shape: rng.uniform(size=shape) < 0.5,
    "float32": lambda rng, shape: rng.normal(size=shape).astype(np.float32),
    "float16": lambda rng, shape: rng.normal(size=shape).astype(np.float16),
    "constant": lambda rng, shape: np.full(shape, rng.normal()),
    "complex": lambda rng, shape: rng.normal(size=shape) + 1j * rng.normal(size=shape),
}
DRAWN_BY_MAKE_TEST = {"small integers"}
"""Each takes a second or more; `make test-all` draws the others too."""


@pytest.mark.parametrize(
    "draw",
    [
        pytest.param(draw, marks=() if draw in DRAWN_BY_MAKE_TEST else pytest.mark.exhaustive)
        for draw in DRAWS
    ],
)
def test_answers_that_have_nothing_to_do_with_it_get_no_pattern(draw):
    """At most one in 600 (see `evidence`); of 540, one in the mean and 6 once in 2000 runs."""
    rng = np.random.default_rng(3)
    named = [
        found
        for shape, _ in itertools.product(SHAPES_DRAWN, range(60))
        if (found := pattern(DRAWS[draw](rng, shape), DRAWS[draw](rng, shape)))
    ]
    assert len(named) <= 6


@pytest.mark.parametrize("draw", ["normal", "positive", "wide", "complex"])
def test_wrong_shapes_that_have_nothing_to_do_with_it_get_no_pattern(draw):
    rng = np.random.default_rng(4)
    pairs = itertools.permutations([(3,), (5, 3), (3, 5), (), (4,), (15,), (2, 3)], 2)
    named = [
        pattern(DRAWS[draw](rng, one), DRAWS[draw](rng, other))
        for (one, other), _ in itertools.product(pairs, range(5))
    ]
    assert not any(named)


@pytest.mark.parametrize("amount", [1e-5, 1e-3, 0.1])
def test_an_answer_that_is_nearly_right_is_not_explained_by_a_constant(amount):
    rng = np.random.default_rng(5)
    for _ in range(50):
        right = rng.normal(size=4)
        assert pattern(right + amount * rng.normal(size=4), right) is None
        assert pattern(right * (1 + amount * rng.normal(size=4)), right) is None


# --- whatever comes ---

anything = st.one_of(
    hnp.arrays(
        st.sampled_from([np.float64, np.float32, np.float16, np.int64, np.bool_, np.complex128]),
        hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
    )
)


@given(anything, anything)
def test_nothing_that_comes_breaks_it(actual, expected):
    """Warnings are errors here: overflow, NaN and division by zero included."""
    try:
        assert_close(actual, expected)
    except Mismatch as mismatch:
        assert mismatch.hint in ("", *HINTS.values())
        assert len(mismatch.detail.split("\n")[0]) < 1000


@given(
    hnp.array_shapes(min_dims=0, max_dims=3, max_side=4).flatmap(
        lambda shape: st.tuples(hnp.arrays(np.float64, shape), hnp.arrays(np.float64, shape))
    )
)
def test_nothing_of_the_right_shape_breaks_it(pair):
    found = pattern(*pair)
    assert found is None or found.text


def test_what_is_too_large_is_left_alone():
    large = RNG.normal(size=MAX_SIZE + 1)
    assert pattern(2 * large, large) is None
    assert pattern(2 * large[1:], large[1:]).shown == "factor"
    deep = RNG.normal(size=(2, 2, 2, 2, 2, 2))
    assert pattern(2 * deep, deep) is None


def test_integers_beyond_the_floats_are_left_alone():
    right = np.arange(1, 30) + (1 << 60)
    assert pattern(right + 1, right) is None


# --- in the message ---


def test_the_sentence_stands_before_the_table_and_the_hint_has_no_number():
    with pytest.raises(Mismatch) as caught:
        assert_close(2 * E, E)
    head, _, table = caught.value.detail.partition("\n\n")
    assert head.startswith(
        "The result: every entry is 2 times the expected one. "
        "Is a factor ½ missing, or a sum of two taken instead of their mean? Worst at ["
    )
    assert table.lstrip().startswith("yours")
    assert caught.value.hint == HINTS["factor"]


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_are_explained_in_the_message(name):
    actual, expected, shown, words = SHAPES[name]
    with pytest.raises(Mismatch) as caught:
        assert_close(actual, expected)
    assert words in caught.value.detail
    assert caught.value.hint == HINTS[shown]


def test_a_free_order_shows_no_pattern():
    with pytest.raises(Mismatch) as caught:
        assert_same_set(-V, V)
    assert caught.value.hint == ""


def test_hints_differ_and_hold_no_number():
    assert len(set(HINTS.values())) == len(HINTS)
    dtypes = re.compile("float(32|64)")
    assert not any(re.search(r"\d|[½¼π]", dtypes.sub("", text)) for text in HINTS.values())


def test_a_mismatch_without_a_pattern_has_no_hint():
    assert Mismatch("value", "it differs").hint == ""
