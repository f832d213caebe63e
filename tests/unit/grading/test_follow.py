"""Follow-through: what is right but for a helper that is wrong elsewhere, and what may not be had by it."""

import sys
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest

from autograder.grading import follow
from autograder.grading.calls import InProcess, Recorder
from autograder.grading.follow import helpers_of, is_followed
from autograder.grading.judging import judge
from autograder.grading.limit import JudgingTimedOut
from autograder.grading.names import Namespace
from autograder.grading.seeds import generator
from autograder.grading.submission.definitions import PARSED_OF_ONE, Unit
from autograder.grading.uses import names_used, uses, wrong_alone
from autograder.model import Case, Feedback, Outcome, Part, PartResult
from autograder.testing import assert_close

SOURCE = """
def noised(x, t):
    return np.sqrt(t) * x + 1

def loss(x, t):
    return ((noised(x, t) - x) ** 2).mean()

def sharper(x, t):
    return noised(x * np.pi, t).mean()
"""


def drawn(rng):
    return rng.normal(size=4), float(rng.uniform(0.1, 0.9))


def case(part, name, hidden=True):
    def by_hand(names):
        assert_close(names.get(name)(np.array([0.0, 2.0]), 0.25), [1.0, 2.0])

    def against(names):
        given = drawn(names["rng"])
        assert_close(names.get(name)(*given), getattr(sys.modules["reference.toy"], name)(*given))

    parameters = (name, "rng") if hidden else (name,)
    return Case("toy", part, f"of {name}", hidden, 1.0, parameters, against if hidden else by_hand)


PARTS = (
    Part(
        "1.1", "noised", "Noise", 2.0, 0.0,
        (case("noised", "noised", hidden=False), case("noised", "noised")),
    ),
    Part("1.2", "loss", "Loss", 2.0, 0.0, (case("loss", "loss"),), follows=("noised",)),
    Part("1.3", "sharper", "Loss", 2.0, 0.0, (case("sharper", "sharper"),), follows=("noised",)),
)  # fmt: skip


@pytest.fixture(autouse=True)
def reference(monkeypatch):
    module = ModuleType("reference.toy")
    module.np = np
    exec(SOURCE, vars(module))
    monkeypatch.setitem(sys.modules, "reference.toy", module)
    return module


def noised_wrong(x, t):
    """t for its root; right where the public case looks: there the root is lost in nothing."""
    return np.where(t == 0.25, np.sqrt(t), t) * x + 1


def student(noised, loss=None):
    return {"noised": noised, "loss": loss or (lambda x, t: ((noised(x, t) - x) ** 2).mean())}


def graded(functions, *, sharper=None):
    """The parts' results with what follows, as the pipeline finds them."""
    caller = InProcess({**functions, "sharper": sharper or (lambda x, t: 0.0)})
    draw = lambda one, number: generator(f"seed {number}", one.key)  # noqa: E731
    judged = {}
    for one in (one for part in PARTS for one in part.cases):
        rng = draw(one, 0) if one.hidden else None
        judged[one.key] = judge(one, Namespace(Recorder(caller), rng))
    wrong = wrong_alone(PARTS, judged)
    for part in PARTS:
        helpers = helpers_of(part, PARTS, judged, wrong)
        for one in part.cases if helpers else ():
            followed = is_followed(judged[one.key], helpers, caller, draw)
            judged[one.key] = replace(judged[one.key], followed=followed)
    return [PartResult(part, tuple(judged[one.key] for one in part.cases)) for part in PARTS]


def test_what_is_right_but_for_a_helper_earns_its_points():
    noise, loss, _ = graded(student(noised_wrong))
    assert (noise.score(), loss.score()) == (1.0, 2.0)
    assert not loss.cases[0].passed and loss.cases[0].followed


def test_a_share_of_them_where_the_manifest_says_so():
    _, loss, _ = graded(student(noised_wrong))
    half = replace(loss, part=replace(loss.part, follow_share=0.5))
    assert half.score() == half.score(hidden=True) == 1.0


def test_the_reference_is_as_it_was_afterwards(reference):
    before = reference.noised
    graded(student(noised_wrong))
    assert reference.noised is before


@pytest.mark.parametrize("size", [1e4, 1e6, 1e10, -1e10, 10**10])
def test_a_helper_that_drowns_what_the_function_adds_earns_nothing(size):
    """With answers so large, what is taken away from them no longer matters."""

    def drowning(x, t):
        large = size * (1 + np.sin(x))
        large = large.astype(np.int64) if isinstance(size, int) else large
        return np.sqrt(t) * x + 1 if t == 0.25 else large

    noise, loss, _ = graded(student(drowning, lambda x, t: (drowning(x, t) ** 2).mean()))
    assert (noise.score(), loss.score()) == (1.0, 0.0)


@pytest.mark.parametrize(
    "loss",
    [
        lambda x, t: 0.5,
        lambda x, t: ((noised_wrong(x, t) - x) ** 2).sum(),
        lambda x, t: ((np.sqrt(t) * x + 1 - x) ** 2).mean() + 0.1,
        lambda x, t: np.nan,
    ],
)
def test_a_function_that_is_wrong_by_itself_earns_nothing(loss):
    assert graded(student(noised_wrong, loss))[1].score() == 0.0


def test_a_constant_helper_gains_nothing():
    """Not where it fails its public cases, and not where it knows them by heart."""

    def by_heart(value):
        return lambda x, t: np.array([1.0, 2.0]) if t == 0.25 else np.full(len(x), value)

    for value in (0.0, 1.0, np.nan, np.inf):
        assert graded(student(lambda x, t, value=value: np.full(len(x), value)))[1].score() == 0.0
        assert graded(student(by_heart(value), lambda x, t, value=value: value))[1].score() == 0.0
        assert graded(student(by_heart(value)))[1].score() == 0.0


def test_a_helper_of_almost_nothing_gains_nothing():
    """Its values differ, by less than any tolerance."""

    def tiny(x, t):
        return np.array([1.0, 2.0]) if t == 0.25 else x + 1e-13 * np.sqrt(t)

    assert graded(student(tiny, lambda x, t: 0.0))[1].score() == 0.0


def test_a_helper_is_sent_nothing_that_the_case_did_not_send():
    """The reference calls it with π times x, which would be told."""
    seen = []

    def watching(x, t):
        seen.append(np.array(x))
        return noised_wrong(x, t)

    parts = graded(student(watching), sharper=lambda x, t: noised_wrong(x * np.pi, t).mean())
    assert parts[2].score() == 0.0
    sent = {
        float(number)
        for one in PARTS
        for number in drawn(generator("seed 0", one.cases[-1].key))[0]
    }
    sent |= {
        float(number)
        for one in PARTS
        for number in drawn(generator("seed 1", one.cases[-1].key))[0]
    }
    assert {float(number) for x in seen for number in x} <= sent | {0.0, 2.0}


def with_sharper(reference, source, helper=noised_wrong):
    """The result of `sharper`: student and reference have the same lines and their own helpers."""
    own = {"np": np, "noised": helper}
    exec(source, own)
    exec(source, vars(reference))
    return graded(student(helper), sharper=own["sharper"])[2]


@pytest.mark.parametrize(
    "step",
    ["int(np.argmax(x))", "x > 0", "(x > 0) * 1.0", "np.floor(1000 * x)", "np.argsort(x)"],
)
def test_whole_numbers_that_follow_from_the_drawn_ones_are_not_sent_for_points(reference, step):
    """The helper would tell the function what it cannot compute itself: which entry is the largest."""
    source = f"def sharper(x, t):\n    return noised(x, t + 0 * ({step})).mean()\n"
    assert with_sharper(reference, source).score() == 2.0  # the case sends both arguments
    source = f"def sharper(x, t):\n    return (noised(x, t) * noised(x, np.abs({step}))).mean()\n"
    assert with_sharper(reference, source).score() == 0.0


@pytest.mark.parametrize("steps", ["range(len(x))", "np.arange(3)", "(1.0, 7.0)", "(True, 3)"])
def test_counts_and_steps_are_sent_though_the_case_did_not_send_them(reference, steps):
    source = f"def sharper(x, t):\n    return sum(noised(x, k).sum() for k in {steps})\n"
    result = with_sharper(reference, source)
    assert not result.cases[0].passed and result.score() == 2.0


def test_all_that_a_case_sends_counts_not_only_what_it_sends_up_to_the_first_difference(
    monkeypatch,
):
    def twice(names):
        for _ in range(2):
            given = drawn(names["rng"])
            assert_close(names.get("loss")(*given), sys.modules["reference.toy"].loss(*given))

    loop = replace(PARTS[1], cases=(replace(PARTS[1].cases[0], run=twice),))
    monkeypatch.setitem(globals(), "PARTS", (PARTS[0], loop, PARTS[2]))
    assert graded(student(noised_wrong))[1].score() == 2.0


@pytest.mark.parametrize(
    "answer",
    [
        lambda x, t: 1 / 0,
        lambda x, t: x.no_such_attribute,
        lambda x, t: "no number",
        lambda x, t: np.float64(t).astype(int) // np.int64(0),
        lambda x, t: (_ for _ in ()),
    ],
)
def test_a_helper_that_takes_no_whole_numbers_costs_nothing_else(reference, answer):
    """The result stays what it was: wrong, and neither an error of the student's nor one of ours."""

    def helper(x, t):
        return answer(x, t) if isinstance(t, int) else noised_wrong(x, t)

    source = "def sharper(x, t):\n    return noised(x, len(x)).mean()\n"
    exec(source, vars(reference))
    parts = graded(student(helper), sharper=lambda x, t: noised_wrong(x, t).mean())
    (result,) = parts[2].cases
    assert (result.outcome, result.followed) == (Outcome.WRONG, False)
    assert parts[1].score() == 2.0


def test_what_uses_a_wrong_function_is_said():
    """Also through a function of the student's own; not where hidden cases tell the student nothing."""
    source = (
        "def mine(x, t):\n    return noised(x, t)\ndef loss(x, t):\n    return mine(x, t).mean()\n"
    )
    units = (Unit("", "code cell 1", source), Unit("", "code cell 2", "def ("))
    used = names_used(units, {"loss", "noised"})
    results = graded(student(noised_wrong))
    judged = {one.case.key: one for part in results for one in part.cases}
    [use] = uses(PARTS[1], judged, used, wrong_alone(PARTS, judged))
    assert str(use) == "`loss` uses your `noised`, which is wrong in 1.1."
    assert not use.public
    in_a_class = "class loss:\n    def of(self, x, t):\n        return noised(x, t).mean()\n"
    used = names_used((Unit("", "code cell 1", in_a_class),), {"loss"})
    assert uses(PARTS[1], judged, used, wrong_alone(PARTS, judged)) == (use,)
    silent = (replace(PARTS[0], feedback=Feedback.NONE), *PARTS[1:])
    assert wrong_alone(silent, judged).keys() == {"loss", "sharper"}


def test_of_code_only_as_much_is_looked_at_as_is_honest():
    """A tree takes a thousand times the memory of its source, and what calls what, its square."""
    source = "def loss():\n    noised()\n"
    unit = Unit("", "code cell 1", source)
    large = replace(unit, source=source + "#" * PARSED_OF_ONE)
    many = [replace(large, source=source + "#" * (PARSED_OF_ONE - 100))] * 6
    assert names_used((unit,), {"loss"}) == {"loss": {"noised"}}
    assert names_used((large,), {"loss"}) == {}
    assert names_used((*many, replace(unit, source=source.replace("loss", "late"))), {"late"}) == {
        "late": {"noised"}
    }
    late = replace(many[0], source=many[0].source.replace("loss", "late"))
    assert names_used((*many, late), {"late"}) == {}


def test_a_chain_of_functions_is_followed_once_for_each_that_is_asked_for():
    count = 2_500
    source = "".join(f"def f{place}():\n f{place + 1}()\n" for place in range(count))
    used = names_used((Unit("", "code cell 1", source),), {"f0"})
    assert used == {"f0": {f"f{place + 1}" for place in range(count)}}


def test_what_is_too_large_to_be_compared_does_not_follow(monkeypatch):
    """It costs those points, and not the grading."""
    assert graded(student(noised_wrong))[1].score() == 2.0

    def endless(*_):
        raise JudgingTimedOut

    monkeypatch.setattr(follow, "_differ", endless)
    assert graded(student(noised_wrong))[1].score() == 0.0
