"""The smallest counterexample: small, wrong in the same way, and never what a hidden case has drawn."""

import sys
import time
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest
import torch

from autograder.grading.calls import InProcess, Recorder
from autograder.grading.judging import judge
from autograder.grading.limit import JudgingTimedOut
from autograder.grading.names import Namespace
from autograder.grading.seeds import generator
from autograder.grading.smallest import example, search, stage, with_examples
from autograder.grading.smallest.inputs import Inputs, cuts, rounder
from autograder.grading.smallest.search import CALLS
from autograder.grading.smallest.words import sentence
from autograder.model import Case, Feedback, Kind, Part
from autograder.testing import assert_close, misconception, via


def spread(x, weights, t):
    """Weighted squares of rows, looked up at steps that count from 1."""
    if (x.sum(-1) > 1e6).any():
        raise ValueError("x is too large")
    return (weights[t - 1] * (x**2).sum(-1)) + 1


def of_means(x, weights, t):
    return (weights[t - 1] * (x**2).mean(-1)) + 1


def without_weights(x, weights, t):
    return (x**2).sum(-1) + 1


@misconception("The squares are averaged.", caught_by=())
def averaged():
    return {"spread": of_means}


@misconception("The weights are forgotten.", caught_by=())
def unweighted():
    return {"spread": without_weights}


WRONG = (averaged, unweighted)
RIGHT = {"spread": spread}


def drawn(rng):
    return rng.normal(size=(5, 4)), rng.uniform(0.2, 0.9, size=6), np.array([6, 1, 3, 2, 5])


def calls_of(function, given):
    recorder = Recorder(InProcess({"spread": function}))
    Namespace(recorder, None).get("spread")(*given)
    return recorder.calls


def found(function, given=None, wrong=WRONG):
    given = drawn(np.random.default_rng(3)) if given is None else given
    return example(calls_of(function, given), InProcess({"spread": function}), RIGHT, wrong)


def test_it_is_small_and_in_whole_numbers_and_says_what_is_right():
    """One row of two numbers: of one number the mean is the sum."""
    one = found(of_means)
    assert one.calls <= CALLS
    assert one.text.startswith("With x = [[") and "your `spread` returns [" in one.text
    given, values = one.text.removeprefix("With ").split(" your `spread` returns ")
    x, weights, t = _read(given)
    assert x.shape == (1, 2)
    assert np.array_equal(x, np.round(x))
    came, right = values.removesuffix(" is right.").split("; ")
    np.testing.assert_allclose(eval(came), of_means(x, weights, t), rtol=1e-2)
    np.testing.assert_allclose(eval(right), spread(x, weights, t), rtol=1e-2)


def _read(given):
    space = {}
    exec(given.replace(", weights", "; weights").replace(", t", "; t"), space)
    return np.array(space["x"], float), np.array(space["weights"], float), np.array(space["t"])


def test_the_mistake_stays_the_same():
    """A weight of 1 hides the forgotten weights; x = 0 hides either."""
    x, weights, t = _read(found(without_weights).text.removeprefix("With ").split(" your ")[0])
    right, came = spread(x, weights, t), without_weights(x, weights, t)
    assert abs(right - came).max() > 0.01
    other = of_means(x, weights, t)
    assert not np.allclose(other, came) or np.allclose(other, right)


def test_the_kind_of_fault_stays_the_same():
    one = found(lambda x, weights, t: spread(x, weights, t)[:, None])
    assert one.text.endswith("returns a value of shape (1, 1); shape (1,) is right.")
    one = found(lambda x, weights, t: np.where(x[:, 0] > 0, np.nan, spread(x, weights, t)))
    assert "[nan]" in one.text


@pytest.mark.parametrize(
    "function",
    [
        spread,
        lambda x, weights, t: spread(x, weights, t).astype(np.float32),
        lambda x, weights, t: spread(x, weights, t) + 1e-7,
        lambda x, weights, t: None,
        lambda x, weights, t: "word",
    ],
)
def test_nothing_is_shown_of_what_is_right_or_lacks_digits_alone_or_is_no_number(function):
    assert found(function) is None


def test_nothing_is_shown_that_is_too_large():
    """Wrong only where there are many rows."""
    assert found(lambda x, weights, t: spread(x, weights, t) + (len(x) > 4) * (x.size > 19)) is None


def test_what_the_reference_refuses_is_not_tried():
    seen = []

    def watched(x, weights, t):
        seen.append((x, weights, t))
        return of_means(x, weights, t)

    assert found(watched)
    for given in seen:
        spread(*given)
        assert given[2].max() <= len(given[1])


def test_no_number_of_the_hidden_input_is_left_or_it_is_not_new():
    assert found(of_means).is_new
    stubborn = drawn(np.random.default_rng(3))
    weights = stubborn[1][5]

    def only_there(x, given, t):
        return spread(x, given, t) + (given[-1] == weights)

    assert not found(only_there, stubborn).is_new
    whole = np.zeros((1, 1)), np.ones(1), np.array([1])
    assert not found(lambda x, weights, t: spread(x, weights, t) + (weights[0] == 1), whole).is_new


def test_infinities_and_nan_in_the_input_are_no_obstacle():
    x, weights, t = drawn(np.random.default_rng(3))
    weights[0] = np.inf
    assert found(lambda x, weights, t: spread(x, weights, t) + 1, (x, weights, t)) is not None
    assert Inputs(((weights, np.nan), {})).numbers() >= set(weights[1:])


def test_sizes_are_cut_wherever_they_stand():
    given = Inputs(((torch.zeros(5, 3), [1.0] * 3, np.array([3, 1])), {"b": np.ones((3, 5))}))
    shapes = {tuple(leaf.shape for leaf in cut.leaves() if leaf.ndim) for cut in cuts(given)}
    assert ((1, 3), (2,), (3, 1)) in shapes
    steps = [
        leaf for cut in cuts(given) for leaf in cut.leaves() if leaf.dtype.kind == "i" and leaf.ndim
    ]
    assert any(leaf.max() == 1 for leaf in steps)


def test_lists_are_cut_and_sizes_that_are_alike_by_chance():
    given = Inputs((([(1.0, 2.0), (3.0, 4.0)], np.ones(3), np.zeros(3)), {"rest": [0, 1, 1]}))
    found = [cut.tree for cut in cuts(given)]
    assert any(positional[0] == [(3.0, 4.0)] for positional, _ in found)
    assert any(keywords["rest"] == [0] for _, keywords in found)
    assert any((len(one[1]), len(one[2])) == (1, 3) for one, _ in found)


def test_lists_of_one_length_are_cut_together():
    given = Inputs(
        (([1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0]), {"more": [[9.0], [1.0], [2.0]]})
    )
    found = [cut.tree for cut in cuts(given)]
    assert (([1.0], [4.0], [7.0, 8.0]), {"more": [[9.0]]}) in found
    assert (([1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0]), given.tree[1]) in found
    assert (([1.0], *given.tree[0][1:]), given.tree[1]) in found


def test_shares_stay_shares_when_they_are_cut_and_rounded():
    shares = np.array([[0.68181, 0.13344, 0.08235, 0.1024], [0.28912, 0.31364, 0.2945, 0.10274]])
    for changed in [cut.leaves()[0] for cut in cuts(Inputs(((shares,), {})))]:
        np.testing.assert_allclose(changed.sum(-1), 1)
    found = list(rounder(shares))
    assert any(np.array_equal(one, [[0.7, 0.1, 0.1, 0.1], [0.3, 0.3, 0.3, 0.1]]) for one in found)
    for changed in found:
        np.testing.assert_allclose(changed.sum(-1), 1)


def test_an_input_of_unequal_parts_is_written_as_it_is_typed():
    layers = [("affine", np.array([1.0, 2.0])), ("shift", 3)]
    text = sentence("f", ["layers"], ((layers,), {}), 1.0, 2.0)
    assert (
        text == "With layers = [('affine', [1, 2]), ('shift', 3)] your `f` returns 1; 2 is right."
    )


def test_what_rounding_leaves_of_a_zero_is_written_as_zero():
    text = sentence("f", ["x"], ((0,), {}), np.array([2.0, 1e-16]), np.array([1.0, 1e-16]))
    assert text == "With x = 0 your `f` returns [2, 0]; [1, 0] is right."
    assert "[1e-16]" in sentence("f", ["x"], ((0,), {}), np.array([1e-16]), np.array([2e-16]))


# --- in a grading ---


@pytest.fixture
def parts(monkeypatch):
    """One part with a public case and a hidden one, at level `diff`."""
    module = ModuleType("reference.toy")
    module.spread = spread
    monkeypatch.setitem(sys.modules, "reference.toy", module)

    def run(names):
        rng = names["rng"] if "rng" in names else np.random.default_rng(1)
        given = drawn(rng)
        assert_close(names.get("spread")(*given), spread(*given))

    cases = tuple(
        Case("toy", "spread", "of rows", hidden, 1.0, ("spread", *(["rng"] * hidden)), run)
        for hidden in (False, True)
    )
    return (Part("1.1", "spread", "Spread", 2.0, 0.0, cases, feedback=Feedback.DIFF),)


def judged(parts, function):
    caller = InProcess({"spread": function})
    results = {}
    for case in parts[0].cases:
        recorder = Recorder(caller)
        rng = generator("s", case.key) if case.hidden else None
        result = judge(case, Namespace(recorder, rng))
        results[case.key] = replace(result, calls=tuple(recorder.calls))
    return caller, results


@pytest.mark.parametrize("hidden", [False, True])
def test_public_cases_show_it_and_hidden_ones_in_three_digits_at_level_diff(parts, hidden):
    caller, before = judged(parts, of_means)
    [after] = with_examples(parts, before, caller, lambda topic: WRONG, hidden=hidden)
    assert after.case.hidden is hidden
    assert "With x = [[" in after.detail
    assert ("With x = [[" in after.diff) is hidden
    assert after.public == before[after.case.key].public


def test_hidden_cases_show_it_at_no_other_level(parts):
    caller, before = judged(parts, of_means)
    for level in set(Feedback) - {Feedback.DIFF}:
        lower = (replace(parts[0], feedback=level),)
        assert not list(with_examples(lower, before, caller, lambda topic: WRONG, hidden=True))


@pytest.mark.exhaustive
def test_a_function_that_waits_has_the_same_example(parts, monkeypatch):
    """It waits for longer than the processor time that examples may take."""
    monkeypatch.setattr(search, "SECONDS", 0.4)
    monkeypatch.setattr(stage, "SECONDS", 0.4)
    waited = []

    def slowly(x, weights, t):
        waited.append(0.03)
        time.sleep(0.03)
        return of_means(x, weights, t)

    details = []
    for function in (of_means, slowly):
        caller, before = judged(parts, function)
        [after] = with_examples(parts, before, caller, lambda topic: WRONG, hidden=False)
        details.append(after.detail)
    assert sum(waited) > 0.4
    assert details[0] == details[1]


def test_what_the_student_s_own_process_computes_counts(parts):
    """By the clock that is given: after the first call everything is used up."""
    caller, before = judged(parts, of_means)
    used = [0.0]

    class Dear:
        def answer(self, call):
            used[0] += stage.SECONDS + 1
            return caller.answer(call)

    more = tuple(
        replace(parts[0].cases[0], name=f"of {i}", parameters=("spread", "x")) for i in "ab"
    )
    other = replace(parts[0], number="1.2", cases=more)
    results = {
        **before,
        **{one.key: replace(before[parts[0].cases[0].key], case=one) for one in more},
    }
    found = with_examples(
        (*parts, other), results, Dear(), lambda topic: WRONG, hidden=False, clock=lambda: used[0]
    )
    with pytest.raises(JudgingTimedOut):
        list(found)
    assert used[0] == stage.SECONDS + 1


class Mean:
    """The mean of what it was given, and of another one besides."""

    def __init__(self, start):
        self.total, self.count = start, 1

    def add(self, x):
        self.total, self.count = self.total + x, self.count + 1
        return self.total / self.count

    def merge(self, other):
        self.total, self.count = self.total + other.total, self.count + other.count
        return self.total / self.count


class OfSums(Mean):
    def add(self, x):
        self.total, self.count = self.total + x, self.count + 1
        return self.total


class WithoutTheOther(Mean):
    def merge(self, other):
        return self.total / self.count


def asked_of(cls, script):
    """An example from what a script asks of a class."""
    recorder = Recorder(InProcess({"Mean": cls}))
    script(Namespace(recorder, None, {"Mean": Kind.CLASS}).get("Mean"))
    return example(recorder.calls, InProcess({"Mean": cls}), {"Mean": Mean}, ())


def test_of_an_object_the_calls_that_lead_to_a_wrong_value_are_shown_and_no_others():
    def script(make):
        make(0.25)  # another object
        one = make(1.375)
        one.total = 2.71828
        one.add(0.3)
        one.add(-4.5)

    text = asked_of(OfSums, script).text
    assert text == "After `a = Mean(0)`, your `a.add(1)` returns 1; 0.5 is right."


def test_objects_that_are_arguments_are_made_first():
    def script(make):
        one, other = make(1.5), make(-3.25)
        other.add(2.5)
        one.merge(other)

    text = asked_of(WithoutTheOther, script).text
    assert text.startswith("After `a = Mean(")
    assert "`b = Mean(" in text
    assert "your `a.merge(b)` returns " in text


def test_an_attribute_that_is_wrong_is_shown_after_what_changed_it():
    class Doubled(Mean):
        def add(self, x):
            super().add(x)
            self.total = 2 * self.total
            return (self.total / 2) / self.count

    def script(make):
        one = make(0.75)
        one.add(2.25)
        one.total

    text = asked_of(Doubled, script).text
    assert "`a.add(" in text
    assert "your `a.total` is " in text


def test_what_a_driver_did_with_an_object_is_not_shown():
    recorder = Recorder(InProcess({"Mean": OfSums}))
    make = Namespace(recorder, None, {"Mean": Kind.CLASS}).get("Mean")
    drivers = ModuleType("drivers.means")
    exec("def added(one, x):\n    one.add(x)\n    return one.total", vars(drivers))
    sys.modules["drivers.means"] = drivers
    one = make(1.5)
    via(drivers.added, one, 2.5)
    one.add(0.5)
    assert example(recorder.calls, InProcess({"Mean": OfSums}), {"Mean": Mean}, ()) is None


def test_a_right_object_has_no_example():
    assert asked_of(Mean, lambda make: make(1.5).add(2.5)) is None


def test_lists_are_shortened_among_the_arguments_of_every_call():
    class Longest:
        def __init__(self, rows):
            self.rows = rows

        def of(self, rows):
            return max(map(len, [*self.rows, *rows]), default=0)

    class Shortest(Longest):
        def of(self, rows):
            return min(map(len, [*self.rows, *rows]), default=0)

    recorder = Recorder(InProcess({"Longest": Shortest}))
    make = Namespace(recorder, None, {"Longest": Kind.CLASS}).get("Longest")
    make([[1.0], [2.0, 3.0], [4.0]]).of([[5.0], [6.0, 7.0, 8.0]])
    found = example(recorder.calls, InProcess({"Longest": Shortest}), {"Longest": Longest}, ())
    assert found.text.count("[[") == 2
    assert found.text.count("],") <= 3
