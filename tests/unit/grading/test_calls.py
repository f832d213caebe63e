"""Calls on record: what is kept is what crossed, however it is changed afterwards, and not too much."""

import sys
from types import ModuleType

import numpy as np
import pytest
import torch

from autograder import wire
from autograder.grading.calls import InProcess, Recorder, new_call
from autograder.grading.names import Namespace
from autograder.model import GraderError, Outcome, StudentError
from autograder.testing import via


def twice(function, x):
    return function(function(x))


def fail(x):
    raise ValueError("x of three")


@pytest.fixture
def drivers(monkeypatch):
    module = ModuleType("drivers.toy")
    module.twice = twice
    monkeypatch.setitem(sys.modules, "drivers.toy", module)
    monkeypatch.setattr(twice, "__module__", "drivers.toy")


@pytest.fixture
def recorder(drivers):
    functions = {"double": lambda x: 2 * x, "fail": fail, "odd": lambda: object()}
    return Recorder(InProcess(functions))


def names(recorder):
    return Namespace(recorder, np.random.default_rng(0))


def test_a_call_is_kept_as_it_crossed(recorder):
    x = torch.tensor([1.0, 3.0])
    value = names(recorder).get("double")(x)
    x += 100
    value += 100
    [call] = recorder.calls
    assert (call.name, call.driver, call.functions) == ("double", None, ("double",))
    (given,), keywords = wire.decode(call.arguments, names=True)
    assert given.tolist() == [1.0, 3.0]
    assert keywords == {}
    assert wire.decode(call.value).tolist() == [2.0, 6.0]
    assert recorder.complete


def test_a_driver_is_kept_with_the_functions_that_it_was_given(recorder):
    assert via(twice, names(recorder).get("double"), 3.0) == 12.0
    [call] = recorder.calls
    assert (call.driver, call.functions) == (("toy", "twice"), ("double",))
    assert recorder._caller.answer(call).value == 12.0


def test_an_exception_is_kept_and_passed_on(recorder):
    with pytest.raises(StudentError) as caught:
        names(recorder).get("fail")(1)
    assert caught.value.raised == "ValueError: x of three"
    [call] = recorder.calls
    assert (call.outcome, call.raised, call.value) == (Outcome.RAISED, caught.value.raised, None)


def test_a_missing_name_is_no_value(recorder):
    with pytest.raises(StudentError) as caught:
        names(recorder).get("nowhere")()
    assert caught.value.outcome is Outcome.MISSING
    assert recorder.calls[0].outcome is Outcome.MISSING


def test_what_is_no_data_is_said_to_be_none(recorder):
    with pytest.raises(StudentError) as caught:
        names(recorder).get("odd")()
    assert caught.value.outcome is Outcome.BAD_VALUE


def test_an_argument_that_is_no_data_is_our_fault():
    with pytest.raises(
        GraderError, match="a case passes an argument that is not data: a value of type obj"
    ):
        new_call("f", None, (object(),), {})


def test_functions_of_ours_cannot_change_what_a_case_holds():
    def spoil(x):
        x += 1
        return x

    x = torch.zeros(2)
    value = InProcess({"spoil": spoil}).answer(new_call("spoil", None, (x,), {})).value
    assert x.tolist() == [0, 0]
    assert value.tolist() == [1, 1]


@pytest.mark.parametrize(
    "large", [np.zeros(300), torch.zeros(300), [0] * 300, {"a": ["x" * 2000]}, ("y" * 2000,)]
)
def test_what_has_no_room_is_not_kept(large):
    recorder = Recorder(InProcess({"same": lambda x: x}), room=1_000)
    same = names(recorder).get("same")
    same(large)
    assert not recorder.calls
    assert not recorder.complete
    same(1)
    assert [call.name for call in recorder.calls] == ["same"]


def test_all_calls_of_a_case_together_have_no_more_room():
    recorder = Recorder(InProcess({"same": lambda x: x}), room=1_000)
    same = names(recorder).get("same")
    for _ in range(20):
        same(np.zeros(10))
    kept = sum(len(call.arguments) + len(call.value) for call in recorder.calls)
    assert 0 < kept == recorder.used <= 1_000
    assert not recorder.complete
