"""A mistake, from the cage to what the student and staff read of it."""

import json
import os
import subprocess
import sys

import pytest

from autograder.cli import main
from tests.support import registered, toy

WRONG = "def double(x):\n    return 3 * x\n\ndef total(x):\n    return x.sum()\n"
MISCONCEPTION = """
from autograder.testing import misconception
@misconception("Twice is two times.", caught_by=())
def trebled():
    return {"double": lambda x: 3 * x}
"""


@pytest.fixture
def autograder(tmp_path):
    """Run a command in a toy project whose first part hints."""
    project = toy.make(tmp_path / "project")
    bank = project.root / "assignments"
    manifest = bank / "toy.toml"
    text = manifest.read_text()
    manifest.write_text(text.replace('part = "double"', 'part = "double"\nfeedback = "hint"'))
    wrong = bank / "questions" / "toy" / "misconceptions.py"
    wrong.write_text(wrong.read_text() + MISCONCEPTION)
    (tmp_path / "toy.py").write_text(WRONG)

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "autograder", *map(str, arguments)],
            cwd=project.root,
            env={**os.environ, "COLUMNS": "80"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    run.folder, run.root = tmp_path, project.root
    return run


def test_a_mistake_is_named_to_the_student_and_explained_to_staff(autograder, capsys, monkeypatch):
    out = autograder.folder / "results.json"
    graded = autograder("grade", autograder.folder / "toy.py", "-a", "toy", "-o", out)
    assert graded.returncode == 0, graded.stderr
    results = json.loads(out.read_text())
    [hidden] = [test for test in results["tests"] if test["name"] == "Double (hidden cases)"]
    # Two hidden cases and the public one, a call each.
    said = (
        "In 3 of 3 calls `double` returned what this mistake would give:\n\n- Twice is two times."
    )
    assert said in hidden["output"]
    assert "trebled" not in json.dumps([results["tests"], results["output"]])
    first = results["extra_data"]["parts"][0]
    assert set(map(tuple, first["diagnoses"].values())) == {("trebled",)}
    assert len(first["diagnoses"]) == len(first["values"]) == 3

    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(autograder.root)
    with registered.forgotten():
        assert main(["explain", str(out), "--part", "1.1"]) == 0
    explained = capsys.readouterr().out
    for words in ("Twice is two times.", "returned", "x = torch.tensor("):
        assert words in explained
    assert max(map(len, explained.split("\n\n  To reproduce it")[0].splitlines())) <= 80
