"""The shape of every message, by example."""

import numpy as np
import pytest
import torch

from autograder.testing import Mismatch, assert_close, assert_same_set

NEAR = torch.tensor([0.995, 1.002])


def detail(actual, expected, check=assert_close, **options):
    with pytest.raises(Mismatch) as caught:
        check(actual, expected, **options)
    return caught.value.detail


def test_a_number():
    assert detail(2.5, 2.0) == "The result: yours 2.5, expected 2."
    assert detail(2.5, 2.0, what="`elbo`") == "`elbo`: yours 2.5, expected 2."
    assert detail(2.5, 2.0, what="the log-variances").startswith("The log-variances: yours")
    assert detail(2.5, 2.0, what="x_t").startswith("x_t: yours")
    assert detail(3, np.int64(4)) == "The result: yours 3, expected 4."
    assert detail(True, False) == "The result: yours True, expected False."
    assert detail(float("nan"), 2.0) == "The result: yours nan, expected 2."
    assert detail(1 - 2j, 1 + 2j) == "The result: yours 1-2j, expected 1+2j."


def test_the_tolerance_is_named_where_the_error_is_near_it():
    near = "The result: yours 2.0001, expected 2 (off by 0.0001, allowed 2e-05)."
    assert detail(2.0001, 2.0, rtol=1e-5, atol=1e-5) == near
    assert "allowed" not in detail(2.00001, 2.0)
    assert "allowed 0.5" in detail(2.0, 3.0, rtol=1e-3, atol=0.5)


def test_what_the_difference_looks_like_comes_first():
    text = detail(np.array([1.0, 2.5]) + np.log(2 * np.pi), [1.0, 2.5], what="the log-density")
    assert text.startswith(
        "The log-density: every entry is log 2π too large. Is a Gaussian's normalizing constant "
        "missing, or counted too often? Worst at [0]: yours 2.83788, expected 1."
    )


def test_a_shape():
    text = "ours has the shape (3, 2), expected (3,)."
    assert detail(np.ones((3, 2)), np.ones(3)) == f"The result: y{text}"
    assert detail(np.ones((3, 1)), np.ones(3)) == (
        "The result: an axis of length 1 is left over. Is it from keepdim or unsqueeze? "
        "Yours has the shape (3, 1), expected (3,)."
    )


def test_a_kind_of_numbers():
    assert detail(torch.ones(2, dtype=torch.int32), np.zeros(2)) == (
        "The result: yours are integers (int32), expected floating-point numbers (float64)."
    )
    assert detail(np.ones(2, complex), np.zeros(2, np.float32)) == (
        "The result: yours are complex numbers (complex128), "
        "expected floating-point numbers (float32)."
    )
    assert detail(np.ones(2), np.ones(2, bool)) == (
        "The result: the numbers are right; only their kind is wrong. "
        "Yours are floating-point numbers (float64), expected booleans (bool)."
    )


def test_a_short_vector_has_a_line_for_each_entry():
    assert detail([1.0, 2.5, 3.0, 4.25], [1.0, 2.0, 3.0, 4.0]) == (
        "The result: 2 of 4 entries are wrong. Worst at [1]: yours 2.5, expected 2.\n"
        "\n"
        "    index  yours  expected\n"
        "      [0]      1         1\n"
        "      [1]   *2.5         2\n"
        "      [2]      3         3\n"
        "      [3]  *4.25         4"
    )


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ([0, 0, 1], "1 of 3 entries is wrong. At [2]"),
        ([0, 1, 2], "2 of 3 entries are wrong. Worst at [2]"),
        ([1, 2, 3], "all 3 entries are wrong. Worst at [2]"),
        ([1, 2], "both entries are wrong. Worst at [1]"),
        ([1], "the only entry is wrong. At [0]"),
    ],
)
def test_counts_and_verbs_agree(wrong, words):
    assert detail(np.array(wrong) * 0.7, np.zeros(len(wrong))).startswith(f"The result: {words}")


def test_a_small_matrix_stands_beside_the_expected_one():
    actual, expected = np.eye(3), np.eye(3)
    actual[0, 2] = -0.5
    assert detail(actual, expected).partition("\n\n")[2] == (
        "    yours          expected\n"
        "    1  0  *-0.5    1  0  0\n"
        "    0  1      0    0  1  0\n"
        "    0  0      1    0  0  1"
    )


def test_a_matrix_that_is_too_wide_beside_the_expected_one_stands_above_it():
    actual, expected = np.full((2, 4), -0.126928), np.full((2, 4), -1.38629)
    assert detail(actual, expected).partition("\n\n")[2].splitlines() == [
        "    yours",
        *["    " + "  ".join(["*-0.126928"] * 4)] * 2,
        "    expected",
        *["    " + "  ".join(["-1.38629"] * 4)] * 2,
    ]


@pytest.mark.parametrize("kind", [float, complex])
def test_tables_fit_into_eighty_columns(kind):
    rng = np.random.default_rng(0)
    for rows in (1, 2, 8):
        for columns in range(1, 9):
            actual = rng.normal(size=(rows, columns)).astype(kind) * kind(-1e-7)
            expected = actual * 1.3
            table = detail(actual, expected).partition("\n\n")[2].splitlines()
            assert max(map(len, table), default=0) <= 74
            assert rows * columns == 1 or "yours" in table[0]


def test_a_small_block_has_a_line_for_each_entry():
    actual = np.zeros((2, 2, 4))
    actual[1, 0, 3] = 1
    lines = detail(actual, np.zeros((2, 2, 4))).partition("\n\n")[2].splitlines()
    assert len(lines) == 17
    assert lines[0].split() == ["index", "yours", "expected"]
    assert [line.split("]")[1].split() for line in lines[1:] if "*" in line] == [["*1", "0"]]


@pytest.mark.parametrize(
    ("shape", "lines"),
    [
        ((8, 8), 9),
        ((9, 8), 6),
        ((2, 9), 6),
        ((1, 9), 10),
        ((1, 1), 0),
        ((16,), 17),
        ((17,), 6),
        ((2, 3, 3), 6),
    ],
)
def test_larger_ones_show_the_worst_five(shape, lines):
    text = detail(np.ones(shape), np.zeros(shape))
    assert len(text.partition("\n\n")[2].splitlines()) == lines


def test_the_worst_five_come_with_difference_and_bound_where_they_are_near_it():
    expected = np.arange(1.0, 21.0)
    rows = [line.split() for line in detail(expected * (1 + 3e-8), expected).splitlines()[2:]]
    assert rows[0] == ["index", "yours", "expected", "difference", "allowed"]
    assert len(rows) == 6
    for index, _, right, difference, allowed in rows[1:]:
        assert float(right) == int(index.strip("[]")) + 1
        assert float(difference) == pytest.approx(float(right) * 3e-8, rel=0.01)
        assert float(allowed) == pytest.approx(float(right) * 1e-8)
    rows = [line.split() for line in detail(expected + 1, expected).splitlines()[2:]]
    assert rows[0] == ["index", "yours", "expected"]


def test_nan_and_infinities():
    nan, inf = float("nan"), float("inf")
    assert detail([1.0, nan, inf], [2.0, 1.0, inf]) == (
        "The result: 1 of 3 entries is NaN. At [1]: yours nan, expected 1.\n"
        "\n"
        "    index  yours  expected\n"
        "      [0]      1         2\n"
        "      [1]   *nan         1\n"
        "      [2]    inf       inf"
    )
    assert "2 of 3 entries are NaN or infinite." in detail([1.0, nan, inf], [2.0, 1.0, 2.0])
    assert "1 of 3 entries is finite where it should not be." in detail(
        [1.0, 1.0, 2.0], [2.0, 1.0, inf]
    )
    rows = detail(np.full(30, inf), np.full(30, -inf)).splitlines()[2:]
    assert [row.split() for row in rows[:2]] == [
        ["index", "yours", "expected"],
        ["[0]", "inf", "-inf"],
    ]


def test_exact_kinds_name_no_tolerance():
    right = np.random.default_rng(0).integers(0, 99, 30)
    text = detail(right + np.arange(30) % 3, right)
    assert "20 of 30 entries are wrong. Worst at" in text and "off by" not in text
    assert text.splitlines()[2].split() == ["index", "yours", "expected"]
    mask = detail([[True, False]], np.array([[True, True]]))
    assert mask.partition("\n\n")[2] == (
        "    yours           expected\n    True  *False    True  True"
    )
    assert "yours 1.5, expected 2 exactly." in detail(1.5, 2.0, rtol=0, atol=0)


@pytest.mark.parametrize(
    ("actual", "expected", "names"),
    [
        (NEAR, torch.ones(2).double(), ("float32", "float64")),
        (NEAR, [1.0, 1.0], ("float32", "float64")),
        (NEAR, [1, 1], ("float32", "float64")),
        (NEAR.bfloat16(), torch.ones(2).half(), ("bfloat16", "float16")),
        (NEAR.half(), torch.ones(2), ("float16", "float32")),
        (NEAR, torch.ones(2, dtype=torch.complex128), ("float32", "complex128")),
        ([NEAR[0], NEAR[1]], [1.0, 1.0], ("float32", "float64")),
        (3 * NEAR, [1.0, 1.0], None),
        (NEAR, torch.ones(2), None),
        (NEAR.double(), torch.ones(2), None),
        (np.zeros(2, int), np.ones(2, int), None),
        ([0, 0], [1.0, 1.0], None),
    ],
)
def test_a_narrower_dtype_is_named_where_it_may_be_the_cause(actual, expected, names):
    text = detail(actual, expected)
    if names:
        assert "Yours is in {}; it is judged to the precision of {}.".format(*names) in text
    else:
        assert "precision" not in text


def test_a_mask_of_floats_is_not_blamed_for_its_precision():
    assert "precision" not in detail(torch.zeros(2), np.ones(2, bool), check_dtype=False)


def test_digits_are_enough_to_see_the_difference():
    assert "yours 1.0001, expected 1." in detail([1.0001], [1.0])
    assert "yours 1.0000001, expected 1 " in detail([1.0000001], [1.0])
    assert "yours 1.0000000001, expected 1 " in detail([1 + 1e-10], [1.0], rtol=0, atol=2e-12)
    assert "yours 1.0000000000000002, expected 1 " in detail([1 + 2e-16], [1.0], rtol=0, atol=0)
    table = detail([[1.0, 1.0001]], [[1.0, 1.0]]).splitlines()[-1]
    assert table.split() == ["1", "*1.0001", "1", "1"]


def test_an_order_that_is_free_is_mentioned():
    text = detail([3.0, 1.0, 9.0], [1.0, 2.0, 3.0], check=assert_same_set)
    assert (
        "The order does not matter; each entry is shown next to the one that fits it best." in text
    )
    rows = [line.split() for line in text.splitlines()[3:]]
    assert rows == [["[0]", "1", "1"], ["[1]", "*9", "2"], ["[2]", "3", "3"]]


def test_a_wide_wrong_result_stays_short():
    text = detail(np.full((1000, 100), np.pi), np.zeros((1000, 100)))
    assert "all 100000 entries are wrong" in text
    assert len(text) < 800
