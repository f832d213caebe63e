"""The cage as an ordinary user starts it, on a machine where the other tests run as root.

There is no user of the worker's own then, Landlock carries the files, and the grader cannot enter the
folders that a student closed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.support import users

REPOSITORY = Path(__file__).parents[2]
SUITES = (
    "tests/sandbox/test_sessions.py",
    "tests/unit/sandbox/test_workdir.py",
    "tests/unit/sandbox/test_kernel_calls.py",
)


@pytest.mark.exhaustive  # half a minute
@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests run as an ordinary user already")
def test_the_cage_holds_for_an_ordinary_user():
    if why := users.why_not("ordinary"):
        pytest.skip(why)
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        home = Path(name)
        users.give(home, "ordinary")
        pytest_ = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--basetemp"]
        ran = subprocess.run(
            users.command("ordinary", [*pytest_, str(home / "tests"), *SUITES]),
            cwd=REPOSITORY,
            env={"PATH": "/usr/bin:/bin", "HOME": name, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
    assert ran.returncode == 0, ran.stdout[-8_000:] + ran.stderr
    assert " passed" in ran.stdout
