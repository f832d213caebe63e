"""A topic of two functions with everything that a diagnosis needs, and students of all sorts."""

import sys
from dataclasses import replace
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from autograder.grading.calls import InProcess, Recorder
from autograder.grading.diagnose import diagnose
from autograder.grading.judging import judge
from autograder.grading.names import Namespace
from autograder.model import Case, Outcome, Part, PartResult
from autograder.testing import assert_close, misconception, via


def mean(x):
    return x.mean(0)


def spread(x):
    return x.max(0) - x.min(0)


def on_twice(function, x):
    return function(2 * x)


@misconception("Rows are averaged, not columns.", caught_by=())
def other_axis():
    return {"mean": lambda x: x.mean(-1)}


@misconception("The columns are added, not averaged.", caught_by=())
def added():
    return {"mean": lambda x: x.sum(0)}


@misconception("One example is left out of the average.", caught_by=())
def one_too_few():
    return {"mean": lambda x: x.sum(0) / (len(x) - 1)}


@misconception("The axes are joined before they are summed.", caught_by=())
def crashes():
    return {"mean": lambda x: np.concatenate([x, x[:, :1]], axis=0)}


@misconception("The least is forgotten, and sums are no means.", caught_by=())
def both():
    return {"mean": lambda x: x.sum(0), "spread": lambda x: x.max(0)}


WRONG = (other_axis, added, one_too_few, crashes, both)


def rows(rng):
    return rng.normal(size=(4, 3))


def plain(name):
    def run(names):
        x = rows(names["rng"])
        assert_close(names.get(name)(x), vars(sys.modules["reference.toy"])[name](x))

    return run


def through_driver(names):
    x = rows(names["rng"])
    assert_close(via(on_twice, names.get("mean"), x), mean(2 * x))


def single_row(names):
    x = names["rng"].normal(size=(1, 3))
    assert_close(names.get("mean")(x), mean(x))


def single_precision(names):
    x = rows(names["rng"]).astype(np.float32)
    assert_close(names.get("mean")(x), mean(x))


def case(name, run, *parameters, hidden=True):
    return Case("toy", "mean", name, hidden, 1.0, (*parameters, "rng"), run)


PARTS = (
    Part(
        "1.1", "mean", "The mean", 1.0, 0.0,
        (case("rows", plain("mean"), "mean", hidden=False), case("more rows", plain("mean"), "mean"),
         case("twice", through_driver, "mean"), case("one row", single_row, "mean"),
         case("float32", single_precision, "mean")),
    ),
    Part("1.2", "spread", "The spread", 1.0, 0.0, (case("range", plain("spread"), "spread"),)),
)  # fmt: skip


def draw(case):
    return np.random.default_rng(len(case.name))


@pytest.fixture(autouse=True)
def topic(monkeypatch):
    """The topic's modules, where those of a loaded assignment would be."""
    drivers, reference = ModuleType("drivers.toy"), ModuleType("reference.toy")
    drivers.on_twice = on_twice
    reference.mean, reference.spread = mean, spread
    monkeypatch.setattr(on_twice, "__module__", "drivers.toy")
    monkeypatch.setitem(sys.modules, "drivers.toy", drivers)
    monkeypatch.setitem(sys.modules, "reference", ModuleType("reference"))
    monkeypatch.setitem(sys.modules, "reference.toy", reference)


@pytest.fixture
def judged():
    """The parts as they are judged for a student with some functions of its own."""

    def judge_all(**functions):
        results = []
        for part in PARTS:
            cases = []
            for one in part.cases:
                recorder = Recorder(InProcess({"mean": mean, "spread": spread, **functions}))
                result = judge(one, Namespace(recorder, draw(one)))
                kept = () if result.passed else tuple(recorder.calls)
                cases.append(replace(result, calls=kept))
            results.append(PartResult(part, tuple(cases)))
        return tuple(results)

    return judge_all


@pytest.fixture
def diagnosed(judged):
    """The diagnoses of such a student: names by part."""

    def names(wrong=WRONG, **functions):
        found = diagnose(judged(**functions), wrong, draw)
        return {number: [one.name for one in diagnoses] for number, diagnoses in found.items()}

    return names


@pytest.fixture
def bank():
    """The modules of this file, for tests that want their pieces."""
    return SimpleNamespace(wrong=WRONG, parts=PARTS, draw=draw, outcome=Outcome)
