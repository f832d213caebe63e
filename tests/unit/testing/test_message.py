"""The shape of every message, by example."""

import numpy as np
import pytest
import torch

from autograder.testing import Mismatch, assert_close, assert_same_set

ALLOWED = "Allowed is 1e-08 relative or 1e-10 absolute, whichever is looser."


def detail(actual, expected, check=assert_close, **options):
    with pytest.raises(Mismatch) as caught:
        check(actual, expected, **options)
    return caught.value.detail


def test_a_number():
    assert detail(2.5, 2.0) == "the result is 2.5, expected 2: off by 0.5, allowed 2e-08."
    assert detail(2.5, 2.0, what="`elbo`").startswith("`elbo` is 2.5, expected 2")
    assert detail(3, np.int64(4)) == "the result is 3, expected 4."
    assert detail(True, False) == "the result is True, expected False."
    assert detail(float("nan"), 2.0) == "the result is nan, expected 2."
    assert detail(1 - 2j, 1 + 2j) == (
        "the result is 1-2j, expected 1+2j: off by 4, allowed 2.24e-08."
    )


def test_a_shape():
    assert detail(np.ones((3, 2)), np.ones(3)) == "the result has the shape (3, 2), expected (3,)."
    assert detail(np.ones((3, 1)), np.ones(3)) == (
        "the result has the shape (3, 1), expected (3,). "
        "An axis of length 1 is left over: is it from keepdim or unsqueeze?"
    )


def test_a_kind_of_numbers():
    assert detail(torch.ones(2, dtype=torch.int32), np.zeros(2)) == (
        "the result holds integers (int32), expected floating-point numbers (float64)."
    )
    assert detail(np.ones(2, complex), np.zeros(2, np.float32)) == (
        "the result holds complex numbers (complex128), expected floating-point numbers (float32)."
    )
    assert detail(np.ones(2), np.ones(2, bool)) == (
        "the result holds floating-point numbers (float64), expected booleans (bool). "
        "The numbers are right, and only their kind is not."
    )


def test_a_short_vector_has_a_line_for_each_entry():
    assert detail([1.0, 2.5, 3.0, 4.25], [1.0, 2.0, 3.0, 4.0]) == (
        "the result differs from the expected value at 2 of 4 entries. "
        "The greatest difference, measured against what is allowed: "
        "at [1] it is 2.5 where 2 is expected: off by 0.5, allowed 2e-08. " + ALLOWED + "\n"
        "\n"
        "    index  result  expected\n"
        "      [0]       1         1\n"
        "      [1]    *2.5         2\n"
        "      [2]       3         3\n"
        "      [3]   *4.25         4"
    )


def test_a_small_matrix_stands_beside_the_expected_one():
    actual, expected = np.eye(3), np.eye(3)
    actual[0, 2] = -0.5
    assert detail(actual, expected).partition("\n\n")[2] == (
        "    result         expected\n"
        "    1  0  *-0.5    1  0  0\n"
        "    0  1      0    0  1  0\n"
        "    0  0      1    0  0  1"
    )


def test_a_small_block_has_a_line_for_each_entry():
    actual = np.zeros((2, 2, 4))
    actual[1, 0, 3] = 1
    lines = detail(actual, np.zeros((2, 2, 4))).partition("\n\n")[2].splitlines()
    assert len(lines) == 17
    assert lines[0].split() == ["index", "result", "expected"]
    assert [line.split("]")[1].split() for line in lines[1:] if "*" in line] == [["*1", "0"]]


@pytest.mark.parametrize(
    ("shape", "lines"),
    [((8, 8), 9), ((9, 8), 6), ((2, 9), 6), ((1, 9), 10), ((16,), 17), ((17,), 6), ((2, 3, 3), 6)],
)
def test_larger_ones_show_the_worst_five(shape, lines):
    text = detail(np.ones(shape), np.zeros(shape))
    assert len(text.partition("\n\n")[2].splitlines()) == lines


def test_the_worst_five_come_with_difference_and_bound():
    expected = np.arange(1.0, 21.0)
    actual = expected * (1 + 1e-3 * (expected > 12))
    actual[4] = 6
    assert detail(actual, expected) == (
        "the result differs from the expected value at 9 of 20 entries. "
        "The greatest difference, measured against what is allowed: "
        "at [4] it is 6 where 5 is expected: off by 1, allowed 5e-08. " + ALLOWED + "\n"
        "\n" + detail(actual, expected).partition("\n\n")[2]
    )
    rows = [line.split() for line in detail(actual, expected).splitlines()[2:]]
    assert rows[0] == ["index", "result", "expected", "difference", "allowed"]
    assert rows[1] == ["[4]", "6", "5", "1", "5e-08"]
    assert len(rows) == 6
    for index, result, right, difference, allowed in rows[2:]:
        place = int(index.strip("[]"))
        assert place >= 12
        assert float(right) == place + 1
        assert float(result) == pytest.approx((place + 1) * 1.001)
        assert float(difference) == pytest.approx((place + 1) * 1e-3)
        assert float(allowed) == pytest.approx((place + 1) * 1e-8)


def test_nan_and_infinities():
    nan, inf = float("nan"), float("inf")
    assert detail([1.0, nan, inf], [2.0, 1.0, inf]) == (
        "the result is NaN or infinite in other places than expected, at 1 of 3 entries: "
        "at [1] it is nan where 1 is expected.\n"
        "\n"
        "    index  result  expected\n"
        "      [0]       1         2\n"
        "      [1]    *nan         1\n"
        "      [2]     inf       inf"
    )
    rows = detail(np.full(30, inf), np.full(30, -inf)).splitlines()[2:]
    assert [row.split() for row in rows[:2]] == [
        ["index", "result", "expected"],
        ["[0]", "inf", "-inf"],
    ]


def test_exact_kinds_name_no_tolerance():
    text = detail(np.arange(30), np.arange(30) * 2)
    assert text.startswith(
        "the result differs from the expected value at 29 of 30 entries. The greatest difference: "
        "at [29] it is 29 where 58 is expected. Only the exact values are right."
    )
    assert text.splitlines()[2].split() == ["index", "result", "expected"]
    mask = detail([[True, False]], np.array([[True, True]]))
    assert mask.partition("\n\n")[2] == (
        "    result          expected\n    True  *False    True  True"
    )


def test_a_tolerance_that_is_named_is_shown():
    text = detail([1.0, 2.0], [1.0, 3.0], rtol=1e-3, atol=0.5)
    assert "off by 1, allowed 0.5. Allowed is 0.001 relative or 0.5 absolute" in text


@pytest.mark.parametrize(
    ("actual", "expected", "names"),
    [
        (torch.zeros(2), torch.ones(2).double(), ("float32", "float64")),
        (torch.zeros(2), [1.0, 1.0], ("float32", "float64")),
        (torch.zeros(2), [1, 1], ("float32", "float64")),
        (torch.zeros(2).bfloat16(), torch.ones(2).half(), ("bfloat16", "float16")),
        (torch.zeros(2).half(), torch.ones(2), ("float16", "float32")),
        (torch.zeros(2), torch.ones(2, dtype=torch.complex128), ("float32", "complex128")),
        ([torch.tensor(0.0)] * 2, [1.0, 1.0], ("float32", "float64")),
        (torch.zeros(2), torch.ones(2), None),
        (torch.zeros(2).double(), torch.ones(2), None),
        (np.zeros(2, int), np.ones(2, int), None),
        ([0, 0], [1.0, 1.0], None),
    ],
)
def test_a_narrower_dtype_is_named(actual, expected, names):
    text = detail(actual, expected)
    if names:
        assert "It came in {} and is judged at the precision of {}.".format(*names) in text
    else:
        assert "It came in" not in text


def test_a_mask_of_floats_is_not_blamed_for_its_precision():
    assert "It came in" not in detail(torch.zeros(2), np.ones(2, bool), check_dtype=False)


def test_digits_are_enough_to_see_the_difference():
    assert "it is 1.0001 where 1 " in detail([1.0001], [1.0])
    assert "it is 1.0000001 where 1 " in detail([1.0000001], [1.0])
    assert "it is 1.0000000001 where 1 " in detail([1 + 1e-10], [1.0], rtol=0, atol=1e-12)
    assert "it is 1.0000000000000002 where 1 " in detail([1 + 2e-16], [1.0], rtol=0, atol=0)
    table = detail([[1.0, 1.0001]], [[1.0, 1.0]]).splitlines()[-1]
    assert table.split() == ["1", "*1.0001", "1", "1"]


def test_an_order_that_is_free_is_mentioned():
    text = detail([3.0, 1.0, 9.0], [1.0, 2.0, 3.0], check=assert_same_set)
    assert "The order is free: entries are shown beside the ones they fit best." in text
    rows = [line.split() for line in text.splitlines()[3:]]
    assert rows == [["[0]", "1", "1"], ["[1]", "*9", "2"], ["[2]", "3", "3"]]


def test_a_wide_wrong_result_stays_short():
    text = detail(np.full((1000, 100), np.pi), np.zeros((1000, 100)))
    assert "100000 of 100000 entries" in text
    assert len(text) < 800
