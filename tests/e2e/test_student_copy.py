"""The student's folder in an environment that has only what its requirements name."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.student.template import archive, build
from tests.support import handed_in


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The unpacked zip that students get, and a fresh environment made from its requirements.txt."""
    made = tmp_path_factory.mktemp("made")
    build(handed_in.assignment(), made / handed_in.ASSIGNMENT)
    archive(made / handed_in.ASSIGNMENT, made / "student.zip")
    folder = tmp_path_factory.mktemp("student") / handed_in.ASSIGNMENT
    with zipfile.ZipFile(made / "student.zip") as packed:
        packed.extractall(folder.parent)
    environment = folder.parent / "venv"
    run([sys.executable, "-m", "venv", str(environment)], folder)
    pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", "--retries", "1"]
    locked = (handed_in.ROOT / "requirements-torch.lock").read_text(encoding="utf-8")
    # As the folder's README says for Linux: torch's CPU build first.
    (folder.parent / "torch.txt").write_text(locked, encoding="utf-8")
    run([*pip, "--no-deps", "-r", str(folder.parent / "torch.txt")], folder)
    run([*pip, "-r", "requirements.txt"], folder)
    return folder, environment / "bin"


def run(command, folder: Path, *, status: int | None = 0) -> str:
    ran = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=900
    )
    if status is not None:
        assert ran.returncode == status, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


@pytest.mark.exhaustive
def test_otter_check_runs_the_public_cases(copy):
    folder, bin_ = copy
    notebook = f"{handed_in.ASSIGNMENT}.ipynb"
    told = run([str(bin_ / "otter"), "check", notebook], folder)
    assert "NotImplementedError" in told and "All tests passed" not in told
    (folder / "solved.ipynb").write_text(handed_in.right(handed_in.assignment()), encoding="utf-8")
    assert "All tests passed!" in run([str(bin_ / "otter"), "check", "solved.ipynb"], folder)
    one = run([str(bin_ / "otter"), "check", "solved.ipynb", "-q", "1.1"], folder)
    assert "All tests passed!" in one
    (folder / "solved.ipynb").unlink()


@pytest.mark.exhaustive
def test_autograder_check_says_what_is_not_done(copy):
    folder, bin_ = copy
    told = run([str(bin_ / "autograder"), "check"], folder, status=1)
    assert "not filled in yet: 1.1, " in told
    assert "1.1" in told


@pytest.mark.exhaustive
def test_autograder_check_passes_on_solved_work(copy):
    folder, bin_ = copy
    notebook = folder / f"{handed_in.ASSIGNMENT}.ipynb"
    handed_out = notebook.read_text(encoding="utf-8")
    notebook.write_text(handed_in.right(handed_in.assignment()), encoding="utf-8")
    try:
        run([str(bin_ / "autograder"), "check", notebook.name], folder)
        run([str(bin_ / "autograder"), "check", "-q", "1.2"], folder)
        run([str(bin_ / "autograder"), "check", "-q", "99.9"], folder, status=2)
    finally:
        notebook.write_text(handed_out, encoding="utf-8")


@pytest.mark.exhaustive
def test_the_reference_cannot_be_imported_from_what_students_get(copy):
    folder, bin_ = copy
    told = run([str(bin_ / "python"), "-c", "import reference"], folder, status=1)
    assert "ModuleNotFoundError" in told
