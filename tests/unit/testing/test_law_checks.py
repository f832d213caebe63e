import numpy as np
import pytest
import torch

from autograder.testing import Mismatch, as_array, as_tensor, assert_all
from autograder.testing.mismatch import HINTS


def refusal(check, *arguments, **options):
    with pytest.raises(Mismatch) as caught:
        check(*arguments, **options)
    return caught.value.kind, caught.value.detail


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        (torch.ones(2, 3, requires_grad=True), torch.float64),
        (torch.ones(2, 3).bfloat16(), torch.float64),
        (np.ones((2, 3), np.complex64), torch.complex128),
        (np.ones((2, 3), np.uint8), torch.int64),
        (np.ones((2, 3), bool), torch.bool),
        ([[1, 1.0, 1]] * 2, torch.float64),
    ],
)
def test_the_value_comes_as_a_plain_tensor_or_array(value, dtype):
    tensor, array = as_tensor(value), as_array(value)
    assert type(tensor) is torch.Tensor
    assert type(array) is np.ndarray
    assert (tensor.dtype, tensor.requires_grad, tuple(tensor.shape)) == (dtype, False, (2, 3))
    assert np.array_equal(tensor.numpy(), array)
    assert np.array_equal(array, np.ones((2, 3)))


def test_the_tensor_is_not_the_students():
    value = torch.zeros(3, dtype=torch.float64)
    as_tensor(value)[0] = 1
    as_array(value)[1] = 1
    assert value.tolist() == [0, 0, 0]


@pytest.mark.parametrize("shape", [None, (2, 3), (None, 3), (2, None), (None, None)])
def test_a_shape_may_leave_sizes_open(shape):
    assert as_tensor(np.zeros((2, 3)), shape=shape).shape == (2, 3)


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((), "a single number"),
        ((6,), "(6,)"),
        ((None,), "(any,)"),
        ((3, 2), "(3, 2)"),
        ((2, None, 3), "(2, any, 3)"),
        ((None, 4), "(any, 4)"),
    ],
)
def test_a_wrong_shape_is_named(shape, words):
    assert refusal(as_tensor, np.zeros((2, 3)), shape=shape, what="`mu`") == (
        "shape",
        f"`mu`: yours has the shape (2, 3), expected {words}.",
    )


def test_a_single_number_is_called_one():
    assert refusal(as_array, 33, shape=(5, 5), what="the field") == (
        "shape",
        "The field: yours is a single number, expected the shape (5, 5).",
    )


def test_no_numbers_are_a_mismatch_that_says_what_came():
    assert refusal(as_array, None) == (
        "type",
        "The result: None was returned. Is a `return` missing?",
    )
    assert refusal(as_array, "x", what="`mu`")[1] == (
        "`mu`: yours is a string, expected numbers (a tensor, an array, a number or nested lists)."
    )


@pytest.mark.parametrize(
    "condition", [True, np.True_, np.ones((2, 3), bool), torch.ones(3, dtype=torch.bool), [True]]
)
def test_a_law_that_holds_passes(condition):
    assert_all(condition, "it holds")


def test_the_first_place_where_a_law_fails_is_named():
    holds = torch.ones(2, 3, dtype=torch.bool)
    holds[1, 0] = holds[1, 2] = False
    assert refusal(assert_all, holds, "rows sum to 1") == (
        "law",
        "rows sum to 1 (this does not hold at 2 of 6 entries, first at [1, 0])",
    )


@pytest.mark.parametrize("condition", [False, np.False_, torch.tensor(False), np.array(False)])
def test_a_single_law_that_fails(condition):
    assert refusal(assert_all, condition, "L₁ ≤ L_K") == ("law", "L₁ ≤ L_K (this does not hold)")


@pytest.mark.parametrize("condition", [[], np.zeros((0, 3), bool), torch.zeros(0)])
def test_a_law_without_a_case_fails(condition):
    assert refusal(assert_all, condition, "z > 0") == (
        "law",
        "z > 0 (there is no entry to which this applies)",
    )


@pytest.mark.parametrize("condition", [1, 1.0, np.ones(2), torch.ones(2, dtype=torch.int64)])
def test_a_condition_of_numbers_is_the_authors_fault(condition):
    with pytest.raises(TypeError, match="the condition holds numbers of dtype"):
        assert_all(condition, "it holds")


@pytest.mark.parametrize("short", [torch.ones(2), np.ones(2, np.complex64), torch.ones(2).half()])
def test_a_case_of_form_may_ask_for_the_digits_of_float64(short):
    with pytest.raises(Mismatch) as caught:
        as_array(short, float64=True, what="the answer")
    assert caught.value.detail.startswith("The answer: yours is in ")
    assert caught.value.detail.endswith("has too few digits. Compute it in float64.")
    assert caught.value.hint == HINTS["precision"]


@pytest.mark.parametrize("enough", [np.ones(2), [1, 2.0], 3.0, torch.ones(2, dtype=torch.int64)])
def test_numbers_that_choose_no_dtype_have_the_digits_of_float64(enough):
    as_array(enough, float64=True)
