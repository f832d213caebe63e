"""Objects of a case: what is kept of them, and how they are made again after a worker's death."""

from __future__ import annotations

import numpy as np
import pytest

from autograder import wire
from autograder.grading.calls import InProcess, Recorder, new_call
from autograder.grading.names import Namespace
from autograder.grading.objects import History
from autograder.model import GraderError, Kind, Outcome, StudentError
from autograder.sandbox import Died, Done, Value


class Counter:
    def __init__(self, start):
        self.count = start
        self.tags = {"a"}

    def add(self, other):
        self.count += other.count if isinstance(other, Counter) else other
        return self.count

    def again(self):
        return self

    def fail(self):
        raise ValueError("no")


@pytest.fixture
def recorder():
    return Recorder(InProcess({"Counter": Counter, "word": "yes", "total": lambda c: c.count}))


def names(recorder):
    kinds = {"Counter": Kind.CLASS, "word": Kind.VALUE, "nowhere": Kind.VALUE}
    return Namespace(recorder, np.random.default_rng(0), kinds)


def test_objects_are_made_asked_changed_and_given_to_functions_and_methods(recorder):
    space = names(recorder)
    make = space.get("Counter")
    one, two = make(1), make(start=10)
    assert one.add(2) == 3
    assert two.add(one) == 13
    one.count = 100
    assert (one.count, two.count) == (100, 13)
    assert space.get("total")(one) == 100


def test_a_value_is_data_and_one_that_is_missing_is_said(recorder):
    assert names(recorder).get("word") == "yes"
    with pytest.raises(StudentError) as raised:
        names(recorder).get("nowhere")
    assert raised.value.outcome is Outcome.MISSING


def test_what_is_no_data_stays_and_is_called_by_its_type(recorder):
    one = names(recorder).get("Counter")(1)
    assert type(one.tags).__name__ == "set"
    with pytest.raises(GraderError, match=r"passes Counter\.tags on"):
        one.add(one.tags)


def test_calls_say_what_was_asked_and_on_which_object(recorder):
    one = names(recorder).get("Counter")(1)
    one.add(2)
    one.count = 5
    made, added, changed = recorder.calls  # what a method is, was asked and is no call
    assert (made.made, made.label, made.silent) == (0, "Counter", True)
    assert (added.target, added.label, added.student_names) == (0, "Counter.add", ("Counter.add",))
    assert (changed.op, changed.silent) == ("set", True)
    assert {call.functions for call in recorder.calls} == {("Counter",)}


def test_an_exception_names_the_method(recorder):
    one = names(recorder).get("Counter")(1)
    with pytest.raises(StudentError) as raised:
        one.fail()
    assert raised.value.raised == "ValueError: no"


def test_an_attribute_of_a_class_is_not_set(recorder):
    with pytest.raises(GraderError, match="set it on an object"):
        names(recorder).get("Counter").count = 1


def test_python_s_own_questions_are_not_asked_of_the_student(recorder):
    one = names(recorder).get("Counter")(1)
    before = len(recorder.calls)
    assert not hasattr(one, "__array__")
    assert len(recorder.calls) == before


def test_without_room_for_a_call_later_ones_of_objects_are_not_kept():
    recorder = Recorder(InProcess({"Counter": Counter}), room=200)
    one = names(recorder).get("Counter")(1)
    kept = len(recorder.calls)
    with pytest.raises(StudentError):
        one.add(np.zeros(100).tolist())
    one.count = 5
    assert len(recorder.calls) == kept
    assert not recorder.complete


MADE = new_call("Counter", None, (1,), {}, made=0)
ADDED = new_call("Counter", None, (2,), {}, path=("add",), target=0)


class Workers:
    """Answers calls as workers do that all count alike."""

    def __init__(self, *answers):
        self.answers = answers
        self.heard = []

    def ask(self, call, seed):
        self.heard.append((call, seed))
        return self.answers[len(self.heard) - 1]


THREE = Value(3, wire.encode(3))


def lived_through():
    history, first = History(), object()
    history.restore(MADE, first, Workers().ask)
    history.note(MADE, Done())
    history.note(ADDED, THREE)
    return history, first


def test_a_living_worker_is_asked_nothing_again():
    history, first = lived_through()
    assert history.restore(ADDED, first, Workers().ask) == []


def test_another_worker_repeats_every_call_with_its_seed():
    history, _ = lived_through()
    workers = Workers(Done(), THREE)
    second = object()
    assert history.restore(ADDED, second, workers.ask) == []
    assert workers.heard == [(MADE, 1), (ADDED, 2)]
    assert history.restore(ADDED, second, Workers().ask) == []
    assert history.seed == 3


def test_an_answer_that_differs_is_told():
    history, _ = lived_through()
    workers = Workers(Done(), Value(4, wire.encode(4)))
    assert history.restore(ADDED, object(), workers.ask) == [ADDED]


def test_a_call_that_kills_the_next_worker_too_loses_the_objects():
    history, _ = lived_through()
    died = Died("crash", "The process crashed (SIGSEGV).")
    assert history.restore(ADDED, object(), Workers(Done(), died).ask) is None
    assert history.restore(ADDED, object(), Workers().ask) is None


def test_a_call_that_killed_its_worker_is_not_repeated():
    history, _ = lived_through()
    history.note(ADDED, Died("time", "It did not end."))
    workers = Workers(Done(), THREE)
    assert history.restore(ADDED, object(), workers.ask) == []
    assert len(workers.heard) == 2


def test_the_first_object_of_another_case_ends_those_before():
    history, first = lived_through()
    assert history.restore(MADE, first, Workers().ask) == []
    assert history.seed == 1
    history.note(MADE, Done())
    workers = Workers(Done())
    assert history.restore(ADDED, object(), workers.ask) == []
    assert workers.heard == [(MADE, 1)]


def test_a_method_that_returns_its_object_gives_the_object(recorder):
    one = names(recorder).get("Counter")(1)
    assert one.again().again().add(1) == 2
    assert [call.label for call in recorder.calls][1:3] == ["Counter.again", "Counter.again"]
