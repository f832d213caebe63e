"""`autograder new question`: blanks that fit together, and a sound question once they are filled."""

from __future__ import annotations

import ast

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
    with pytest.raises(UsageError, match="invalid topic name"):
        new_question(name, harness)


def test_a_name_that_is_taken_is_refused_and_nothing_is_written(harness):
    new_question("rows", harness)
    path = harness / "assignments" / "questions" / "rows" / "prompt.md"
    path.write_text("mine")
    with pytest.raises(UsageError, match="exists already"):
        new_question("rows", harness)
    assert path.read_text() == "mine"


SOLUTION = '''\
"""Weighted means."""

from __future__ import annotations

import torch
from torch import Tensor

_TINY = 1e-12


def weighted_mean(x: Tensor, weights: Tensor, *, dim: int = 0) -> Tensor:
    """Return the weighted mean of ``x`` along an axis.

    Args:
        x: ``(N, D)``.
        weights: ``(N, 1)``, positive.
        dim: the axis.

    Returns:
        ``(D,)``.
    """
    return (weights * x).sum(dim) / (weights.sum(dim) + _TINY)


def _helper(x):
    return x
'''


def test_a_solution_that_exists_becomes_the_reference_and_its_signature_the_stub(tmp_path, harness):
    (tmp_path / "mine.py").write_text(SOLUTION)
    files, manifest = new_question("means", harness, str(tmp_path / "mine.py"))
    reference, prompt, stub, *cases = files
    assert reference.read_text() == SOLUTION
    assert "`weighted_mean(x, weights, *, dim=0)`: Return the weighted mean" in prompt.read_text()
    found = ast.parse(stub.read_text()).body[-1]
    assert isinstance(found, ast.FunctionDef)
    ours = next(n for n in ast.parse(SOLUTION).body if getattr(n, "name", "") == "weighted_mean")
    assert ast.get_docstring(found) == ast.get_docstring(ours)
    assert ast.unparse(found.args) == "x, weights, *, dim=0"
    assert all("weighted_mean" in path.read_text() for path in cases)
    (harness / "assignments" / "means.toml").write_text(f'title = "Means"\n\n{manifest}')
    assignment = load("means", harness)  # the blanks fit together before they are filled
    assert assignment.functions == ("weighted_mean",)
    assert [case.hidden for case in assignment.parts[0].cases] == [False, True, True]


def test_the_stub_imports_what_the_solution_computes_with(tmp_path, harness):
    (tmp_path / "mine.py").write_text("import numpy as np\n\ndef total(x):\n    return np.sum(x)\n")
    files, manifest = new_question("totals", harness, str(tmp_path / "mine.py"))
    for path in files:
        assert "torch" not in path.read_text(), path
    assert "import numpy as np" in files[2].read_text()
    (harness / "assignments" / "totals.toml").write_text(f'title = "Totals"\n\n{manifest}')
    assert load("totals", harness).functions == ("total",)


@pytest.mark.parametrize(
    ("text", "source", "says"),
    [
        (None, "{file}", "there is no file"),
        ("def f(:", "{file}", r"mine\.py:1: is not valid Python"),
        ("x = 1", "{file}", r"has no function 'means' .*\(it has: none\)"),
        ("def f(): 1\ndef g(): 1", "{file}", r"--from .*mine\.py:FUNCTION \(it has: f, g\)"),
        ("def f(): 1", "{file}:g", "has no function 'g' at its top level; it has: f"),
        ("def f(x=torch.pi): 1", "{file}", "has the default torch.pi, which a stub cannot repeat"),
    ],
)
def test_what_is_no_solution_is_refused_and_nothing_is_written(
    tmp_path, harness, text, source, says
):
    path = tmp_path / "mine.py"
    if text is not None:
        path.write_text(text)
    with pytest.raises(UsageError, match=says):
        new_question("means", harness, source.format(file=path))
    assert not (harness / "assignments").exists()


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    return 1\n",
        'def f(a, /, b, *c, d, e=None, **g):\n    \'one """ line \\\\ of it\'\n',
        "def means(x):\n    return x\n\ndef other(y):\n    return y\n",
    ],
)
def test_any_signature_and_docstring_fits_the_blanks(tmp_path, harness, text):
    (tmp_path / "mine.py").write_text(text)
    files, _ = new_question("means", harness, str(tmp_path / "mine.py"))
    for path in files:
        if path.suffix == ".py":
            compile(path.read_text(), str(path), "exec")
