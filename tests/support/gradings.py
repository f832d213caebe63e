"""`autograder grade` of a toy, as processes that a test may look at and kill.

supervisor → grader → zygote → cage → worker
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support import inside, toy, users

ROWS = ("supervisor", "grader", "zygote", "cage", "worker")
PATIENCE = 300.0

Results = dict[str, Any]


def until(condition: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """What a condition gives at last: the first true value, or the one that it has when time is up."""
    end = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < end:
        time.sleep(0.01)
    return found


def without_times(results: Results) -> Results:
    """Results without what may differ between two gradings of the same submission."""
    plain: Results = json.loads(json.dumps(results))
    plain.pop("execution_time")
    plain["output"] = re.sub(r"Time used: .*", "", plain["output"])
    for part in plain["extra_data"]["parts"]:
        part.pop("seconds")
    plain["extra_data"]["isolation"].pop("uid", None)
    return plain


@dataclass
class Grading:
    """A grading that is under way.

    Attributes:
        supervisor: its first process.
        home: the folder of everything that it uses.
    """

    supervisor: subprocess.Popen[str]
    home: Path

    @property
    def results(self) -> Results:
        """What is written now; not valid JSON would be an error here."""
        text = (self.home / "results" / "results.json").read_text(encoding="ascii")
        results: Results = json.loads(text)
        return results

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
        """The processes by name, each the only child of the one before.

        A zygote has other children for a moment, while it makes and tries a private view; a cage, and a
        worker, are known by the session that each of them leads.
        """
        parents = self.processes()
        row = [self.supervisor.pid]
        while children := [pid for pid, parent in parents.items() if parent == row[-1]]:
            row.append(children[0])
        named = dict(zip(ROWS, inside.row(row), strict=False))
        if not all(_leads_a_session(named[name]) for name in ROWS[3:] if name in named):
            del named["cage"]
            named.pop("worker", None)
        return named

    def left(self) -> list[str]:
        """What it has left so far beside its results: processes, folders, half-written files."""
        files = [*(self.home / "tmp").glob("autograder-*"), *(self.home / "results").iterdir()]
        names = [path.name for path in files if path.name != "results.json"]
        return [*(f"process {pid}" for pid in self.processes()), *names]

    def end(self) -> int:
        """Wait for the supervisor; its status. Nothing is left then, neither process nor folder."""
        self.supervisor.communicate(timeout=PATIENCE)
        assert until(lambda: not self.left()), self.left()
        return self.supervisor.returncode

    def outcomes(self) -> dict[str, str]:
        """The outcome of every case that is written now; empty where no report is yet."""
        parts = self.results.get("extra_data", {}).get("parts", ())
        return {key: outcome for part in parts for key, outcome in part["cases"].items()}


def _leads_a_session(pid: int) -> bool:
    try:
        return os.getsid(pid) == pid
    except ProcessLookupError:
        return False


def lay_out(home: Path, name: str, submission: str) -> None:
    """A toy project, what is handed in, and folders for the rest; the same seed for everyone."""
    home.chmod(0o755)
    toy.make(home / "project", canary="canary-of-every-grading")
    (home / name).write_text(submission)
    for folder in ("tmp", "results"):
        (home / folder).mkdir()


@contextmanager
def begun(home: Path, name: str, user: str) -> Iterator[Grading]:
    """A grading that has just been started, with its output; gone in the end."""
    users.give(home, user)
    grade = [sys.executable, "-m", "autograder", "grade", str(home / name), "-a", "toy"]
    supervisor = subprocess.Popen(
        users.command(user, [*grade, "-o", str(home / "results" / "results.json")]),
        cwd=home,
        env={
            "PATH": "/usr/bin:/bin",
            "AUTOGRADER_ROOT": str(home / "project"),
            "TMPDIR": str(home / "tmp"),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    grading = Grading(supervisor, home)
    try:
        yield grading
    finally:
        for pid in grading.processes():
            os.kill(pid, signal.SIGKILL)
        supervisor.communicate()


@contextmanager
def toy_graded(name: str, submission: str, user: str) -> Iterator[Grading]:
    """The same of a submission in a toy project of its own."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="killed-") as folder:
        lay_out(Path(folder), name, submission)
        with begun(Path(folder), name, user) as grading:
            yield grading
