"""`autograder explain`: inputs, values and differences are those of the grading; the snippet runs."""

import dataclasses
import json

import numpy as np
import pytest
import torch

from autograder import cli
from autograder.course.bank import load
from autograder.gradescope import results
from autograder.grading import pipeline as grade
from autograder.grading.request import Request
from autograder.model import GraderError, UsageError
from autograder.staff import explain
from autograder.testing import Mismatch
from tests.support import registered, toy
from tests.support.fake_sandbox import FakeSandbox, in_this_process
from tests.support.handed_in import ASSIGNMENT, ROOT

WRONG = """\
def double(x):
    return 3 * x
def total(x):
    raise ValueError("no total")
"""
MISCONCEPTION = """
from autograder.testing import misconception
@misconception("Twice is two times.", caught_by=())
def trebled():
    return {"double": lambda x: 3 * x}
"""
TWICE = "toy/double: twice [hidden]"
MATRIX = "toy/double: a matrix [hidden]"


@pytest.fixture(autouse=True)
def as_it_was():
    """What loading and running register is forgotten."""
    with registered.forgotten():
        yield


@pytest.fixture
def project(tmp_path, monkeypatch):
    found = toy.make(tmp_path / "project")
    path = found.root / "assignments" / "questions" / "toy" / "misconceptions.py"
    path.write_text(path.read_text() + MISCONCEPTION)
    monkeypatch.setenv("AUTOGRADER_ROOT", str(found.root))
    return found


@pytest.fixture
def graded(project, tmp_path):
    """The results file of a module's text, and the report that it says."""

    def run(text, assignment=None):
        assignment = assignment or load("toy", project.root)
        module = tmp_path / "toy.py"
        module.write_text(text)
        report = grade.run(Request(module, assignment), FakeSandbox(in_this_process))
        path = tmp_path / "results.json"
        path.write_text(json.dumps(results(report), allow_nan=False))
        return path, report

    return run


def explained(path, assignment):
    record = explain.read(path)
    return {one.case.key: one for one in explain.explanations(record, assignment)}


def run(code, **functions):
    """Run a snippet in a notebook that holds some functions."""
    space = dict(functions)
    try:
        exec(code, space)
    except Mismatch as mismatch:
        return space, mismatch
    return space, None


def test_inputs_and_values_are_those_of_the_grading(graded):
    path, report = graded(WRONG)
    found = explained(path, load("toy"))
    [asked] = found[MATRIX].calls
    (x,) = asked.arguments
    assert x.shape == (3, 4)
    assert torch.equal(asked.student, 3 * x)
    assert torch.equal(asked.right, 2 * x)
    assert asked.difference.startswith("The result: every entry is 3/2 times the expected one")
    said = {case.case.key: case.detail for part in report.parts for case in part.cases}
    assert found[MATRIX].failed.detail == said[MATRIX]
    assert found[MATRIX].sentences == {"trebled": "Twice is two times."}


def test_a_driver_and_an_exception(graded):
    path, _ = graded(WRONG)
    found = explained(path, load("toy"))
    [asked] = found[TWICE].calls
    assert (asked.name, asked.driver) == ("double", ("toy", "twice"))
    assert torch.allclose(asked.student, 9 * asked.arguments[1])
    [raised] = found["toy/total: a matrix [hidden]"].calls
    assert raised.raised == "ValueError: no total"
    assert raised.right == raised.arguments[0].sum()


@pytest.mark.parametrize("key", [MATRIX, TWICE])
def test_the_snippet_reproduces_it(graded, key):
    path, _ = graded(WRONG)
    one = explained(path, load("toy"))[key]
    code = explain.snippet(one)
    space, mismatch = run(code, double=lambda x: 3 * x)
    assert torch.equal(space["found"], one.calls[0].student)
    assert torch.equal(space["right"], one.calls[0].right)
    assert mismatch is not None
    assert run(code, double=lambda x: 2 * x)[1] is None


def test_inputs_can_be_drawn_again(graded):
    path, report = graded(WRONG)
    (x,), keywords = explain.inputs("toy", MATRIX, report.seed)
    [asked] = explained(path, load("toy"))[MATRIX].calls
    assert torch.equal(x, asked.arguments[0]) and keywords == {}
    for case, call in (("toy/double: none", 0), (MATRIX, 1), (MATRIX, -1)):
        with pytest.raises(GraderError, match=r"no (case|call)"):
            explain.inputs("toy", case, report.seed, call)


def test_what_staff_read(graded, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    path, report = graded(WRONG)
    assert cli.main(["explain", str(path), "--part", "1.1"]) == 0
    out = capsys.readouterr().out
    for said in (
        MATRIX,
        report.seed,
        "Twice is two times.",
        "returned",
        "right",
        "given x",
        "x = torch.tensor(",
    ):
        assert said in out, said
    assert "no total" not in out
    assert cli.main(["explain", str(path), "--case", "total: a matrix"]) == 0
    out = capsys.readouterr().out
    assert "ValueError: no total" in out and MATRIX not in out
    assert cli.main(["explain", str(path), "--case", "total: a matri"]) == 0
    assert cli.main(["explain", str(path), "--case", "a matricks"]) == 2
    assert "in its name; did you mean 'a matrix'?" in capsys.readouterr().err


def test_our_own_errors_are_explained(graded, project, capsys, monkeypatch):
    """The cause, its places innermost first; what else failed without a value is listed."""
    monkeypatch.setenv("COLUMNS", "200")
    reference = project.root / "reference" / "toy.py"
    reference.write_text(reference.read_text().replace("return 2 * x", "return scale * x"))
    path, _ = graded("def double(x):\n    return 2 * x\n")
    assert cli.main(["explain", str(path)]) == 0
    out = capsys.readouterr().out
    place = out.index("    NameError: name 'scale' is not defined")
    place = out.index("reference/toy.py, line 4: return scale * x", place)
    assert out.index("hidden_cases.py, line 12: assert_close(double(x), ", place) > place
    assert "Not the student's fault" in out
    assert (
        "missing, no values to show for toy/total: of 1 and 2; toy/total: a matrix [hidden]" in out
    )
    assert "The report on the whole submission:" in out and "Handed in:" in out.replace("*", "")
    assert cli.main(["explain", str(path), "--case", "of 3"]) == 0
    assert "None of the requested cases failed." in capsys.readouterr().out


def test_another_assignment_is_refused_unless_that_is_wanted(graded, project, capsys):
    path, _ = graded(WRONG)
    reference = project.root / "reference" / "toy.py"
    reference.write_text(reference.read_text() + "\n# changed\n")
    assert cli.main(["explain", str(path)]) == 2
    assert "--anyway" in capsys.readouterr().err
    assert cli.main(["explain", str(path), "--anyway"]) == 0
    told = capsys.readouterr()
    assert "have changed since" in told.err.replace("\n", " ") or "changed" in told.err
    assert MATRIX in told.out


def test_an_unknown_part_is_told(graded, capsys):
    path, _ = graded(WRONG)
    assert cli.main(["explain", str(path), "--part", "7.1"]) == 2
    assert "no part 7.1; there are 1.1, 1.2" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "is not JSON"),
        ("[]", "not hold a JSON object"),
        ('{"score": 1}', "has nothing for staff"),
        ('{"score": 1, "extra_data": {"digest": "d", "schema": 99}}', "another version"),
        ('{"score": 1, "extra_data": {"digest": "d", "schema": 1}}', "not as autograder writes it"),
        (
            '{"score": 1, "extra_data": {"digest": "d", "schema": 1, "assignment": "toy", "seed": "s",'
            ' "parts": [{"number": "1.1", "cases": {"k": "lost"}}]}}',
            "not as autograder writes it",
        ),
    ],
)
def test_a_broken_file_is_told(tmp_path, text, says):
    path = tmp_path / "results.json"
    path.write_text(text)
    with pytest.raises(UsageError, match=says):
        explain.read(path)
    with pytest.raises(UsageError, match="cannot be read"):
        explain.read(tmp_path / "gone.json")


def test_kept_values_of_another_shape_are_no_end(graded):
    """A results file that somebody edited, or of a case that asks otherwise now."""
    path, _ = graded(WRONG)
    content = json.loads(path.read_text())
    for part in content["extra_data"]["parts"]:
        for kept in part["values"].values():
            kept["calls"] = [{"function": "somebody", "value": None}]
    path.write_text(json.dumps(content))
    [asked] = explained(path, load("toy"))[MATRIX].calls
    assert not asked.known and not asked.differs
    for broken in ({"shape": [2]}, {"nothing": 1}, 7):
        for part in content["extra_data"]["parts"]:
            for kept in part["values"].values():
                kept["calls"] = [{"function": "double", "value": broken}]
        path.write_text(json.dumps(content))
        [asked] = explained(path, load("toy"))[MATRIX].calls
        assert not asked.known


@pytest.mark.exhaustive
def test_a_question_of_the_bank(graded, monkeypatch):
    """Log-weights with a deviation for a variance: every call is as it was, and every snippet runs."""
    monkeypatch.setenv("AUTOGRADER_ROOT", str(ROOT))
    whole = load(ASSIGNMENT, ROOT)
    questions = tuple(one for one in whole.questions if one.topic == "iwae")
    small = dataclasses.replace(whole, questions=questions)
    source = (ROOT / "reference" / "iwae.py").read_text()
    text = f"{source}\ndef iwae_bound(log_w):\n    return log_w.logsumexp(0)\n"
    text += "def discrete_elbo(joint, q):\n    return (joint * (joint / q).log()).sum()\n"
    path, report = graded(text, small)
    found = explained(path, small)
    failed = {c.case.key for part in report.parts for c in part.cases if c.calls}
    assert failed == set(found) and len(failed) > 10
    student = {}
    exec(text, student)
    student = {name: student[name] for name in questions[0].functions}
    for key, one in found.items():
        assert one.calls, key
        space, _ = run(explain.snippet(one), **student)
        asked = next((a for a in one.calls if a.differs), one.calls[0])
        if isinstance(asked.student, torch.Tensor):
            assert torch.allclose(space["found"], asked.student, equal_nan=True), key
    named = {name for one in found.values() for name in one.sentences}
    assert "expectation_under_the_joint" in named


@pytest.mark.parametrize(
    "value",
    [
        torch.tensor([[1.5, float("nan")], [float("inf"), -2.0]]),
        torch.zeros(0, 3, dtype=torch.float64),
        torch.tensor(7),
        np.arange(40, dtype=np.float32).reshape(2, 20),
        np.zeros((2, 0)),
        np.float64(0.1),
        [1, (2.5,), {"a": None, "b": "text"}],
        (torch.ones(2, dtype=torch.bool), 3),
    ],
)
def test_literals_make_what_they_say(value):
    from math import inf, nan

    from autograder.staff.explain.snippet import literal

    made = eval(literal(value), {"torch": torch, "np": np, "inf": inf, "nan": nan})
    assert type(made) is type(value)
    assert str(made) == str(value)
    assert getattr(made, "dtype", None) == getattr(value, "dtype", None)
    assert getattr(made, "shape", None) == getattr(value, "shape", None)
