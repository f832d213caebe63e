"""Diagnoses: the misconception that a student has is named, and no other; nothing where none fits."""

import numpy as np
import pytest

from autograder.grading.diagnose import diagnose
from autograder.testing import misconception


def by_hand(x):
    """The mean over rows, in a student's own way."""
    return np.array([sum(float(v) for v in row) / len(row) for row in x])


def test_a_mistake_of_the_bank_is_named_however_it_is_written(diagnosed):
    assert diagnosed(mean=by_hand) == {"1.1": ["other_axis"]}


def test_it_says_how_sure_it_is(judged, bank):
    [one] = diagnose(judged(mean=by_hand), bank.wrong, bank.draw)["1.1"]
    # Every case of the part fails: five calls, one of them through the driver.
    assert (one.agreed, one.calls) == (5, 5)
    assert one.functions == ("mean",)
    assert one.sentence == "Rows are averaged, not columns."
    assert len(one.cases) == 5


def test_nothing_is_said_of_what_nobody_thought_of(diagnosed):
    assert diagnosed(mean=lambda x: x.mean(0) + 0.1) == {}
    assert diagnosed(mean=lambda x: None) == {}


def test_nothing_is_said_of_right_answers(diagnosed):
    assert diagnosed() == {}
    assert diagnosed(mean=lambda x: x.sum(0) / len(x)) == {}


def test_one_call_that_disagrees_refutes(diagnosed):
    """The mistake on four rows, another one on a single row."""
    assert diagnosed(mean=lambda x: by_hand(x) if len(x) > 1 else x[0] + 1) == {}


def test_a_call_with_nan_or_too_few_digits_does_not_refute(diagnosed):
    """The mistake on four rows; on a single row NaN besides, or the digits of float32."""

    def besides(change):
        return lambda x: by_hand(x) if len(x) > 1 else change(by_hand(x))

    assert diagnosed(mean=besides(lambda y: y * np.nan)) == {"1.1": ["other_axis"]}
    assert diagnosed(mean=besides(lambda y: y * (1 + 5e-7))) == {"1.1": ["other_axis"]}
    assert diagnosed(mean=besides(lambda y: y * (1 + 1e-3))) == {}


def test_where_most_is_nan_nothing_is_known(diagnosed):
    assert diagnosed(mean=lambda x: by_hand(x) if len(x) == 1 else by_hand(x) * np.nan) == {}


def test_a_case_that_the_student_passes_refutes(diagnosed):
    """Right on a single row, where the mistake is not."""
    assert diagnosed(mean=lambda x: by_hand(x) if len(x) > 1 else x[0]) == {}


def test_what_is_no_data_refutes_and_proves_nothing(diagnosed):
    """Only once is there a value, which the mistake would give too; then there is none at all."""
    assert diagnosed(mean=lambda x: by_hand(x) if len(x) > 1 else object()) == {}

    @misconception("What is returned is no data.", caught_by=())
    def an_object():
        return {"mean": lambda x: object()}

    assert diagnosed((an_object,), mean=lambda x: object()) == {}


def test_any_form_of_a_mistake_is_named_once(diagnosed):
    @misconception("A constant is added.", caught_by=(), also=(1.0, 2.0))
    def shifted(by=0.5):
        return {"mean": lambda x: x.mean(0) + by}

    assert diagnosed((shifted,), mean=lambda x: x.mean(0) + 2) == {"1.1": ["shifted"]}
    assert diagnosed((shifted,), mean=lambda x: x.mean(0) + 3) == {}


def test_functions_are_explained_apart(diagnosed):
    """A misconception of two functions in one of them only: the other is right, or wrong otherwise."""
    wrong = {"spread": lambda x: x.max(0)}
    assert diagnosed(**wrong) == {"1.2": ["both"]}
    assert diagnosed(**wrong, mean=lambda x: x.mean(0) + 1) == {"1.2": ["both"]}


def test_what_explains_more_is_named_alone(diagnosed):
    both = {"mean": lambda x: x.sum(0), "spread": lambda x: x.max(0)}
    assert diagnosed(**both) == {"1.1": ["both"], "1.2": ["both"]}


def test_equals_are_all_named(diagnosed):
    assert diagnosed(mean=lambda x: x.sum(0)) == {"1.1": ["added", "both"]}


def test_a_crash_is_the_same_if_it_says_the_same(diagnosed):
    def joined(x):
        return np.concatenate([x, x[:, :1]], axis=0)

    def refused(x):
        raise ValueError("x has no rows")

    assert diagnosed(mean=joined) == {"1.1": ["crashes"]}
    assert diagnosed(mean=refused) == {}


def test_single_precision_hides_no_mistake_and_is_none(diagnosed):
    def single(function):
        return lambda x: function(x).astype(np.float32)

    assert diagnosed(mean=single(by_hand)) == {"1.1": ["other_axis"]}
    assert diagnosed(mean=single(lambda x: x.mean(0))) == {}


@pytest.mark.parametrize("share", [1e-7, 1e-5])
def test_a_mistake_of_precision_is_one_that_is_shared_to_that_precision(diagnosed, share):
    """In float32 both differ from the right values by about as much; only one of them is this one."""

    @misconception("Everything is computed in single precision.", caught_by=())
    def single_precision():
        return {"mean": lambda x: x.astype(np.float32).mean(0)}

    same = diagnosed((single_precision,), mean=lambda x: x.astype(np.float32).mean(0))
    other = diagnosed(
        (single_precision,), mean=lambda x: (x.mean(0) * (1 + share)).astype(np.float32)
    )
    assert (same, other) == ({"1.1": ["single_precision"]}, {})


def test_functions_that_remember_are_asked_in_order(diagnosed):
    def remembers():
        seen = []

        def mean(x):
            seen.append(len(x))
            return x.mean(0) + len(seen)

        return {"mean": mean}

    counted = misconception("Every call adds one.", caught_by=())(remembers)
    assert diagnosed((counted,), mean=lambda x: x.mean(0) + 1) == {"1.1": ["remembers"]}


def test_a_misconception_that_breaks_fits_nobody(diagnosed):
    @misconception("It always breaks.", caught_by=())
    def breaks():
        def mean(x):
            raise RuntimeError("broken")

        return {"mean": mean}

    assert diagnosed((breaks,), mean=by_hand) == {}
