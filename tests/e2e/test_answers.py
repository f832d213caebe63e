"""One question of each kind, as docs/kinds-of-answers.md has them, through the whole program."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.course.bank import load
from autograder.gradescope import results
from autograder.grading.pipeline import Request, run
from autograder.model import Isolation, Outcome
from autograder.sandbox import Sandbox, Session
from autograder.staff.explain import explanations, read, snippet
from autograder.staff.validate import validate
from autograder.student.template import build
from autograder.testing import Mismatch
from tests.support import answers, handed_in

RIGHT = """
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
from torch import nn

answer = "variance"


class Smoother:
    def __init__(self, rate, start=0.0):
        self.rate, self.state = rate, start

    def update(self, x):
        self.state += self.rate * (x - self.state)
        return self.state

    def __call__(self, xs):
        return torch.tensor([float(self.update(x)) for x in xs], dtype=xs.dtype)


class Gate(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.register_parameter("logit", nn.Parameter(torch.zeros(features)))

    def forward(self, x):
        return x / (1 + torch.exp(-self.logit))


def summary(measurements):
    rows = {}
    for city in sorted(measurements["city"].unique()):
        celsius = measurements.loc[measurements["city"] == city, "celsius"].dropna()
        rows[city] = {"mean": celsius.mean(), "count": len(celsius)}
    return pd.DataFrame.from_dict(rows, orient="index").astype({"count": int})


def plot_losses(training, validation):
    epochs = np.arange(len(training)) + 1
    plt.figure()
    plt.semilogy(epochs, training, "o-", label="Training")
    plt.semilogy(epochs, validation, label="Validation")
    plt.xlabel("Epoch")
    plt.ylabel("Loss")
    plt.legend()
    return plt.gca()


def fit(x, y):
    features = torch.cat([x, torch.ones_like(x[:, :1])], dim=1)
    return torch.linalg.lstsq(features, 2 * y[:, None] - 1).solution[:, 0]


def draw(mean, log_variance):
    return torch.distributions.Normal(mean, torch.exp(0.5 * log_variance)).sample()
"""
"""A right answer of each kind, in a style of its own."""

WRONG = (
    RIGHT.replace('"variance"', '"bias"')
    .replace("self.rate * (x - self.state)", "(1 - self.rate) * (x - self.state)")
    .replace("x / (1 + torch.exp(-self.logit))", "x * self.logit")
    .replace('"count": len(celsius)', '"count": int((measurements["city"] == city).sum())')
    .replace("np.arange(len(training)) + 1", "np.arange(len(training))")
    .replace("torch.ones_like(x[:, :1])", "torch.zeros_like(x[:, :1])")
    .replace("torch.exp(0.5 * log_variance)", "torch.exp(log_variance)")
)
"""One mistake in each."""


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return answers.make(tmp_path_factory.mktemp("answers"))


@pytest.fixture(scope="module")
def graded(root, sandbox):
    """The reports on the two submissions."""
    reports = {}
    assignment = load("answers", root)
    for name, text in (("right", RIGHT), ("wrong", WRONG)):
        file = root / "handed_in" / f"{name}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
        reports[name] = run(Request(file, assignment), sandbox)
    return reports


def judged(report):
    return {f"{part.part.key}: {one.case.name}": one for part in report.parts for one in part.cases}


def test_a_right_answer_of_each_kind_passes_every_case(graded):
    failed = {name: one.detail for name, one in judged(graded["right"]).items() if not one.passed}
    assert not failed
    assert graded["right"].notices == ()
    assert graded["right"].score == graded["right"].assignment.points


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("word: the word", "yours is 'bias', expected 'variance'"),
        ("smoother: another rate", "yours"),
        ("gate: gradient", "yours"),
        ("summary: missing temperatures", "Column 'count' of the result: "),
        ("plot: curves", "The epochs of training: "),
        ("draw: distribution", "has the wrong distribution"),
    ],
)
def test_each_mistake_is_explained(graded, case, words):
    found = judged(graded["wrong"])[case]
    assert found.outcome is Outcome.WRONG
    assert words in found.detail


def test_a_score_earns_a_share_and_says_how_far_it_is(graded):
    found = judged(graded["wrong"])["fit: accuracy on new points"]
    assert found.outcome is Outcome.WRONG
    assert found.share in (0.0, 0.5)
    assert "short of what is required" in found.detail
    assert "With x" not in found.detail  # many answers are right: there is no counterexample


def test_a_figure_has_a_counterexample(graded):
    text = judged(graded["wrong"])["plot: curves"].detail
    assert "your `plot_losses` returns a figure in which x of the line 'training' is [0]; " in text
    assert "[1] is right." in text


def descendants(pid):
    """The processes below one, the innermost last."""
    found = []
    for child in (Path("/proc") / str(pid) / "task" / str(pid) / "children").read_text().split():
        found += [int(child), *descendants(int(child))]
    return found


@pytest.mark.parametrize("count", [3, 12])
@pytest.mark.exhaustive
def test_objects_whose_worker_is_killed_are_made_again_with_the_same_verdicts(
    graded, root, monkeypatch, count
):
    """The worker is killed from outside before so many calls of objects have been asked."""
    asked, killed = Session.ask, []

    def ask(self, request, *rest):
        nonlocal count
        count -= request.get("target") is not None
        if count == 0 and not killed:
            killed.append(descendants(sandbox._zygote.pid)[-1])
            os.kill(killed[0], signal.SIGKILL)
        return asked(self, request, *rest)

    monkeypatch.setattr(Session, "ask", ask)
    with Sandbox(Isolation.BEST_EFFORT) as sandbox:
        file = root / "handed_in" / "wrong.py"
        again = run(Request(file, load("answers", root)), sandbox)
    assert killed
    assert again.score == graded["wrong"].score
    before = {name: (one.outcome, one.detail) for name, one in judged(graded["wrong"]).items()}
    assert {name: (one.outcome, one.detail) for name, one in judged(again).items()} == before


def test_misconceptions_name_the_mistake_of_each_kind(graded):
    named = {part.part.key: {one.name for one in part.diagnoses} for part in graded["wrong"].parts}
    assert named["word"] == {"bias"}
    assert named["smoother"] == {"rate_of_the_old"}
    assert named["gate"] == {"no_sigmoid"}
    assert named["summary"] == {"missing_counts"}
    assert named["plot"] == {"epochs_from_0"}


def test_explain_gives_code_that_shows_each_difference(graded, root, tmp_path, monkeypatch):
    path = tmp_path / "results.json"
    path.write_text(json.dumps(results(graded["wrong"])))
    monkeypatch.chdir(root)
    names: dict[str, object] = {}
    exec(WRONG, names)
    shown = set()
    for one in explanations(read(path), load("answers", root)):
        code = snippet(one)
        compared = [line for line in code.splitlines() if line.startswith("assert_")]
        if one.case.part in ("fit", "draw"):
            continue  # many answers are right: the values are shown, and not compared
        shown.add(one.case.part)
        if compared:
            with pytest.raises(Mismatch):
                exec(code, dict(names))
        else:
            exec(code, dict(names))
    assert shown == {"word", "smoother", "gate", "summary", "plot"}


@pytest.mark.exhaustive
def test_the_examples_are_sound(root):
    assignment = load("answers", root)
    bank = validate([assignment], [assignment], root, lambda *_: None, workers=1)
    assert [
        *bank.problems,
        *(text for one in bank.topics for text in (*one.broken, *one.problems)),
    ] == []


@pytest.mark.exhaustive
def test_the_students_copy_checks_each_kind(root, tmp_path):
    copy = root / "student_template" / "answers"
    build(load("answers", root), copy)
    work = shutil.copytree(copy, tmp_path / "copy")
    modules = sorted((work / "modules").glob("*.py"))
    for path in modules:
        path.write_text(RIGHT)
    command = [sys.executable, "-m", "autograder", "check", "modules"]
    done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def told(root, *command):
    """What a command prints that succeeds."""
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.exhaustive
def test_the_notebook_works_with_otter_check_and_grader_check(root, tmp_path):
    assignment = load("answers", root)
    build(assignment, tmp_path / "answers")
    folder = shutil.copytree(tmp_path / "answers", tmp_path / "copy")
    otter = str(Path(sys.executable).parent / "otter")
    unsolved = told(folder, otter, "check", "answers.ipynb")
    assert unsolved.count("NotImplementedError:") == 6  # all parts but the value
    assert "All tests passed" not in unsolved
    (folder / "solved.ipynb").write_text(handed_in.right(assignment), encoding="utf-8")
    assert "All tests passed!" in told(folder, otter, "check", "solved.ipynb")
    book = nbformat.read(folder / "solved.ipynb", 4)
    NotebookClient(book, timeout=120, kernel_name="python3").execute(cwd=str(folder))
    checks = [cell for cell in book.cells if cell.source.startswith("grader.check")]
    shown = [cell.outputs[-1]["data"]["text/plain"] for cell in checks]
    assert [text.count("✓ passed") for text in shown] == [1, 1, 1, 1, 1, 1, 1, 7]
    assert not any(word in text for text in shown for word in ("wrong", "not filled in", "raised"))


@pytest.mark.exhaustive
def test_the_course_is_bundled_and_a_class_graded(root, tmp_path):
    command = [sys.executable, "-m", "autograder"]
    bundled = told(root, *command, "bundle", "answers", "-o", str(tmp_path))
    assert "the reference of answers gets all 17 points" in bundled
    for name, text in (("ann", RIGHT), ("bob", WRONG)):
        (tmp_path / "class" / name).mkdir(parents=True)
        (tmp_path / "class" / name / "answers.py").write_text(text)
    out = tmp_path / "graded"
    told(root, *command, "batch", str(tmp_path / "class"), "-a", "answers", "-o", str(out))
    with (out / "grades.csv").open(encoding="utf-8-sig") as table:
        grades = {row["id"]: row for row in csv.DictReader(table)}
    assert float(grades["ann"]["score"]) == 17
    parts = [one.number for one in load("answers", root).parts]
    for part in parts:
        assert float(grades["bob"][part]) < float(grades["ann"][part])
