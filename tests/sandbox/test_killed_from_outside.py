"""Each process of a running `autograder grade` is killed once: results stay valid, and never wrong.

supervisor → grader → zygote → cage → worker
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autograder.supervisor import withheld
from tests.support import toy, users

ROWS = ("supervisor", "grader", "zygote", "cage", "worker")
SUBMISSION = """
import time

def double(x):
    open("called", "w").close()
    time.sleep(0.4)
    return 2 * x

def total(x):
    return x.sum()
"""
_PATIENCE = 60


def until(condition):
    end = time.monotonic() + _PATIENCE
    while not (found := condition()) and time.monotonic() < end:
        time.sleep(0.01)
    return found


@dataclass
class Grading:
    """A grading that is under way, in a function of the student's."""

    supervisor: subprocess.Popen[str]
    home: Path

    @property
    def results(self) -> dict[str, Any]:
        """What is written now; not valid JSON would be an error here."""
        return json.loads((self.home / "results" / "results.json").read_text(encoding="ascii"))

    def processes(self) -> dict[int, int]:
        """Its processes, known by the command line that they all have: parent by pid."""
        found = {}
        for path in Path("/proc").glob("[0-9]*"):
            try:
                line = (path / "cmdline").read_bytes()
                state, parent = (path / "stat").read_text().rsplit(")", 1)[1].split()[:2]
            except (OSError, UnicodeDecodeError):
                continue
            if str(self.home).encode() in line and state != "Z":
                found[int(path.name)] = int(parent)
        return found

    def row(self) -> dict[str, int]:
        """The processes by name, each the only child of the one before."""
        parents = self.processes()
        row = [self.supervisor.pid]
        while children := [pid for pid, parent in parents.items() if parent == row[-1]]:
            row.append(children[0])
        return dict(zip(ROWS, row, strict=False))

    def end(self) -> int:
        """Wait for the supervisor; its status. Nothing is left then, neither process nor folder."""
        self.supervisor.communicate(timeout=_PATIENCE)
        assert until(lambda: not self.processes())
        assert until(lambda: not list((self.home / "tmp").glob("autograder-*")))
        return self.supervisor.returncode

    def outcomes(self) -> list[str]:
        return [
            outcome
            for part in self.results["extra_data"]["parts"]
            for outcome in part["cases"].values()
        ]


@contextmanager
def under_way(user: str) -> Iterator[Grading]:
    """A grading whose worker is in a call."""
    if why := users.why_not(user):
        pytest.skip(why)
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="killed-") as name:
        home = Path(name)
        home.chmod(0o755)
        project = toy.make(home / "project")
        (home / "toy.py").write_text(SUBMISSION)
        for folder in ("tmp", "results"):
            (home / folder).mkdir()
        users.give(home, user)
        grade = [sys.executable, "-m", "autograder", "grade", str(home / "toy.py"), "-a", "toy"]
        supervisor = subprocess.Popen(
            users.command(user, [*grade, "-o", str(home / "results" / "results.json")]),
            cwd=home,
            env={
                "PATH": "/usr/bin:/bin",
                "AUTOGRADER_ROOT": str(project.root),
                "TMPDIR": str(home / "tmp"),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        grading = Grading(supervisor, home)
        try:
            assert until(
                lambda: list((home / "tmp").glob("*/called")) or supervisor.poll() is not None
            )
            assert supervisor.poll() is None, supervisor.communicate()[0]
            assert set(grading.row()) == set(ROWS)
            yield grading
        finally:
            for pid in grading.processes():
                os.kill(pid, signal.SIGKILL)
            supervisor.communicate()


def assert_never_wrong(results: dict[str, Any]) -> None:
    """No more than was earned, and every score that is shown is the right one."""
    assert results["score"] <= 4
    for test in results["tests"]:
        if test != withheld() and test.get("status") == "passed":
            assert test["score"] == test["max_score"]


@pytest.mark.parametrize("user", users.USERS)
class TestKilled:
    def test_the_grader(self, user):
        """What it had written is kept, marked as unfinished, with the total withheld."""
        with under_way(user) as grading:
            os.kill(grading.row()["grader"], signal.SIGKILL)
            assert grading.end() == 3
            assert "the grader was ended by signal 9" in grading.results["output"]
            assert withheld() in grading.results["tests"]
            assert set(grading.outcomes()) <= {"passed", "skipped"}
            assert_never_wrong(grading.results)

    def test_the_zygote(self, user):
        """It is needed for a fresh worker only: the one there is answers on."""
        with under_way(user) as grading:
            os.kill(grading.row()["zygote"], signal.SIGKILL)
            assert grading.end() == 0
            assert set(grading.outcomes()) == {"passed"}
            assert grading.results["score"] == 4

    def test_the_cage(self, user):
        """Its worker dies with it, which is no fault of the student's; the other cases go on."""
        with under_way(user) as grading:
            os.kill(grading.row()["cage"], signal.SIGKILL)
            assert grading.end() == 3
            assert sorted(grading.outcomes()) == ["grader_error", *["passed"] * 4]
            assert withheld() in grading.results["tests"]
            assert_never_wrong(grading.results)

    def test_the_worker(self, user):
        """As if it had killed itself: that case has no value, the others go on in a fresh one."""
        with under_way(user) as grading:
            os.kill(grading.row()["worker"], signal.SIGKILL)
            assert grading.end() == 0
            assert sorted(grading.outcomes()) == ["crashed", *["passed"] * 4]
            assert "SIGKILL" in json.dumps(grading.results)
            assert_never_wrong(grading.results)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_supervisor_is_told_to_stop(number):
    with under_way(users.USERS[os.geteuid() != 0]) as grading:
        grading.supervisor.send_signal(number)
        assert grading.end() == 128 + number
        assert f"(it was stopped by {number.name})" in grading.results["output"]
        assert withheld() in grading.results["tests"]
        assert_never_wrong(grading.results)


def test_the_supervisor_is_killed():
    """Nobody is left to mark the results, and nobody need be: the grader goes on to its end."""
    with under_way(users.USERS[os.geteuid() != 0]) as grading:
        grading.supervisor.kill()
        assert grading.end() == -signal.SIGKILL
        assert grading.results["extra_data"]["finished"] is True
        assert grading.results["score"] == 4
