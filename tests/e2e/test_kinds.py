"""A question that asks for a class, a value and a function given an object: through the whole program."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from autograder.course.bank import load, load_template
from autograder.gradescope import results
from autograder.grading.pipeline import run
from autograder.grading.request import Request
from autograder.model import Outcome
from autograder.staff.explain import explanations, read, snippet
from autograder.staff.validate import validate
from autograder.student.template import build
from autograder.testing import Mismatch
from tests.support import kinds

WRONG = kinds.RIGHT.replace(
    "self.state + self.rate * (x - self.state)", "self.rate * self.state + (1 - self.rate) * x"
).replace('"variance"', '"bias"')
STUB = kinds.FILES["assignments/questions/smoothing/stub.py"]
HALF = kinds.RIGHT.replace(
    "        self.state = self.state + self.rate * (x - self.state)\n        return self.state\n",
    "        raise NotImplementedError\n",
)
NO_STATE = kinds.RIGHT.replace("self.state", "self.mean")
A_SET = kinds.RIGHT.replace("        return self.state\n", "        return {self.state}\n")
HELD = NO_STATE.replace(
    "    def update",
    "    @property\n    def state(self):\n        return {self.mean}\n\n    def update",
)
NOTHING = "x = 1\n"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return kinds.make(tmp_path_factory.mktemp("kinds"))


@pytest.fixture(scope="module")
def graded(root, sandbox):
    """The report on each submission."""
    texts = {
        "right": kinds.RIGHT,
        "wrong": WRONG,
        "stub": "\n".join(line[8:] for line in STUB.splitlines()),
        "half": HALF,
        "no_state": NO_STATE,
        "a_set": A_SET,
        "held": HELD,
        "nothing": NOTHING,
    }
    reports = {}
    assignment = load("kinds", root)
    for name, text in texts.items():
        file = root / "handed_in" / name / "smoothing.py"
        file.parent.mkdir(parents=True)
        file.write_text(text)
        reports[name] = run(Request(file, assignment), sandbox)
    return reports


def outcomes(report):
    return {result.outcome for part in report.parts for result in part.cases}


def detail(report, name):
    return next(
        result.detail
        for part in report.parts
        for result in part.cases
        if result.case.key == f"smoothing/{name}"
    )


def test_a_right_answer_in_another_style_passes_every_case(graded):
    assert outcomes(graded["right"]) == {Outcome.PASSED}
    assert graded["right"].notices == ()


def test_what_is_still_as_handed_out_is_said_of_classes_methods_and_values(graded):
    assert outcomes(graded["stub"]) == {Outcome.MISSING}
    words = "is not filled in yet: it is still the stub that was handed out."
    assert detail(graded["stub"], "smoother: two updates") == f"`Smoother` {words}"
    assert detail(graded["stub"], "word: form, one of two") == f"`answer` {words}"
    assert detail(graded["half"], "smoother: two updates") == f"`Smoother.update` {words}"


def test_what_is_not_there_is_named(graded):
    assert outcomes(graded["nothing"]) == {Outcome.MISSING}
    words = "is not defined in the submission."
    assert detail(graded["nothing"], "smoother: two updates") == f"`Smoother` {words}"
    assert detail(graded["nothing"], "word: form, one of two") == f"`answer` {words}"
    said = detail(graded["no_state"], "smoother: two updates")
    assert said.startswith("`Smoother.state` raised AttributeError: ")


def test_what_is_no_data_is_named_with_what_gave_it(graded):
    said = detail(graded["a_set"], "smoother: two updates")
    assert said.startswith("`Smoother.update` returned a `set`.")
    assert "yours is a `set`" in detail(graded["held"], "smoother: two updates")


def test_a_class_that_replaces_a_class_explains_a_wrong_one(graded):
    by_part = {part.part.key: part.diagnoses for part in graded["wrong"].parts}
    assert [one.name for one in by_part["smoother"]] == ["rate_of_the_old"]
    assert [one.functions for one in by_part["smoother"]] == [("Smoother",)]
    assert [one.name for one in by_part["word"]] == ["bias"]


def test_explain_gives_code_that_shows_the_difference(graded, root, tmp_path, monkeypatch):
    path = tmp_path / "results.json"
    path.write_text(json.dumps(results(graded["wrong"])))
    monkeypatch.chdir(root)
    codes = {one.case.name: snippet(one) for one in explanations(read(path), load("kinds", root))}
    assert "object_0 = Smoother(0.3)\nright_0 = reference.Smoother(0.3)\n" in codes["another rate"]
    assert "found = answer  # the value of this notebook\n" in codes.pop("the word")
    assert len(codes) == 5
    for code in codes.values():
        names = {}
        exec(WRONG, names)
        with pytest.raises(Mismatch):
            exec(code, names)


@pytest.mark.exhaustive
def test_the_bank_is_sound_and_the_students_copy_checks(root, tmp_path):
    assignment = load("kinds", root)
    copy = root / "student_template" / "kinds"
    build(assignment, copy)
    bank = validate([assignment], [assignment], root, lambda *_: None, workers=1)
    assert [*bank.problems, *bank.topics[0].problems, *bank.topics[0].broken] == []
    again = load_template(copy)
    assert again.kinds == assignment.kinds
    right = tmp_path / "copy"
    subprocess.run(["cp", "-r", copy, right], check=True)
    (right / "modules" / "smoothing.py").write_text(kinds.RIGHT)
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "check", "modules"],
        cwd=right,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
