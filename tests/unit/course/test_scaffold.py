"""`autograder new question`: blanks that fit together, and a sound question once they are filled."""

from __future__ import annotations

import pytest

from autograder.course.bank import load
from autograder.course.scaffold import new_question
from autograder.model import UsageError
from autograder.staff.validate import validate
from autograder.student.template import build


def test_filled_blanks_are_a_sound_question(harness):
    root = harness
    files, manifest = new_question("rows", root)
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert "FILL" in text
        text = text.replace(
            "raise NotImplementedError  # FILL: the solution, stable wherever the answer is a number",
            "return scale * x.sum(dim=-1)",
        )
        text = text.replace('["FILL", "FILL", "FILL"]', "[6.0, 14.0, 22.0]")
        path.write_text(text.replace("FILL", "filled"), encoding="utf-8")
    (root / "assignments" / "rows.toml").write_text(
        f'title = "Rows"\n\n{manifest}', encoding="utf-8"
    )
    assignment = load("rows", root)
    build(assignment, root / "student_template" / "rows")
    bank = validate([assignment], [assignment], root, lambda *_: None, workers=1)
    assert bank.sound, [*(p for t in bank.topics for p in t.problems), *bank.problems]
    assert [len(topic.cases) for topic in bank.topics] == [4]


def test_a_blank_that_is_left_is_named(harness):
    files, manifest = new_question("rows", harness)
    for path in files:
        text = path.read_text(encoding="utf-8").replace(
            '["FILL", "FILL", "FILL"]', "[6.0, 14.0, 22.0]"
        )
        text = text.replace("raise NotImplementedError  #", "return scale * x.sum(dim=-1)  #")
        path.write_text(text)
    (harness / "assignments" / "rows.toml").write_text(
        f'title = "Rows"\n\n{manifest}', encoding="utf-8"
    )
    assignment = load("rows", harness)
    build(assignment, harness / "student_template" / "rows")
    bank = validate([assignment], [assignment], harness, lambda *_: None, workers=1)
    problems = [problem for topic in bank.topics for problem in topic.problems]
    assert len(problems) == 6
    assert all("has a blank left: look for FILL" in problem for problem in problems)


@pytest.mark.parametrize("name", ["Rows", "1rows", "rows-2", "", "../rows"])
def test_what_is_no_name_is_refused(harness, name):
    with pytest.raises(UsageError, match="is no name"):
        new_question(name, harness)


def test_a_name_that_is_taken_is_refused_and_nothing_is_written(harness):
    new_question("rows", harness)
    path = harness / "assignments" / "questions" / "rows" / "prompt.md"
    path.write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        new_question("rows", harness)
    assert path.read_text() == "mine"
