"""Files of `[permits]`: everything of the course's opens them by name, whatever the working folder is."""

from pathlib import Path

import pytest

from autograder.course.bank import load, load_template
from autograder.course.reference import reference_functions
from autograder.grading import pipeline
from autograder.grading.request import Request
from autograder.model import Outcome
from autograder.staff.validate import matrix
from autograder.student.template import build
from tests.support import registered, toy
from tests.support.fake_sandbox import FakeSandbox, in_this_process

FACTOR = "float(__import__('pathlib').Path('data/factor.csv').read_text())"
SCALED = f"    return {FACTOR} * x\n"
AT_IMPORT = f"FACTOR = {FACTOR}\n"
MISCONCEPTION = f"""
from autograder.testing import misconception
UNUSED = {FACTOR}
@misconception("Squared.", caught_by=())
def squared():
    return {{"double": lambda x: {FACTOR} ** 2 * x}}
"""


@pytest.fixture
def project(tmp_path):
    """A toy whose factor stands in a file, read at import and in calls, by every file of the course."""
    found = toy.make(tmp_path / "project", permits='files = ["data/factor.csv"]')
    (found.root / "assignments" / "data").mkdir()
    (found.root / "assignments" / "data" / "factor.csv").write_text("2\n")
    bank = found.root / "assignments" / "questions" / "toy"
    reference = found.root / "reference" / "toy.py"
    reference.write_text(
        reference.read_text().replace("    return 2 * x\n", SCALED) + AT_IMPORT,
    )
    for name in ("public_cases.py", "hidden_cases.py"):
        path = bank / name
        text = path.read_text().replace("OK_FORMAT", f"{AT_IMPORT}OK_FORMAT")
        path.write_text(
            text.replace("assert_close(double(", f"assert {FACTOR} == 2\n    assert_close(double(")
        )
    (bank / "misconceptions.py").write_text(MISCONCEPTION)
    with registered.forgotten():
        yield found


@pytest.fixture(params=["elsewhere", "project", "project/assignments"])
def working_folder(request, tmp_path, project, monkeypatch):
    folder = tmp_path / request.param
    folder.mkdir(exist_ok=True)
    monkeypatch.chdir(folder)
    return folder


def test_from_every_working_folder(project, working_folder, tmp_path):
    assert Path.cwd() == working_folder
    module = tmp_path / "toy.py"
    module.write_text("def double(x):\n    return 4 * x\ndef total(x):\n    return x.sum()\n")
    request = Request(module, load("toy", project.root))
    report = pipeline.run(request, FakeSandbox(in_this_process))
    double, total = report.parts
    assert {case.outcome for case in total.cases} == {Outcome.PASSED}
    assert {case.outcome for case in double.cases} == {Outcome.WRONG}
    assert [one.name for one in double.diagnoses] == ["squared"]
    assert Path.cwd() == working_folder
    for case in report.assignment.parts[0].cases:  # as validate, bundle and explain run them
        assert matrix.ratio(case, reference_functions("toy")) <= 1


def test_a_students_copy(project, working_folder, tmp_path):
    folder = tmp_path / "handed out"
    build(load("toy", project.root), folder)
    module = tmp_path / "toy.py"
    module.write_text("def double(x):\n    return 2 * x\ndef total(x):\n    return x.sum()\n")
    request = Request(module, load_template(folder))
    report = pipeline.run(request, FakeSandbox(in_this_process))
    assert {case.outcome for part in report.parts for case in part.cases} == {Outcome.PASSED}
