"""`autograder lock`: what the resolver is asked, what is kept of its answer, and that nothing is lost."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from autograder.course import locks
from autograder.course.bank import load
from autograder.course.locks.compile import lock
from autograder.gradescope.bundle import contents
from autograder.model import AssignmentError, UsageError
from autograder.student.template import contents as copy_of

PROGRAM = Path(locks.__file__).with_name("requirements.lock").read_text(encoding="utf-8")
PINS = re.findall(r"^[\w.-]+==\S+", PROGRAM, re.MULTILINE)


@pytest.fixture
def resolver(monkeypatch):
    """What stands for the resolver: it takes what is pinned and gives other packages the version 1.2."""
    told = {}

    def run(command, **_keywords):
        *_, program, asked = command
        told["program"] = Path(program).read_text(encoding="utf-8").split()
        told["command"] = command
        if "fails" in told:
            return subprocess.CompletedProcess(command, 2, "", "no such package: nonsense")
        lines = [line for line in Path(asked).read_text().splitlines() if line.strip()]
        lines = [line if "@" in line or "=" in line else f"{line}==1.2" for line in lines]
        lines += ["nvidia-cublas-cu12==12.8.4.1", *told["program"]]
        Path(command[command.index("-o") + 1]).write_text("\n".join([*lines, ""]))
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr("subprocess.run", run)
    return told


def test_the_lock_holds_the_programs_versions_and_the_courses_packages(bank, harness, resolver):
    (bank.root / "requirements.txt").write_text("scipy\n")
    path, added = lock(bank.root)
    assert added == ["scipy==1.2"]
    assert resolver["program"] == PINS
    assert path == bank.root / "requirements.lock"
    written = path.read_text().split()
    assert written == ["scipy==1.2", *PINS]  # nothing of CUDA
    bank.change("small.toml", "[limits]", '[permits]\npackages = ["scipy"]\n\n[limits]')
    assignment = load("small", bank.root)
    assert contents(assignment)["requirements.lock"] == path.read_bytes()
    assert "scipy==1.2\n" in copy_of(assignment)["requirements.txt"].decode()


def test_a_resolver_that_fails_leaves_the_lock_as_it_was(bank, resolver):
    (bank.root / "requirements.txt").write_text("nonsense\n")
    (bank.root / "requirements.lock").write_text("kept==1\n")
    resolver["fails"] = True
    with pytest.raises(UsageError, match=r"(?s)left as it was.*no such package: nonsense"):
        lock(bank.root)
    assert (bank.root / "requirements.lock").read_text() == "kept==1\n"


def test_what_only_this_machine_has_is_refused(bank, resolver):
    (bank.root / "requirements.txt").write_text("mine @ file:///home/me/mine\n")
    with pytest.raises(
        AssignmentError, match=r"requirements\.lock:1: 'mine @ file:///home/me/mine'"
    ):
        lock(bank.root)
    assert not (bank.root / "requirements.lock").exists()


def test_without_a_list_or_a_resolver_it_says_what_to_do(bank, monkeypatch):
    with pytest.raises(AssignmentError, match=r"requirements\.txt: there is no such file"):
        lock(bank.root)
    (bank.root / "requirements.txt").write_text("scipy\n")
    monkeypatch.setattr("shutil.which", lambda _name: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(UsageError, match="needs uv or pip-tools: pip install pip-tools"):
        lock(bank.root)
