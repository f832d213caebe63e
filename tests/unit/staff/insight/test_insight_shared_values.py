"""Which submissions share wrong values: found, and not found where nothing follows from it."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from autograder.model import Outcome
from autograder.staff.insight.model import GradedSubmission
from autograder.staff.insight.shared_values import Shared, similar, unexplained

PARTS = {"q/a: 1": "1.1", "q/a: 2": "1.1", "q/b: 1": "1.2", "q/c: 1": "1.3"}
A1, A2, B1, C1 = PARTS


def one(name, users=(), outcome=Outcome.WRONG, known=(), **values):
    keys = dict(zip(("a1", "a2", "b1", "c1"), PARTS, strict=True))
    prints = {keys[short]: word for short, word in values.items()}
    return GradedSubmission(
        name,
        f"{name}.py",
        users=users or (f"user of {name}",),
        outcomes=dict.fromkeys(prints, outcome),
        diagnoses={keys[short]: ("known",) for short in known},
        fingerprints=prints,
    )


def test_three_with_one_wrong_value_are_a_group():
    class_ = [one("x", a1="f"), one("y", a1="f"), one("z", a1="f"), one("w", a1="g")]
    assert unexplained(class_, PARTS) == [Shared(("x", "y", "z"), (A1,), ("1.1",))]


def test_two_that_agree_in_one_case_are_chance():
    assert unexplained([one("x", a1="f"), one("y", a1="f")], PARTS) == []


def test_two_that_agree_in_two_cases_are_a_group():
    class_ = [one("x", a1="f", a2="g"), one("y", a1="f", a2="g")]
    assert unexplained(class_, PARTS) == [Shared(("x", "y"), (A1, A2), ("1.1",))]


def test_what_a_misconception_explains_does_not_count():
    class_ = [one(name, a1="f", a2="g", b1="h", known=("a1", "a2", "b1")) for name in "xyz"]
    assert unexplained(class_, PARTS) == similar(class_, PARTS) == []


def test_only_wrong_values_count():
    class_ = [one(name, a1="f", b1="h", outcome=Outcome.RAISED) for name in "xyz"]
    assert unexplained(class_, PARTS) == similar(class_, PARTS) == []


def test_similar_means_two_parts():
    class_ = [one("x", a1="f", a2="g"), one("y", a1="f", a2="g"), one("v", a1="k", b1="l")]
    assert similar(class_, PARTS) == []
    class_.append(one("w", a1="k", b1="l"))
    assert similar(class_, PARTS) == [Shared(("v", "w"), (A1, B1), ("1.1", "1.2"))]


def test_a_group_is_closed():
    three = [one(name, a1="f", b1="g") for name in "xyz"]
    nearer = [one(name, a1="f", b1="g", c1="h") for name in "vw"]
    assert similar([*three, *nearer], PARTS) == [
        Shared(("v", "w"), (A1, B1, C1), ("1.1", "1.2", "1.3")),
        Shared(("v", "w", "x", "y", "z"), (A1, B1), ("1.1", "1.2")),
    ]


def test_an_earlier_try_of_the_same_people_is_no_other():
    class_ = [one("x", users=("u", "v"), a1="f", b1="g"), one("y", users=("v",), a1="f", b1="g")]
    assert similar(class_, PARTS) == unexplained(class_, PARTS) == []


def test_what_many_share_is_a_common_slip():
    class_ = [one(f"s{number}", a1="f", b1="g") for number in range(9)]
    assert similar(class_, PARTS) == []
    assert len(unexplained(class_, PARTS)[0].holders) == 9


VALUES = st.fixed_dictionaries(
    {}, optional={short: st.sampled_from("fg") for short in ("a1", "a2", "b1", "c1")}
)


@given(st.lists(VALUES, max_size=7))
def test_every_pair_that_agrees_in_two_parts_is_in_a_group_and_no_other_is(drawn):
    class_ = [one(f"s{number}", **values) for number, values in enumerate(drawn)]
    groups = similar(class_, PARTS)
    for x, y in itertools.combinations(class_, 2):
        same = {case for case, word in x.fingerprints.items() if y.fingerprints.get(case) == word}
        expected = len({PARTS[case] for case in same}) >= 2
        together = [group for group in groups if {x.id, y.id} <= set(group.holders)]
        assert bool(together) == expected
        assert not expected or any(set(group.cases) == same for group in together)
