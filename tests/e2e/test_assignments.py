"""Every assignment: the points of the hand-outs, full marks for the reference, nothing for the template."""

from __future__ import annotations

import re

import pytest

from autograder.course import solution
from autograder.course.bank import load
from tests.support import handed_in

# Points per question and sub-question, automatic and written together, as the hand-outs have them.
HAND_OUTS = {
    "a3_2020": [[4, 4, 4, 4], [6, 3, 6, 3], [5, 5, 6], [8, 8], [5, 5, 5], [4, 3, 6]],
    "a3_2021": [[7, 5, 5, 3], [5, 5, 6], [6, 4], [3, 7], [1, 2, 1, 1, 2, 3]],
    "a3_2022": [[5, 5, 6], [5, 5, 5, 5], [6, 4], [4, 3, 6], [4, 2, 8, 4, 2]],
    "a3_2023": [[2, 2, 4, 2], [5, 2, 7, 2, 2, 5, 2], [3, 7], [4, 2, 8, 4, 2]],
}
EVERY = [*HAND_OUTS, handed_in.ASSIGNMENT]


@pytest.mark.parametrize("name", HAND_OUTS)
def test_the_points_are_those_of_the_hand_out(name):
    found = [
        [part.points + part.written for part in question.parts if not part.bonus]
        for question in handed_in.assignment(name).questions
    ]
    assert found == HAND_OUTS[name]


def test_radial_flows_are_the_bonus_of_2020():
    bonus = [part.key for part in handed_in.assignment("a3_2020").parts if part.bonus]
    assert bonus == ["radius"]


def test_the_default_assignment_asks_for_every_function_of_the_bank():
    whole = handed_in.assignment()
    stubs = sorted((handed_in.ROOT / "assignments" / "questions").glob("*/stub.py"))
    asked = {stub.parent.name: re.findall(r"^def (\w+)", stub.read_text(), re.M) for stub in stubs}
    asked.pop("masked_conv_below", None)  # the hand-out of 2020 alone asks it, under the same names
    practical = {one.topic for one in load("practical_generative_models", handed_in.ROOT).questions}
    asked = {topic: names for topic, names in asked.items() if topic not in practical}
    assert {question.topic for question in whole.questions} == set(asked)
    assert sorted(whole.functions) == sorted(name for names in asked.values() for name in names)


@pytest.mark.parametrize("name", EVERY)
def test_the_reference_notebook_gets_full_marks(grade, name):
    graded = grade(handed_in.right(handed_in.assignment(name)), handed_in.assignment(name))
    assert graded.status == 0
    assert set(graded.outcomes.values()) == {"passed"}
    assert graded.score == pytest.approx(graded.possible)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name == "a3_2023" else pytest.mark.exhaustive)
        for name in EVERY
    ],
)
def test_the_reference_in_modules_gets_full_marks(grade, tmp_path, name):
    folder = tmp_path / "modules"
    folder.mkdir()
    for file, source in solution.modules(handed_in.assignment(name)).items():
        (folder / file).write_text(source, encoding="utf-8")
    graded = grade(folder, handed_in.assignment(name))
    assert graded.status == 0
    assert set(graded.outcomes.values()) == {"passed"}


@pytest.mark.parametrize("name", EVERY)
def test_the_template_gets_nothing(grade, name):
    graded = grade(handed_in.template(handed_in.assignment(name)), handed_in.assignment(name))
    assert (graded.status, graded.score) == (0, 0)
    assert set(graded.outcomes.values()) == {"missing"}
